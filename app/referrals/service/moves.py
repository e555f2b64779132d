"""What every move of a referral shares: the row held, who stands where, the line of history, trail and phones' changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.referrals import queries
from app.referrals.models import Referral, ReferralEvent, Trip
from app.referrals.problems import ReferralNotFound
from app.referrals.service import telling
from app.units import service as units


@dataclass(frozen=True)
class Clock:
    """Nobody: the clock of a city, as the trail knows who acted."""

    municipality_id: int
    worker_id: None = None
    device_id: None = None


def at_the_desk(session: Session, actor: Actor, verb: str, referral_id: UUID, now: datetime) -> Referral:
    """The referral, locked until the end of the transaction, when the actor holds the verb at its unit."""
    require(actor, verb)
    referral = locked(session, actor.municipality_id, referral_id)
    region_id = queries.region_of_unit(session, actor.municipality_id, referral.unit_id)
    require(actor, verb, unit_id=referral.unit_id, region_id=region_id)
    if not queries.is_shown(session, actor, referral_id):
        raise ReferralNotFound()
    units.hear(session, actor.municipality_id, [referral.unit_id], now)
    return referral


def of_the_team(session: Session, actor: Actor, verb: str, referral_id: UUID, at: datetime) -> Referral:
    """The referral, locked, when the actor sent it or held the verb for its team at that instant."""
    sender = actor.at(at)
    require(sender, verb)
    referral = locked(session, actor.municipality_id, referral_id)
    if referral.worker_id != actor.worker_id:
        if referral.team_id is None and not sender.everywhere(verb):
            raise Forbidden(extra={"verb": verb})
        require(sender, verb, team_id=referral.team_id)
    return referral


def locked(session: Session, municipality_id: int, referral_id: UUID) -> Referral:
    """Raises ReferralNotFound."""
    referral = session.scalar(
        select(Referral)
        .where(Referral.municipality_id == municipality_id, Referral.id == referral_id)
        .with_for_update()
        # The lock may have waited for another desk: what this session read before is then old.
        .execution_options(populate_existing=True)
    )
    if referral is None:
        raise ReferralNotFound()
    return referral


def lock_ahead(session: Session, municipality_id: int, bodies: list[dict[str, Any]]) -> None:
    """The referrals that commands of one push name, then their trips, then the units that they ask, each in the order of their
    ids: two pushes never wait for one another in a ring. `bodies` as they came, nothing in them checked."""
    named = {uuid for body in bodies for value in _named_in(body) if (uuid := _uuid(value))}
    wanted = {uuid for body in bodies if (uuid := _uuid(body.get("unit_id")))}
    trips = {uuid for body in bodies if (uuid := _uuid(body.get("trip_id")))}
    held = session.execute(
        select(Referral.id, Referral.unit_id)
        .where(
            Referral.municipality_id == municipality_id,
            # Whoever is left out of a trip that is planned anew is changed too.
            or_(Referral.id.in_(sorted(named)), Referral.trip_id.in_(sorted(trips))),
        )
        .order_by(Referral.id)
        .with_for_update()
    ).all()
    session.execute(
        select(Trip.id).where(Trip.municipality_id == municipality_id, Trip.id.in_(sorted(trips))).order_by(Trip.id).with_for_update()
    )
    units.lock_units(session, municipality_id, wanted | {row.unit_id for row in held})


def locks_several(body: dict[str, Any]) -> bool:
    """Whether one command alone locks more than one referral or unit: a redirection, a trip."""
    return bool(body.get("redirects_id") or body.get("referral_ids"))


def _named_in(body: dict[str, Any]) -> list[Any]:
    stops = body.get("referral_ids")
    return [body.get("referral_id"), body.get("redirects_id"), *(stops if isinstance(stops, list) else ())]


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def tell(
    session: Session,
    actor: Actor | Clock,
    referral: Referral,
    action: str,
    now: datetime,
    at: datetime | None = None,
    reason: str | None = None,
    fields: Any = ("status",),
    by_sender: bool = False,
    event: str | None = None,
) -> None:
    """The move in the history, in the trail and in the phones' line of changes."""
    session.add(
        ReferralEvent(
            municipality_id=actor.municipality_id,
            id=new_id(),
            referral_id=referral.id,
            status=event or referral.status,
            reason=reason,
            worker_id=actor.worker_id,
            at=at or now,
            recorded_at=now,
            by_sender=by_sender,
        )
    )
    session.flush()
    trail.record(session, actor, action, now, "referral", referral.id, list(fields))
    announce(session, actor.municipality_id, "referral", [referral.id])


def let_go(session: Session, referral: Referral, at: datetime) -> None:
    """Whatever place was promised is free for others from now on."""
    if referral.held_until is not None:
        units.release_places(session, referral.municipality_id, referral.id, at)
        referral.held_until = None


def answered(session: Session, referral: Referral, now: datetime) -> None:
    """Nobody waits for an answer any more."""
    if referral.awaited_since is not None:
        telling.settled(session, referral, now)
    referral.awaited_since, referral.escalated = None, 0


def words(text: str | None) -> str | None:
    """What was written, or nothing."""
    return (text or "").strip() or None
