"""What a phone holds of referrals: its worker's own and her teams', of the last days."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.accounts.models import TeamMember
from app.accounts.queries import present
from app.core.days import today_of
from app.people.queries import among, called_of
from app.referrals.models import Referral, ReferralPerson, Trip
from app.referrals.queries.from_desk import left_a_desk
from app.referrals.queries.hidden import hides_somebody
from app.units.models import Unit

_PHONE_DAYS = 7
_AS_KEPT = (
    "id code unit_id status called people_count sent_at decided_at decline_reason decline_text proposed_unit_id arrived_at"
    " encounter_id visit_id purpose travel vehicle_asked trip_id held_until arrive_by next_unit_id appointment_at"
    " appointment_note answer answer_text ended_at redirected_from_id trip_order"
    # What was asked of this unit, so that a colleague may ask it of another.
    " profile with_children with_animals with_cart is_urgent reasons"
).split()


def for_phone(
    session: Session, actor: Actor, ids: Iterable[UUID] | None, now: datetime, days: int = _PHONE_DAYS
) -> list[dict[str, Any]]:
    """Bodies `referral` of the pull: own and own teams', of the last days; of `ids` only when given."""
    m = actor.municipality_id
    mine = select(TeamMember.team_id).where(
        TeamMember.municipality_id == m,
        TeamMember.worker_id == actor.worker_id,
        present(today_of(session, m, now)),
    )
    after = aliased(Referral)
    # Taken on more than once only where two phones did so at once; the newer stands for it.
    redirected_to = (
        select(after.id)
        .where(after.municipality_id == m, after.redirected_from_id == Referral.id)
        .order_by(after.received_at.desc(), after.id.desc())
        .limit(1)
        .correlate(Referral)
        .scalar_subquery()
    )
    asked = (
        select(Referral, Unit.name, Trip.vehicle_sent_at, redirected_to)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .outerjoin(Trip, (Trip.municipality_id == Referral.municipality_id) & (Trip.id == Referral.trip_id))
        .where(
            Referral.municipality_id == m,
            # An appointment weeks ahead is held until it is over.
            or_(Referral.received_at >= now - timedelta(days=days), Referral.appointment_at >= now - timedelta(days=1)),
            # Where a restricted person was sent is what nobody else may learn, the team that sent her neither.
            ~hides_somebody(),
            # What left from a desk stays at desks, also of who works in the street too.
            ~left_a_desk(),
            or_(
                Referral.worker_id == actor.worker_id,
                Referral.team_id.in_(mine),
                Referral.team_id.in_(actor.team_ids("referrals.send")),
            ),
        )
        .order_by(Referral.received_at.desc())
    )
    if ids is not None:
        asked = asked.where(Referral.id.in_(list(ids)))
    rows = session.execute(asked).all()
    people = people_of(session, m, [row.Referral.id for row in rows])
    return [
        {name: getattr(referral, name) for name in _AS_KEPT}
        | {
            "unit_name": unit_name, "hold": referral.hold_answer, "vehicle_sent_at": vehicle_sent_at,
            "redirected_to_id": redirected_to_id, "people": people[referral.id],
        }
        for referral, unit_name, vehicle_sent_at, redirected_to_id in rows
    ]  # fmt: skip


def people_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """For whom each referral is, where it was told: each under the id and the name that she has now."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = session.scalars(
        select(ReferralPerson)
        .where(ReferralPerson.municipality_id == municipality_id, among(ReferralPerson.referral_id, ids))
        .order_by(ReferralPerson.id)
    ).all()
    now = called_of(session, municipality_id, [row.person_id for row in rows])
    for row in rows:
        known = now.get(row.person_id) if row.person_id else None
        found[row.referral_id].append(
            {
                "participation_id": row.participation_id,
                "person_id": known.id if known else None,
                "called": known.called if known else row.called,
            }
        )
    return found
