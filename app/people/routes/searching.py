from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.people.queries import as_phone, cards
from app.people.queries.searching import likely_of, search
from app.people.schemas import LikelyIn, PeopleQuery
from app.people.service.searching import note_search

blueprint = Blueprint("people_search", __name__, url_prefix="/api/v1")


@blueprint.post("/people/search")
@door("people.search", takes=PeopleQuery)
def people(session, actor, data):
    """{results: [a person as a phone gets her], more}; no contact is told beyond the phone's own caseload.

    A POST, for a name must not stand in an address.
    """
    found = search(session, actor, data["q"])
    note_search(session, actor, clock.now())
    shown = cards(session, actor, found.ids, documents=actor.can("people.read_documents"), sensitive=False)
    return {"results": [as_phone(shown[id_]) for id_ in found.ids if id_ in shown], "more": found.more}


@blueprint.post("/people/likely")
@door("people.search", takes=LikelyIn)
def likely(session, actor, data):
    """{results: [{person, score, reasons}]}: who may be the one who is being written down, at most five."""
    found = likely_of(session, actor, data)
    note_search(session, actor, clock.now())
    return {
        "results": [
            {"person": as_phone(card), "score": alike.score, "reasons": list(alike.reasons)} for card, alike in found
        ]
    }
