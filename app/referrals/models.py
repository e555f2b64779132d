"""Referrals (encaminhamentos): sent, received, arrived and attended are separate facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Referral(Tenant, db.Model):
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
        ),
        CheckConstraint("num_nonnulls(encounter_id, visit_id) = 1", name="origin"),
        CheckConstraint(
            "status IN ('sent', 'accepted', 'declined', 'arrived', 'not_arrived', 'revoked')", name="status"
        ),
        CheckConstraint("people_count BETWEEN 1 AND 300", name="people_count"),
        UniqueConstraint("municipality_id", "code"),
        Index("ix_referrals_inbox", "municipality_id", "unit_id", "received_at"),
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
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    decline_reason: Mapped[str | None]
    decline_text: Mapped[str | None]
    proposed_unit_id: Mapped[UUID | None]
    arrived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ReferralEvent(Tenant, db.Model):
    """Each move of a referral, kept: the chain that tells what happened and who did it."""

    __tablename__ = "referral_events"
    __table_args__ = (*refers(referral_id="referrals", worker_id="workers"),)

    referral_id: Mapped[UUID]
    status: Mapped[str]
    reason: Mapped[str | None]
    worker_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
