"""A person's page: the ladder, the ficha, what is missing, and everything that happened, joined over the domains."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Worker
from app.audit import trail
from app.core.days import today_of
from app.desk.queries import agreed
from app.encounters import queries as encounters
from app.home_visits import queries as visits
from app.people import queries as people
from app.people.problems import Restricted, UnknownPerson
from app.people.queries import restricted
from app.people.service import may_take_back
from app.referrals.queries import sent_from
from app.tasks import queries as tasks

PER_PAGE = 50


def card_of(session: Session, actor: Actor, person_id: UUID, now: datetime, for_phone: bool = False) -> people.Card:
    """The card as this actor may read it, under whichever of her ids; leaves a line in the trail.

    Raises UnknownPerson, Restricted.
    """
    require(actor, "people.read")
    found = people.cards(
        session,
        actor,
        [person_id],
        documents=not for_phone and actor.can("people.read_documents"),
        sensitive=not for_phone and actor.can("people.read_sensitive"),
    )
    if not found:
        raise Restricted() if restricted.is_hidden(session, actor.municipality_id, person_id) else UnknownPerson()
    [card] = found.values()
    trail.record(session, actor, "people.read", now, "person", card.id)
    return card


def contacts_of(session: Session, municipality_id: int, cards: Collection[people.Card]) -> dict[UUID, list[dict[str, Any]]]:
    """The last contacts of each card, newest first: encounters and visits at home."""
    clusters = {card.id: (card.id, *card.also) for card in cards}
    at_home = visits.last_contacts(session, municipality_id, [id_ for ids in clusters.values() for id_ in ids])
    return encounters.contacts_of(session, municipality_id, clusters, also=at_home)


def known_of(session: Session, actor: Actor, card: people.Card, now: datetime) -> dict[str, Any]:
    """All that was told of a card's person, in words: ladder, groups of the ficha, what is missing, what disagrees."""
    m = actor.municipality_id
    ids = (card.id, *card.also)
    documents, sensitive = actor.can("people.read_documents"), actor.can("people.read_sensitive")
    rows = people.told_of(session, m, ids)
    shown = people.readable(rows, documents=documents, sensitive=sensitive)
    names = _worker_names(session, m, {w for row in rows for w in (row.worker_id, row.taken_back_by) if w})
    local, today = people.local_options(session, m), today_of(session, m, now)
    says = people.Reading(local, names, {row.id for row in (*card.facts.values(), *card.documents.values())})
    mine = may_take_back(session, actor, {row.worker_id for row in shown})
    return {
        "ladder": says.ladder(shown, card, mine),
        "groups": says.groups(shown, card, mine, today),
        "disagree": says.disagreements(shown) if documents else [],
        "told": len(shown),
    }


def life_of(session: Session, actor: Actor, card: people.Card, page: int) -> dict[str, Any]:
    """Encounters, visits, offers and referrals, newest first: one page of them, how many there are in all."""
    m = actor.municipality_id
    ids = (card.id, *card.also)
    entries = encounters.timeline_of(session, m, ids) + visits.timeline_of(session, m, ids)
    entries.sort(key=lambda entry: (entry["at"], str(entry["id"])), reverse=True)
    pages = max(1, -(-len(entries) // PER_PAGE))
    page = min(page, pages)
    taken = entries[(page - 1) * PER_PAGE : page * PER_PAGE]
    sent = sent_from(session, m, taken, ids)
    for entry in taken:
        of_it = sent.get(entry["id"])
        entry["referrals"], entry["sent_others"] = (of_it.hers, of_it.others) if of_it else ([], 0)
    return {"entries": taken, "count": len(entries), "page": page, "pages": pages}


def homes_of(session: Session, actor: Actor, card: people.Card) -> list[dict[str, Any]]:
    """Her families, for who reads families."""
    if not actor.can("people.read_households"):
        return []
    found = people.households_of_person(session, actor.municipality_id, (card.id, *card.also))
    return [home for homes in found.values() for home in homes]


def steps_of(session: Session, actor: Actor, card: people.Card, now: datetime) -> list[dict[str, Any]]:
    """What was agreed with her: open ones first, then the last closed."""
    if not actor.can("tasks.agree"):
        return []
    m, ids = actor.municipality_id, (card.id, *card.also)
    return agreed.named(session, m, tasks.of_person(session, actor, ids), today_of(session, m, now))


def _worker_names(session: Session, m: int, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Worker.id, Worker.name).where(Worker.municipality_id == m, people.among(Worker.id, ids)))
    return {row.id: row.name for row in rows}


def line_of(session: Session, actor: Actor, card: people.Card, told_id: UUID, now: datetime) -> people.Line | None:
    """One thing told of the card's person, if this actor reads it."""
    known = known_of(session, actor, card, now)
    lines = [line for _kind, lines in known["ladder"] for line in lines]
    for group in known["groups"]:
        for asked in group.answered:
            lines += [*([asked.now] if asked.now else []), *asked.former]
    return next((line for line in lines if line.id == told_id), None)
