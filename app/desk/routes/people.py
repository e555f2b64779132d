"""One person for a phone that asks online: the shape in which pull tells it, with the last contacts."""

from uuid import UUID

from flask import jsonify
from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.desk.queries import person as queries
from app.people.queries import as_phone

blueprint = Blueprint("people_cards", __name__, url_prefix="/api/v1/people")


@blueprint.get("/<uuid:person_id>")
@door("people.read")
def person(session, actor, person_id: UUID):
    card = queries.card_of(session, actor, person_id, clock.now(), for_phone=True)
    return jsonify(as_phone(card, queries.contacts_of(session, actor.municipality_id, [card])[card.id]))
