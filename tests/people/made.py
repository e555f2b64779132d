"""Invented persons, told of by phones and by verbs."""

from datetime import datetime, timedelta

from app.core import clock
from app.core.ids import new_id
from app.core.timing import Timing
from app.people import queries, service


def at(when: datetime | None = None, received: datetime | None = None) -> Timing:
    """Told at `when` (an hour ago when not said), received then or later."""
    told = when or clock.now() - timedelta(hours=1)
    return Timing(told, told, received or told, 0, False)


def told(field, value, source="told", certainty="sure", **more) -> dict:
    """One thing said, as a phone sends it."""
    return {"told_id": str(new_id()), "field": field, "value": value, "source": source, "certainty": certainty} | more


def register(city, called="Senhor do carrinho azul", kind="alias", persona="rua", when=None, **more) -> str:
    """A person registered by a verb; gives the id as text."""
    person_id = new_id()
    body = {"person_id": person_id, "called": called, "called_kind": kind, "age_band": None, "sex": None, "region_id": city.ids["north"]}
    with city.transaction() as session:
        service.register_person(session, city.actor_in(session, persona), body | more, at(when))
    return str(person_id)


def tell(city, person_id, *items, persona="rua", when=None, received=None) -> list[str]:
    """Things said by a verb; gives their ids."""
    with city.transaction() as session:
        loaded = [item | {"told_id": _uuid(item["told_id"])} for item in items]
        service.tell(session, city.actor_in(session, persona), {"person_id": _uuid(person_id), "told": loaded}, at(when, received))
    return [item["told_id"] for item in items]


def card(city, person_id, persona="creas", documents=False, sensitive=False):
    """The card as a persona would read it, or None."""
    with city.transaction() as session:
        found = queries.cards(session, city.actor_in(session, persona), [_uuid(person_id)], documents=documents, sensitive=sensitive)
    return next(iter(found.values()), None)


def person_on(phone, person_id):
    """The pull body of a person on a phone, or None."""
    return phone.pull().get(("person", str(person_id)))


def _uuid(text):
    return text if not isinstance(text, str) else type(new_id())(text)
