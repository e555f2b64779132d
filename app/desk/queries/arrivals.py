"""Who comes to a unit of the day: today's arrivals, and the known list from which one tap makes another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.people import queries as people
from app.people.queries import Called
from app.units.models import Unit, UnitVisit

# Who didn't come for so long is found by name, or by arriving as new.
_KNOWN_FOR = timedelta(days=30)
_LONGEST_LIST = 200


@dataclass(frozen=True)
class Known:
    """Somebody who came lately. person_id None: known at this door by the name only."""

    person_id: UUID | None
    called: str | None
    last_at: datetime
    times: int


def visits_today(session: Session, actor: Actor, unit_id: UUID, midnight: datetime) -> list[dict[str, Any]]:
    """Arrivals since an instant, the latest first: {id, at, called, person_id (only where her page opens), services}."""
    rows = list(session.scalars(_standing(actor, unit_id, midnight).order_by(UnitVisit.at.desc(), UnitVisit.id.desc())))
    names = people.called_of(session, actor.municipality_id, [row.person_id for row in rows])
    return [
        {
            "id": row.id, "at": row.at, "services": row.services, "referral_id": row.referral_id,
            "called": row.called or _called(names, row.person_id),
            "person_id": names[row.person_id].id if row.person_id in names and actor.can("people.read") else None,
        }
        for row in rows
    ]  # fmt: skip


def known_at(session: Session, actor: Actor, unit: Unit, midnight: datetime) -> list[Known]:
    """Who came in the last days and not yet today, by name. Without a name nobody can be told from another: not in it."""
    m = actor.municipality_id
    visits = _standing(actor, unit.id, midnight - _KNOWN_FOR).subquery()
    rows = session.execute(
        select(
            visits.c.person_id,
            func.max(visits.c.called).label("called"),
            func.max(visits.c.at).label("last_at"),
            func.count().label("times"),
        )
        .where(visits.c.person_id.is_not(None) | visits.c.called.is_not(None))
        .group_by(visits.c.person_id, func.lower(func.coalesce(visits.c.called, "")))
        .order_by(func.max(visits.c.at).desc())
        .limit(2 * _LONGEST_LIST)
    ).all()
    names = people.called_of(session, m, [row.person_id for row in rows])
    found: dict[Any, Known] = {}
    for row in rows:
        called = _called(names, row.person_id) or row.called
        person_id = names[row.person_id].id if row.person_id in names else None
        key = person_id or (called or "").casefold()
        before = found.get(key)
        if called:
            times = row.times + (before.times if before else 0)
            found[key] = Known(person_id, called, max(row.last_at, before.last_at) if before else row.last_at, times)
    return _listed(found.values(), midnight)


def _standing(actor: Actor, unit_id: UUID, since: datetime) -> Any:
    return select(UnitVisit).where(
        UnitVisit.municipality_id == actor.municipality_id,
        UnitVisit.unit_id == unit_id,
        UnitVisit.at >= since,
        UnitVisit.taken_back_at.is_(None),
    )


def _called(names: dict[UUID, Called], person_id: UUID | None) -> str | None:
    return names[person_id].called if person_id in names else None


def _listed(known: Iterable[Known], midnight: datetime) -> list[Known]:
    waiting = [each for each in known if each.last_at < midnight]
    return sorted(waiting, key=lambda each: (each.called or "").casefold())[:_LONGEST_LIST]
