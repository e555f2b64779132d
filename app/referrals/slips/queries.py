"""Readings for who checks slips at a door: keys of devices, codes of the own units. Nobody's name leaves by them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Device, Team
from app.referrals import queries
from app.referrals.models import Referral, ReferralEvent
from app.referrals.problems import ReferralNotFound
from app.referrals.terms import OPEN
from app.units import queries as units
from app.units.models import Unit

# A slip counts for a month at most; what closed longer ago than this is not asked about at a door.
_KEYS_OF = timedelta(days=45)
_CLOSED_SINCE = timedelta(days=2)
_LOOK_BACK = timedelta(days=31)
_MOST = 2000


def pack_of(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """What a desk keeps to check slips without a network: see SlipKeysOut."""
    require(actor, "referrals.check_slip")
    m = actor.municipality_id
    own = set(session.scalars(select(Unit.id).where(Unit.municipality_id == m, units.within(actor, "referrals.check_slip"))))
    names = session.execute(select(Unit.id, Unit.name).where(Unit.municipality_id == m, Unit.is_active).order_by(Unit.name))
    return {
        "city": m,
        "worker_id": actor.worker_id,
        "units": [{"id": id_, "name": name, "is_own": id_ in own} for id_, name in names],
        "keys": _keys(session, m, now),
        "open": _standings(session, actor, now),
        "server_time": now,
    }


def _keys(session: Session, municipality_id: int, now: datetime) -> list[dict[str, Any]]:
    """Present and former keys of every device heard of lately; of a lost or revoked one also since when it counts no more."""
    rows = session.execute(
        select(Device.id, Device.slip_key, Device.slip_key_before, func.least(Device.revoked_at, Device.lost_seen_at, Device.lost_at))
        .where(
            Device.municipality_id == municipality_id, Device.slip_key.is_not(None), Device.last_seen_at >= now - _KEYS_OF
        )
        .order_by(Device.last_seen_at.desc())
        .limit(_MOST)
    )
    return [
        {"device_id": id_, "key": key, "revoked_at": revoked_at}
        for id_, present, before, revoked_at in rows
        for key in (present, before)
        if key
    ]


def _standings(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Codes of the actor's doors: open ones, and what closed lately with when, so that 'cancelado' can be told too."""
    moved = (
        select(func.max(func.coalesce(ReferralEvent.recorded_at, ReferralEvent.at)))
        .where(ReferralEvent.municipality_id == Referral.municipality_id, ReferralEvent.referral_id == Referral.id)
        .correlate(Referral)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Referral, moved.label("moved_at"))
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .where(
            Referral.municipality_id == actor.municipality_id,
            *_at_the_own_door(actor),
            or_(Referral.status.in_(OPEN), (Referral.received_at >= now - _LOOK_BACK) & (moved >= now - _CLOSED_SINCE)),
        )
        .order_by(Referral.received_at.desc())
        .limit(_MOST)
    )
    return [
        {
            "code": row.Referral.code,
            "referral_id": row.Referral.id,
            "unit_id": row.Referral.unit_id,
            "status": row.Referral.status,
            "people_count": row.Referral.people_count,
            "received_at": row.Referral.received_at,
            "at": row.moved_at or row.Referral.received_at,
        }
        for row in rows
    ]


def with_code(session: Session, actor: Actor, code: str, now: datetime) -> list[dict[str, Any]]:
    """Referrals of the actor's doors that bear this code, whose wait isn't over first: both where two drew the same."""
    require(actor, "referrals.check_slip")
    rows = session.execute(
        select(Referral, Unit.name)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .where(
            Referral.municipality_id == actor.municipality_id,
            Referral.code == code,
            *_at_the_own_door(actor),
            or_(Referral.status.in_(OPEN), Referral.received_at >= now - _LOOK_BACK),
        )
        .order_by(Referral.status.not_in(OPEN), Referral.received_at.desc())
        .limit(10)
    )
    names = "id code status called people_count with_children with_animals unit_id sent_at received_at arrived_at".split()
    return [{name: getattr(referral, name) for name in names} | {"unit_name": unit} for referral, unit in rows]


