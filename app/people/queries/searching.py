"""Who is meant by some letters, a number or a description: answers in ids, as far as the actor may see.

The finding is done by functions of the owner (migration 0011), because trigrams are not leakproof: each of them filters
the transaction's own city, leaves out who is hidden from its worker, and civil names beside a social one.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.people.likeness import POSSIBLE, Likeness, likeness
from app.people.problems import TooFewLetters
from app.people.queries.cards import Card, cards
from app.people.queries.resolving import canonical
from app.people.sound import plain, spoken

MOST = 10
_FEWEST_LETTERS = 3
# A name has no more words than that; each costs a look at every candidate.
_MOST_WORDS = 8
_CANDIDATES = 200
_MOST_ALIKE = 5
_NUMBERED = ("document.cpf", "document.nis", "document.cns")
_NUMBER = re.compile(r"\d{11}|\d{15}")

_SEARCH = text("SELECT person_id FROM people_search(:words, :keys, :civil, :most)")
_ALIKE = text("SELECT person_id FROM people_alike(:names, :keys, :civil, :most)")
_DOCUMENT = text("SELECT person_id FROM people_with_document(:fields, :number)")


@dataclass(frozen=True)
class Found:
    """`ids`: survivors, the best first, at most MOST; `more`: there were others."""

    ids: list[UUID]
    more: bool


def search(session: Session, actor: Actor, wanted: str) -> Found:
    """Persons by what they are called, in any of their names, or by a number for who may read documents.

    Raises TooFewLetters under three letters.
    """
    require(actor, "people.search")
    civil = actor.can("people.read_documents")
    number = re.sub(r"[\s./-]", "", wanted)
    if civil and _NUMBER.fullmatch(number):
        told_of = session.scalars(_DOCUMENT, {"fields": list(_NUMBERED), "number": number}).all()
        # Told under whichever of her ids, it is one person.
        ids = sorted(set(canonical(session, actor.municipality_id, told_of).values()))
        return Found(ids[:MOST], len(ids) > MOST)
    if len(plain(wanted).replace(" ", "")) < _FEWEST_LETTERS:
        raise TooFewLetters()
    words = list(dict.fromkeys(spoken(wanted)))[:_MOST_WORDS]
    asked = {"words": [word for word, _key in words], "keys": [key for _word, key in words]}
    ids = session.scalars(_SEARCH, asked | {"civil": civil, "most": MOST + 1}).all()
    return Found(list(ids[:MOST]), len(ids) > MOST)


def likely_of(session: Session, actor: Actor, draft: Mapping[str, Any]) -> list[tuple[Card, Likeness]]:
    """Who may be the person that `draft` describes ({names, age, age_band, sex, region_id, documents}), best first.

    At most five, and none under POSSIBLE. Documents count for who may read them only.
    """
    require(actor, "people.search")
    reads = actor.can("people.read_documents")
    documents = dict(draft.get("documents") or {}) if reads else {}
    ids = set(candidates(session, draft.get("names") or [], documents, civil=reads))
    shown = cards(session, actor, ids, documents=reads, sensitive=False)
    told = {**draft, "documents": documents}
    alike = [(card, likeness(told, facts_of(card))) for card in shown.values()]
    alike = [pair for pair in alike if pair[1].score >= POSSIBLE]
    return sorted(alike, key=lambda pair: (-pair[1].score, str(pair[0].id)))[:_MOST_ALIKE]


def candidates(session: Session, names: Collection[str], documents: Mapping[str, str], *, civil: bool) -> list[UUID]:
    """Ids, absorbed ones among them, worth comparing with somebody of these names and numbers."""
    bare = [name for name in map(plain, names) if name]
    keys = sorted({key for name in names for _word, key in spoken(name) if key})
    found = list(session.scalars(_ALIKE, {"names": bare, "keys": keys, "civil": civil, "most": _CANDIDATES})) if keys else []
    for kind, number in documents.items():
        found += session.scalars(_DOCUMENT, {"fields": [f"document.{kind}"], "number": number}).all()
    return found


def facts_of(card: Card) -> dict[str, Any]:
    """A card as likeness takes a person."""
    return {
        "names": [told.value for told in card.names] or [card.called],
        "age": card.age,
        "age_band": card.age_band,
        "sex": card.sex,
        "region_id": card.region_id,
        "documents": {
            kind: told.value["number"]
            for kind, told in card.documents.items()
            if isinstance(told.value, dict) and told.value.get("number")
        },
    }
