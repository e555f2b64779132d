"""Encounters of known persons, newest first. A joined record is shown once, as the one in which it counts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.encounters.queries.records import records_under, standing

_FACTS = (
    "e.id, e.occurred_at, e.status, e.situation, e.outcome, e.people_count, e.region_id, e.neighbourhood, e.team_id,"
    " e.worker_id, e.time_uncertain, e.recorded_late"
)
# For each person her newest encounters: by the index of participations, then by key. Twice as many as asked, because
# two of them may be one meeting.
_LAST = text(
    f"SELECT w.id AS person_id, f.* FROM unnest(CAST(:ids AS uuid[])) w(id) CROSS JOIN LATERAL"
    f" (SELECT {_FACTS}, p.certainty FROM participations p"
    "  JOIN encounters e ON e.municipality_id = p.municipality_id AND e.id = p.encounter_id"
    "  WHERE p.municipality_id = :m AND p.person_id = w.id AND e.status IN ('valid', 'joined')"
    "  AND (:possible OR p.certainty = 'sure') ORDER BY e.occurred_at DESC, e.id DESC LIMIT :most) f"
)
_KEPT = text(
    "WITH RECURSIVE chain AS (SELECT joined_id AS id, kept_id AS now, 1 AS step FROM encounter_joins"
    "  WHERE municipality_id = :m AND undone_at IS NULL AND joined_id = ANY(:ids)"
    " UNION ALL SELECT c.id, j.kept_id, c.step + 1 FROM chain c JOIN encounter_joins j"
    "  ON j.municipality_id = :m AND j.undone_at IS NULL AND j.joined_id = c.now WHERE c.step < 20)"
    " SELECT DISTINCT ON (id) id, now FROM chain ORDER BY id, step DESC"
)
_THESE = text(f"SELECT {_FACTS} FROM encounters e WHERE e.municipality_id = :m AND e.id = ANY(:ids)")
_WORKERS = text("SELECT id, name FROM workers WHERE municipality_id = :m AND id = ANY(:ids)")
_TEAMS = text("SELECT id, name FROM teams WHERE municipality_id = :m AND id = ANY(:ids)")
_OFFERS = text(
    "SELECT encounter_id, participation_id, kind, answer, reason FROM offers"
    " WHERE municipality_id = :m AND encounter_id = ANY(:ids) ORDER BY offered_at, id"
)
_EVERY = 100_000


def timeline_of(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """All encounters of these persons (the ids of one person, as merged), each once, newest first.

    Each: kind "encounter", id, at, outcome, situation, people_count, region_id, near, team, by, certainty, offers
    [{kind, answer, reason}], time_uncertain, late, the person_id under which it was told, and `records`: the ids of all
    records of that meeting, under which more may hang. A person who was there possibly is listed too, as `possible`.
    """
    rows = _rows(session, municipality_id, person_ids, _EVERY, possible=True)
    shown: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        known = shown.get(row["id"])
        if known is None or (known["certainty"] == "possible" and row["certainty"] == "sure"):
            shown[row["id"]] = row
    found = sorted(shown.values(), key=lambda row: (row["at"], str(row["id"])), reverse=True)
    _with_names(session, municipality_id, found)
    _with_offers(session, municipality_id, found, set(person_ids))
    return found


def _with_offers(session: Session, m: int, found: list[dict[str, Any]], people: set[UUID]) -> None:
    """What was offered to these persons or to all, under whichever record of the meeting it was told."""
    records = records_under(session, [row["id"] for row in found])
    counted = {}
    for row in found:
        row["records"] = records[row["id"]]
        counted.update(dict.fromkeys(row["records"], row))
    offers = session.execute(_OFFERS, {"m": m, "ids": list(counted)}).all() if counted else []
    whom = standing(session, m, {offer.participation_id for offer in offers if offer.participation_id})
    for offer in offers:
        if offer.participation_id is None or whom[offer.participation_id].person_id in people:
            counted[offer.encounter_id]["offers"].append(
                {"kind": offer.kind, "answer": offer.answer, "reason": offer.reason}
            )


def last_contacts(
    session: Session, municipality_id: int, person_ids: Collection[UUID], each: int = 5
) -> dict[UUID, list[dict[str, Any]]]:
    """{person id as asked: her newest encounters, at most `each`}, in the shape of the phone's `contacts`.

    Only where she surely was. Set-based: thousands of persons at once.
    """
    rows = _rows(session, municipality_id, person_ids, each * 2, possible=False)
    rows.sort(key=lambda row: (row["at"], str(row["id"])), reverse=True)
    found: dict[UUID, dict[UUID, dict[str, Any]]] = {}
    for row in rows:
        mine = found.setdefault(row["person_id"], {})
        if len(mine) < each:
            mine.setdefault(row["id"], row)
    _with_names(session, municipality_id, [row for mine in found.values() for row in mine.values()])
    return {
        person_id: [
            {name: row[name] for name in ("id", "at", "kind", "outcome", "near", "by")} for row in mine.values()
        ]
        for person_id, mine in found.items()
    }


def _rows(
    session: Session, municipality_id: int, person_ids: Collection[UUID], most: int, possible: bool
) -> list[dict[str, Any]]:
    if not person_ids:
        return []
    asked = {"m": municipality_id, "ids": list(person_ids), "most": most, "possible": possible}
    rows = session.execute(_LAST, asked).all()
    joined = [row.id for row in rows if row.status == "joined"]
    kept: dict[UUID, UUID] = {}
    facts: dict[UUID, Any] = {row.id: row for row in rows}
    if joined:
        kept = {row.id: row.now for row in session.execute(_KEPT, {"m": municipality_id, "ids": joined})}
        missing = [id_ for id_ in kept.values() if id_ not in facts]
        facts |= {row.id: row for row in session.execute(_THESE, {"m": municipality_id, "ids": missing})}
    found = []
    for row in rows:
        counts = facts.get(kept.get(row.id, row.id))
        if counts is not None and counts.status == "valid":
            found.append(_item(counts, row))
    return found


def _item(counts: Any, told: Any) -> dict[str, Any]:
    at: datetime = counts.occurred_at
    return {
        "kind": "encounter",
        "id": counts.id,
        "at": at,
        "person_id": told.person_id,
        "certainty": told.certainty,
        "situation": counts.situation,
        "outcome": counts.outcome,
        "people_count": counts.people_count,
        "region_id": counts.region_id,
        "near": counts.neighbourhood,
        "team_id": counts.team_id,
        "worker_id": counts.worker_id,
        "time_uncertain": counts.time_uncertain,
        "late": counts.recorded_late,
        "offers": [],
    }


def _with_names(session: Session, municipality_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Who recorded each, and with which team, by name."""
    workers = _names(session, _WORKERS, municipality_id, {row["worker_id"] for row in rows})
    teams = _names(session, _TEAMS, municipality_id, {row["team_id"] for row in rows if row["team_id"]})
    for row in rows:
        row["by"] = workers.get(row["worker_id"])
        row["team"] = teams.get(row["team_id"])


def _names(session: Session, asked: Any, municipality_id: int, ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(asked, {"m": municipality_id, "ids": list(ids)})}


def contacts_of(
    session: Session,
    municipality_id: int,
    clusters: Mapping[UUID, Collection[UUID]],
    each: int = 5,
    also: Mapping[UUID, list[dict[str, Any]]] | None = None,
) -> dict[UUID, list[dict[str, Any]]]:
    """The same of merged persons, by the id that survived: {survivor: [her ids]} in, her newest encounters out.

    `also`: contacts of another kind by person id (visits), to be sorted in.
    """
    found = last_contacts(session, municipality_id, [id_ for ids in clusters.values() for id_ in ids], each)
    contacts = {}
    for survivor, ids in clusters.items():
        once = {contact["id"]: contact for id_ in ids for contact in (*found.get(id_, ()), *(also or {}).get(id_, ()))}
        contacts[survivor] = sorted(once.values(), key=lambda row: (row["at"], str(row["id"])), reverse=True)[:each]
    return contacts