def elsewhere(session: Session, actor: Actor, code: str) -> list[str]:
    """Names of other units at which an open referral bears this code: who stands at the wrong door is shown the right one."""
    require(actor, "referrals.check_slip")
    rows = session.scalars(
        select(Unit.name)
        .join(Referral, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .where(
            Referral.municipality_id == actor.municipality_id,
            Referral.code == code,
            Referral.status.in_(OPEN),
            ~units.within(actor, "referrals.check_slip"),
            ~queries.hides_somebody(),
        )
        .distinct()
        .order_by(Unit.name)
    )
    return list(rows)


def printable(session: Session, actor: Actor, referral_id: UUID) -> dict[str, Any]:
    """One referral as its paper shows it: at its own door, or for who coordinates the team that sent it.

    Raises ReferralNotFound, also for somebody else's.
    """
    require(actor, "referrals.read_inbox")
    row = session.execute(
        select(Referral, Unit)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .outerjoin(Team, (Team.municipality_id == Referral.municipality_id) & (Team.id == Referral.team_id))
        .where(Referral.municipality_id == actor.municipality_id, Referral.id == referral_id, _may_print(actor))
    ).first()
    if row is None:
        raise ReferralNotFound()
    return _paper(row)


def to_print(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Open referrals of the actor's teams to units without a desk, newest first: nobody there sees them but on paper."""
    require(actor, "referrals.read_inbox")
    rows = session.execute(
        select(Referral, Unit)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .outerjoin(Team, (Team.municipality_id == Referral.municipality_id) & (Team.id == Referral.team_id))
        .where(
            Referral.municipality_id == actor.municipality_id,
            Referral.status.in_(OPEN),
            Referral.received_at >= now - _LOOK_BACK,
            _sent_by_ones_own(actor),
            ~queries.hides_somebody(),
        )
        .order_by(Referral.received_at.desc())
        .limit(100)
    )
    return [_paper(row) for row in rows]


def _paper(row: Any) -> dict[str, Any]:
    names = "id code status people_count arrive_by held_until appointment_at sent_at".split()
    of_unit = {"unit_name": row.Unit.name, "address": row.Unit.address, "phone": row.Unit.phone, "hours": row.Unit.hours_text}
    return {name: getattr(row.Referral, name) for name in names} | of_unit | {"has_desk": row.Unit.has_desk}


def _at_the_own_door(actor: Actor) -> Iterable[ColumnElement[bool]]:
    """Conditions on Referral and Unit. Who stands at a unit's door expects everybody sent there, somebody restricted too;
    who checks for several units or the whole city does not.
    """
    doors = replace(actor, grants=tuple(one for one in actor.grants if one.scope_kind == "unit" or one.role == "unit_desk"))
    yield units.within(actor, "referrals.check_slip")
    yield or_(units.within(doors, "referrals.check_slip"), ~queries.hides_somebody())


def _sent_by_ones_own(actor: Actor) -> ColumnElement[bool]:
    """To a unit without a desk, by a team that the actor coordinates or is the technician of; a mere desk is neither."""
    verb = "referrals.read_inbox"
    sender = replace(actor, grants=tuple(one for one in actor.grants if one.role != "unit_desk"))
    own = or_(Referral.team_id.in_(sender.team_ids(verb)), Team.reference_unit_id.in_(sender.unit_ids(verb)))
    return Unit.has_desk.is_(False) & (Referral.id.is_not(None) if sender.everywhere(verb) else own)


def _may_print(actor: Actor) -> ColumnElement[bool]:
    doors = replace(actor, grants=tuple(one for one in actor.grants if one.scope_kind == "unit" or one.role == "unit_desk"))
    at_the_door = units.within(doors, "referrals.read_inbox")
    return or_(at_the_door, or_(units.within(actor, "referrals.read_inbox"), _sent_by_ones_own(actor)) & ~queries.hides_somebody())
