"""/mesa/ajustes: the figures that a city sets, each with its bounds and with what stands where nothing was said."""

from typing import Any

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page, holds
from app.core import clock
from app.core.city_settings import DECLARED
from app.core.fields import Line
from app.core.models import Municipality
from app.desk import setting
from app.desk.problems import SettingOutOfBounds
from app.desk.terms import SETTING_GROUPS, SETTING_UNITS

blueprint = Blueprint("desk_settings", __name__)

_TOLD = {"guardado": _("Guardado. Vale a partir de agora."), "igual": _("Nada mudou.")}

# Of the whole city: who oversees one region alone sets nothing.
holds["/mesa/ajustes"] = lambda _session, actor: actor.everywhere("desk.set_city")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class SettingsForm(Schema):
    """A field for each figure that was declared, as it was typed: what is wrong is told beside it, and stays there."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.declared_fields |= {name: Line(20, load_default="") for name in DECLARED}
        self._init_fields()


@blueprint.get("/mesa/ajustes")
@page_door("desk.set_city", query=DoneQuery)
def settings(session, actor, query):
    return _page(session, actor, told=_TOLD.get(query["feito"] or ""))


@blueprint.post("/mesa/ajustes")
@page_door("desk.set_city", takes=SettingsForm)
def set_settings(session, actor, data):
    try:
        changed = setting.set_city(session, actor, data, clock.now())
    except SettingOutOfBounds as problem:
        return _page(session, actor, typed=data, problem=problem), problem.status
    return redirect(f"/mesa/ajustes?feito={'guardado' if changed else 'igual'}", 303)


def _page(session: Session, actor: Actor, typed: dict[str, str] | None = None, **context: Any) -> str:
    setting.check_may(actor)
    said = session.get_one(Municipality, actor.municipality_id).settings
    groups = {group: [each for each in DECLARED.values() if each.group == group] for group in SETTING_GROUPS}
    return desk_page(
        session, actor, "desk/settings.html", **{"told": None, "problem": None} | context, groups=groups, words=SETTING_GROUPS,
        units=SETTING_UNITS, said=said, typed=typed if typed is not None else {name: said.get(name, "") for name in DECLARED},
    )  # fmt: skip
