"""/mesa/pessoas/<id>/dados: what is recorded about a person, drawn up for her; and the register of what went out."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.access.terms import ROLE_NAMES
from app.accounts.terms import PROFESSIONS
from app.core import clock
from app.core.fields import Line, Many, one_of
from app.privacy import service
from app.privacy.queries.paper import paper
from app.privacy.terms import BASES, SHARED
from app.referrals.terms import STATUSES
from app.territory.queries import region_names
from app.units.terms import SERVICES, SUSPENSION_REASONS

blueprint = Blueprint("privacy_rights", __name__)


class SharingForm(Schema):
    with_whom = Line(120, required=True, validate=validate.Length(min=2))
    what = Many(one_of(SHARED), required=True, validate=validate.Length(min=1))
    basis = one_of(BASES, required=True)
    note = Line(200, load_default="")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(["partilha"]))


@blueprint.get("/mesa/pessoas/<uuid:person_id>/dados")
@page_door("people.print", query=DoneQuery)
def rights(session, actor, query, person_id: UUID):
    now = clock.now()
    held = paper(session, actor, person_id, now)
    service.note_print(session, actor, held["card"].id, now)
    return desk_page(
        session,
        actor,
        "privacy/paper.html",
        held=held,
        person_id=person_id,
        regions=region_names(session, actor.municipality_id),
        role_names=ROLE_NAMES,
        professions=PROFESSIONS,
        statuses=STATUSES,
        services=SERVICES,
        suspension_reasons=SUSPENSION_REASONS,
        shared=SHARED,
        bases=BASES,
        told=_("Partilha anotada.") if query["feito"] else None,
    )


@blueprint.post("/mesa/pessoas/<uuid:person_id>/dados/partilhas")
@page_door("people.note_sharing", takes=SharingForm)
def note_sharing(session, actor, data, person_id: UUID):
    service.note_sharing(session, actor, person_id, data, clock.now())
    return redirect(f"/mesa/pessoas/{person_id}/dados?feito=partilha", 303)
