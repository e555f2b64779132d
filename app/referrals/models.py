"""Referrals (encaminhamentos): sent, received, arrived and attended are separate facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class Referral(Tenant, db.Model):
    """`code` is drawn on the phone; two open ones of a unit may bear the same, and its desk is shown both.

    held_until: until when a bed is promised; arrive_by: until when the person is expected, with a bed or without.
    redirected_from_id: the referral that this one takes on. hold_answer: what the server said to the asked place.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        *refers(
            unit_id="units",
            encounter_id="encounters",
            visit_id="home_visits",
            team_id="teams",
            worker_id="workers",
            decided_by="workers",
            proposed_unit_id="units",
            next_unit_id="units",
            redirected_from_id="referrals",
            trip_id="trips",
            slip_device_id="devices",
        ),
        CheckConstraint("num_nonnulls(encounter_id, visit_id) <= 1", name="origin"),
        CheckConstraint(
            "status IN ('sent', 'held', 'accepted', 'declined', 'on_the_way', 'arrived', 'not_arrived', 'in_service',"
            " 'ended', 'revoked', 'redirected')",
            name="status",
        ),
        CheckConstraint(
            "purpose IN ('place', 'service', 'appointment', 'health', 'documents', 'benefit', 'food', 'work', 'other')",
            name="purpose",
        ),
        CheckConstraint("hold_answer IN ('granted', 'taken', 'unconfirmed', 'no_beds')", name="hold_answer"),
        CheckConstraint("people_count BETWEEN 1 AND 300", name="people_count"),
        Index("ix_referrals_inbox", "municipality_id", "unit_id", "received_at"),
        # What a desk has to do is a handful among years of history: the inbox reads it from here.
        Index(
            "ix_referrals_open",
            "municipality_id",
            "unit_id",
            "received_at",
            postgresql_where=text("status IN ('sent', 'held', 'accepted', 'on_the_way', 'arrived', 'in_service')"),
        ),
        Index("ix_referrals_code", "municipality_id", "code"),
    )

    code: Mapped[str] = mapped_column(String(6))
    unit_id: Mapped[UUID]
    encounter_id: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    worker_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="sent")
    called: Mapped[str | None]
    people_count: Mapped[int] = mapped_column(SmallInteger)
    with_children: Mapped[bool] = mapped_column(default=False)
    with_animals: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime | None] = _maybe_at()
    decided_at: Mapped[datetime | None] = _maybe_at()
    decided_by: Mapped[UUID | None]
    decline_reason: Mapped[str | None]
    decline_text: Mapped[str | None]
    proposed_unit_id: Mapped[UUID | None]
    arrived_at: Mapped[datetime | None] = _maybe_at()
    purpose: Mapped[str] = mapped_column(default="place", server_default="place")
    reasons: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # As the person says of herself and with whom she goes (RECEIVES): never the sex of a form.
    profile: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    with_cart: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    belongings: Mapped[str | None]
    travel: Mapped[str | None]
    vehicle_asked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    trip_id: Mapped[UUID | None]
    trip_order: Mapped[int | None] = mapped_column(SmallInteger)
    hold_answer: Mapped[str | None]
    held_until: Mapped[datetime | None] = _maybe_at()
    arrive_by: Mapped[datetime | None] = _maybe_at()
    next_unit_id: Mapped[UUID | None]
    appointment_at: Mapped[datetime | None] = _maybe_at()
    appointment_note: Mapped[str | None]
    left_at: Mapped[datetime | None] = _maybe_at()
    in_service_at: Mapped[datetime | None] = _maybe_at()
    ended_at: Mapped[datetime | None] = _maybe_at()
    answer: Mapped[str | None]
    answer_text: Mapped[str | None]
    redirected_from_id: Mapped[UUID | None]
    slip_device_id: Mapped[UUID | None]
    # How far the escalation went for what is awaited now (0: nobody was reminded), and since when it is awaited.
    escalated: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    awaited_since: Mapped[datetime | None] = _maybe_at()


class ReferralPerson(Tenant, db.Model):
    """For whom of those who were met: somebody present, known or not. Told of a group, never guessed."""

    __tablename__ = "referral_people"
    __table_args__ = (*refers(referral_id="referrals", participation_id="participations", person_id="people"),)

    referral_id: Mapped[UUID]
    participation_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    called: Mapped[str | None]


class Trip(Tenant, db.Model):
    """One way with several people and stops; its referrals carry its id and their order."""

    __tablename__ = "trips"
    __table_args__ = (*refers(team_id="teams", worker_id="workers"),)

    team_id: Mapped[UUID | None]
    worker_id: Mapped[UUID]
    travel: Mapped[str]
    vehicle_asked: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    vehicle_sent_at: Mapped[datetime | None] = _maybe_at()


class ReferralEvent(Tenant, db.Model):
    """Each move of a referral, kept: the chain that tells what happened and who did it.

    worker_id None: no one; the clock let a promised place go. by_sender: told by the team of a unit without a desk.
    """

    __tablename__ = "referral_events"
    __table_args__ = (*refers(referral_id="referrals", worker_id="workers"),)

    referral_id: Mapped[UUID]
    status: Mapped[str]
    reason: Mapped[str | None]
    worker_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime | None] = _maybe_at()
    by_sender: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
