"""Vehicles that teams asked for and that nobody said to be on their way: for the coordination that sends them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, TeamRegion, Worker
from app.encounters.models import Encounter
from app.home_visits.models import HomeVisit
from app.referrals.models import Referral, Trip
from app.referrals.queries.hidden import hides_somebody
from app.referrals.terms import EXPECTED
from app.units import queries as units
from app.units.models import Unit

_VERB = "referrals.send_vehicle"
# Apart from those of hides_somebody, which would be taken for these.
_Met, _Visited = aliased(Encounter), aliased(HomeVisit)
# Who asked yesterday and still stands there was fetched some other way; it stays on the referral's own page.
_ASKED_WITHIN = timedelta(hours=24)
_MOST = 200


@dataclass
class Vehicle:
    """One way to go: a trip, or one referral of its own. referral_id: by which it is answered. near: neighbourhood; place:
    what the team wrote of it; neither for a home. stops: {id, unit, called, people_count, with_children, with_animals,
    with_cart, belongings, is_urgent}, in the order of the trip.
    """

    referral_id: UUID
    asked_at: datetime
    sent_at: datetime | None
    team: str | None
    worker: str
    travel: str | None
    note: str | None
    region_id: UUID | None
    known_point_id: UUID | None
    near: str | None
    place: str | None
    at_home: bool
    stops: list[dict[str, Any]] = field(default_factory=list)

    @property
    def people_count(self) -> int:
        return sum(stop["people_count"] for stop in self.stops)

    @property
    def is_urgent(self) -> bool:
        return any(stop["is_urgent"] for stop in self.stops)


def vehicles_asked(session: Session, actor: Actor, now: datetime) -> list[Vehicle]:
    """What the actor may send, who waits longest first; what is on its way already comes last, with `sent_at`.

    Nobody who is restricted to others is among them.
    """
    require(actor, _VERB)
    m = actor.municipality_id
    asked = _asked(actor, now).with_only_columns(
        Referral, Trip, Unit.name.label("unit"), Team.name.label("team"), Worker.name.label("worker"),
        func.coalesce(_Met.region_id, _Visited.region_id).label("region_id"),
        _Met.known_point_id, _Met.neighbourhood, _Met.place_text, maintain_column_froms=True,
    )  # fmt: skip
    rows = session.execute(
        asked.join(Worker, and_(Worker.municipality_id == m, Worker.id == Referral.worker_id))
        .outerjoin(_Met, and_(_Met.municipality_id == m, _Met.id == Referral.encounter_id))
        .outerjoin(_Visited, and_(_Visited.municipality_id == m, _Visited.id == Referral.visit_id))
        .order_by(Referral.trip_order.nulls_first(), Referral.received_at, Referral.id)
        .limit(_MOST)
    )
    found: dict[UUID, Vehicle] = {}
    for row in rows:
        referral, trip = row.Referral, row.Trip
        way = found.setdefault(
            referral.trip_id or referral.id,
            Vehicle(
                referral.id, trip.made_at if trip else referral.sent_at, trip.vehicle_sent_at if trip else None, row.team, row.worker,
                referral.travel, trip.note if trip else None, row.region_id, row.known_point_id, row.neighbourhood, row.place_text,
                referral.encounter_id is None,
            ),
        )  # fmt: skip
        way.asked_at = min(way.asked_at, referral.sent_at)
        names = "id called people_count with_children with_animals with_cart belongings is_urgent".split()
        way.stops.append({name: getattr(referral, name) for name in names} | {"unit": row.unit})
    return sorted(found.values(), key=lambda way: (way.sent_at is not None, not way.is_urgent, way.asked_at))


def vehicles_waiting(session: Session, actor: Actor, now: datetime) -> int:
    """How many ways wait for a word."""
    waiting = _asked(actor, now).where(Trip.vehicle_sent_at.is_(None))
    ways = waiting.with_only_columns(func.count(func.coalesce(Referral.trip_id, Referral.id).distinct()), maintain_column_froms=True)
    return session.scalar(ways) or 0


def may_send(session: Session, actor: Actor, referral: Referral) -> bool:
    """Whether this referral's vehicle is the actor's to send."""
    mine = _of_the_city(actor).where(Referral.id == referral.id, _sends_for(actor))
    return session.scalar(mine.with_only_columns(Referral.id, maintain_column_froms=True)) is not None


def _asked(actor: Actor, now: datetime) -> Any:
    return _of_the_city(actor).where(
        Referral.vehicle_asked,
        Referral.status.in_(sorted(EXPECTED)),
        Referral.received_at >= now - _ASKED_WITHIN,
        _sends_for(actor),
        ~hides_somebody(),
    )


def _of_the_city(actor: Actor) -> Any:
    m = actor.municipality_id
    return (
        select(Referral)
        .join(Unit, and_(Unit.municipality_id == m, Unit.id == Referral.unit_id))
        .outerjoin(Team, and_(Team.municipality_id == m, Team.id == Referral.team_id))
        .outerjoin(Trip, and_(Trip.municipality_id == m, Trip.id == Referral.trip_id))
        .where(Referral.municipality_id == m)
    )


def _sends_for(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Referral, Unit and Team: whoever coordinates the team, by itself, by its unit of reference or by one of
    its regions (they are the ones who are told: notices.queries.coordinators_of), or the unit to which it goes.
    """
    if actor.everywhere(_VERB):
        return Referral.id.is_not(None)
    of_regions = exists().where(
        TeamRegion.municipality_id == Team.municipality_id,
        TeamRegion.team_id == Team.id,
        TeamRegion.region_id.in_(actor.region_ids(_VERB)),
    )
    return or_(
        Referral.team_id.in_(actor.team_ids(_VERB)),
        Team.reference_unit_id.in_(actor.unit_ids(_VERB)),
        of_regions,
        units.within(actor, _VERB),
    )
