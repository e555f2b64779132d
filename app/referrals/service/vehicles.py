"""A vehicle asked for by a team: the coordination says that it goes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.core.changes import announce
from app.core.ids import new_id
from app.referrals import queries
from app.referrals.models import Referral, Trip
from app.referrals.problems import NoVehicleAsked, ReferralNotFound
from app.referrals.service import telling
from app.referrals.service.moves import locked, tell
from app.referrals.terms import EXPECTED


def send_vehicle(session: Session, actor: Actor, referral_id: UUID, now: datetime) -> Trip:
    """The vehicle goes, for the whole trip where there is one; the team sees it on its phones. Told again, nothing changes.

    Raises Forbidden, NoVehicleAsked, ReferralNotFound (also of somebody whom the actor may not see).
    """
    require(actor, "referrals.send_vehicle")
    referral = locked(session, actor.municipality_id, referral_id)
    if not queries.may_send(session, actor, referral):
        raise Forbidden(extra={"verb": "referrals.send_vehicle"})
    if not queries.is_seen(session, referral):
        raise ReferralNotFound()
    if not referral.vehicle_asked or referral.status not in EXPECTED:
        raise NoVehicleAsked()
    m = actor.municipality_id
    trip = session.get(Trip, (m, referral.trip_id), with_for_update=True) if referral.trip_id else None
    if trip is None:
        # Somebody alone is a trip of one.
        trip = Trip(
            municipality_id=m, id=new_id(), team_id=referral.team_id, worker_id=referral.worker_id, travel=referral.travel or "other_vehicle",
            vehicle_asked=True, made_at=now,
        )  # fmt: skip
        session.add(trip)
        session.flush()
        referral.trip_id, referral.trip_order = trip.id, 1
    if trip.vehicle_sent_at is None:
        trip.vehicle_sent_at = now
        tell(session, actor, referral, "referrals.send_vehicle", now, event="vehicle_sent", fields=["vehicle_sent_at"])
        telling.sender(session, referral, "referral_answered", now)
        others = session.scalars(select(Referral.id).where(Referral.municipality_id == m, Referral.trip_id == trip.id))
        announce(session, m, "referral", list(others))
    return trip
