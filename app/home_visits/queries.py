"""Readings of home visits: the visitor's own, for the phone."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Worker
from app.home_visits.models import HomeVisit
from app.people.models import Household

OWN_DAYS = 30

# A family's next visit is what the last one before today says; made today, whatever came of it but nobody at home.
_TODAY = text(
    "WITH before AS (SELECT DISTINCT ON (household_id) household_id, team_id, next_on FROM home_visits"
    "  WHERE municipality_id = :m AND status = 'valid' AND household_id IS NOT NULL AND occurred_at < :midnight"
    "  ORDER BY household_id, occurred_at DESC, id DESC)"
    " SELECT b.team_id, count(*) AS number, count(*) FILTER (WHERE EXISTS (SELECT FROM home_visits v WHERE v.municipality_id = :m"
    "   AND v.household_id = b.household_id AND v.status = 'valid' AND v.occurred_at >= :midnight AND v.result <> 'nobody_home')) AS done"
    " FROM before b WHERE b.next_on = :today AND b.team_id = ANY(:teams) GROUP BY b.team_id"
)


def for_phone(
    session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The visitor's own visits of the last 30 days, as pull bodies; of a family that the visitor may not see, without it."""
    query = (
        select(HomeVisit, Household.id)
        .outerjoin(
            Household,
            and_(Household.municipality_id == HomeVisit.municipality_id, Household.id == HomeVisit.household_id),
        )
        .where(*_held_by(actor, now))
    )
    if ids is not None:
        query = query.where(HomeVisit.id.in_(ids))
    return {
        row.id: {
            "id": row.id,
            "household_id": household_id,
            "called": row.called if household_id == row.household_id else None,
            "result": row.result,
            "occurred_at": row.occurred_at,
            "next_on": row.next_on,
            "status": row.status,
            "replaces_id": row.replaces_id,
            "receipt": row.receipt,
            "time_uncertain": row.time_uncertain,
            "late": row.recorded_late,
        }
        for row, household_id in session.execute(query)
    }


