"""/conta/avisos: where one's notices arrive, when they keep quiet, and by which address where no browser is told."""

from uuid import UUID

from flask import Blueprint, current_app, redirect
from flask_babel import lazy_gettext
from marshmallow import Schema, fields

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, webpush
from app.notices import queries, service
from app.notices.schemas import PreferencesForm

blueprint = Blueprint("notices_pages", __name__)

_TOLD = {
    "guardado": lazy_gettext("Guardado."),
    "desligado": lazy_gettext("Este aparelho não recebe mais avisos."),
    "teste": lazy_gettext("Aviso de teste a caminho. Deve chegar em menos de um minuto."),
}


class NoticesQuery(Schema):
    feito = fields.String(load_default="")


@blueprint.get("/conta/avisos")
@page_door("notices.set_preferences", query=NoticesQuery)
def notices(session, actor, query):
    config = current_app.config["VINCULO"]
    return desk_page(
        session,
        actor,
        "notices/notices.html",
        browsers=queries.my_browsers(session, actor, clock.now()),
        chosen=queries.my_preference(session, actor),
        push_key=webpush.public_key(config.keys_dir),
        has_mail=config.mail is not None,
        told=_TOLD.get(query["feito"]),
    )


@blueprint.post("/conta/avisos")
@page_door("notices.set_preferences", takes=PreferencesForm)
def set_preferences(session, actor, data):
    service.set_preferences(session, actor, data["email"], data["quiet_from"], data["quiet_to"], clock.now())
    return redirect("/conta/avisos?feito=guardado", 303)


@blueprint.post("/conta/avisos/<uuid:subscription_id>/desligar")
@page_door("notices.subscribe")
def unsubscribe(session, actor, subscription_id: UUID):
    service.unsubscribe(session, actor, clock.now(), subscription_id=subscription_id)
    return redirect("/conta/avisos?feito=desligado", 303)


@blueprint.post("/conta/avisos/testar")
@page_door("notices.subscribe")
def try_out(session, actor):
    service.try_out(session, actor, clock.now())
    return redirect("/conta/avisos?feito=teste", 303)