def ids_for_phone(session: Session, actor: Actor, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The first ids of what `for_phone` gives, behind one, sorted."""
    query = select(HomeVisit.id).where(*_held_by(actor, now))
    if after is not None:
        query = query.where(HomeVisit.id > after)
    return list(session.scalars(query.order_by(HomeVisit.id).limit(limit)))


def of_teams_today(
    session: Session, municipality_id: int, team_ids: Collection[UUID], today: date, midnight: datetime
) -> dict[UUID, tuple[int, int]]:
    """{team: (made, agreed)} of the visits that the families' last ones set for today; `midnight`: the instant at which it began."""
    rows = session.execute(_TODAY, {"m": municipality_id, "midnight": midnight, "today": today, "teams": list(team_ids)})
    return {row.team_id: (row.done, row.number) for row in rows}


def _held_by(actor: Actor, now: datetime) -> tuple:
    return (
        HomeVisit.municipality_id == actor.municipality_id,
        HomeVisit.worker_id == actor.worker_id,
        HomeVisit.occurred_at >= now - timedelta(days=OWN_DAYS),
    )


def last_and_next(session: Session, municipality_id: int, households: Collection[UUID]) -> dict[UUID, tuple]:
    """For each household: the instant of the last visit that was done and the next date agreed (or None)."""
    rows = session.execute(
        select(
            HomeVisit.household_id,
            func.max(HomeVisit.occurred_at).filter(HomeVisit.result == "done"),
            func.max(HomeVisit.next_on),
        )
        .where(
            HomeVisit.municipality_id == municipality_id,
            HomeVisit.household_id.in_(households),
            HomeVisit.status == "valid",
        )
        .group_by(HomeVisit.household_id)
    )
    return {household_id: (last, next_on) for household_id, last, next_on in rows}


# A visit is of whom it names among the members. Members move when a family divides or joins another: her visits are
# looked for in the family where she lives and in those whose events name her.
_OF_MEMBERS = (
    " FROM household_member_people k JOIN household_members b ON b.municipality_id = k.municipality_id AND b.id = k.id"
    " CROSS JOIN LATERAL (SELECT b.household_id AS id UNION SELECT e.household_id FROM household_events e"
    "  WHERE e.municipality_id = k.municipality_id AND e.member_id = b.id) h"
    " JOIN home_visits v ON v.municipality_id = k.municipality_id AND v.household_id = h.id"
    "  AND v.status = 'valid' AND jsonb_exists(v.member_ids, b.id::text)"
    " JOIN workers w ON w.municipality_id = v.municipality_id AND w.id = v.worker_id"
    " LEFT JOIN teams t ON t.municipality_id = v.municipality_id AND t.id = v.team_id"
)
_TIMELINE = text(
    "SELECT DISTINCT ON (v.occurred_at, v.id) v.id, v.occurred_at, v.result, v.household_id, v.region_id,"
    " v.time_uncertain, v.recorded_late, k.person_id, w.name AS by, t.name AS team"
    + _OF_MEMBERS
    + " WHERE k.municipality_id = :m AND k.person_id = ANY(:ids) ORDER BY v.occurred_at DESC, v.id DESC"
)
_LAST = text(
    "SELECT p.id AS person_id, f.* FROM unnest(CAST(:ids AS uuid[])) p(id) CROSS JOIN LATERAL"
    " (SELECT DISTINCT ON (v.occurred_at, v.id) v.id, v.occurred_at, v.result, w.name AS by"
    + _OF_MEMBERS
    + " WHERE k.municipality_id = :m AND k.person_id = p.id ORDER BY v.occurred_at DESC, v.id DESC LIMIT :each) f"
)

_UNDER = text(
    "WITH RECURSIVE under AS (SELECT id AS now, id FROM unnest(CAST(:ids AS uuid[])) w(id) UNION"
    " SELECT u.now, v.replaces_id FROM under u JOIN home_visits v ON v.municipality_id = :m AND v.id = u.id"
    " WHERE v.replaces_id IS NOT NULL) SELECT now, id FROM under"
)
_ALONE = text(
    "SELECT v.id FROM home_visits v WHERE v.municipality_id = :m AND v.id = ANY(:ids) AND 1 = (SELECT count(*)"
    " FROM household_members o WHERE o.municipality_id = :m AND o.household_id = v.household_id)"
    " AND EXISTS (SELECT FROM household_members o JOIN household_member_people l"
    "  ON l.municipality_id = :m AND l.id = o.id WHERE o.municipality_id = :m AND o.household_id = v.household_id"
    "  AND l.person_id = ANY(:people))"
)


def timeline_of(session: Session, municipality_id: int, person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Every visit that names one of these persons (the ids of one), newest first, in the shape of an encounter's item.

    Each: kind "home_visit", id, at, outcome (the result), household_id, region_id, near (None: never a place), by, team.
    """
    if not person_ids:
        return []
    return [
        {
            "kind": "home_visit",
            "id": row.id,
            "at": row.occurred_at,
            "person_id": row.person_id,
            "certainty": "sure",
            "outcome": row.result,
            "household_id": row.household_id,
            "region_id": row.region_id,
            "near": None,
            "by": row.by,
            "team": row.team,
            "time_uncertain": row.time_uncertain,
            "late": row.recorded_late,
            "offers": [],
        }
        for row in session.execute(_TIMELINE, {"m": municipality_id, "ids": list(person_ids)})
    ]


def last_contacts(
    session: Session, municipality_id: int, person_ids: Collection[UUID], each: int = 5
) -> dict[UUID, list[dict[str, Any]]]:
    """{person as asked: her newest visits, at most `each`}, in the shape of the phone's `contacts`. Set-based."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    if not person_ids:
        return found
    for row in session.execute(_LAST, {"m": municipality_id, "ids": list(person_ids), "each": each}):
        found.setdefault(row.person_id, []).append(
            {"id": row.id, "at": row.occurred_at, "kind": "home_visit", "outcome": row.result, "near": None, "by": row.by}
        )
    return found


def of_household(session: Session, municipality_id: int, household_id: UUID, most: int = 100) -> list[dict[str, Any]]:
    """The newest visits to a family: at, result, next_on, by. No note, no place."""
    rows = session.execute(
        select(HomeVisit.id, HomeVisit.occurred_at.label("at"), HomeVisit.result, HomeVisit.next_on, Worker.name.label("by"))
        .join(Worker, and_(Worker.municipality_id == HomeVisit.municipality_id, Worker.id == HomeVisit.worker_id))
        .where(
            HomeVisit.municipality_id == municipality_id,
            HomeVisit.household_id == household_id,
            HomeVisit.status == "valid",
        )
        .order_by(HomeVisit.occurred_at.desc())
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


def records_under(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{visit: itself and every visit that it corrects, step by step}: referrals stay under the one that sent them."""
    found: dict[UUID, list[UUID]] = {id_: [] for id_ in ids}
    if found:
        for row in session.execute(_UNDER, {"m": municipality_id, "ids": list(found)}):
            found[row.now].append(row.id)
    return found


def alone_in(session: Session, municipality_id: int, ids: Collection[UUID], people: Collection[UUID]) -> set[UUID]:
    """Of these visits, those to a family that never had another member than this person (the ids of one)."""
    asked = {"m": municipality_id, "ids": list(ids), "people": list(people)}
    return set(session.scalars(_ALONE, asked)) if asked["ids"] else set()
