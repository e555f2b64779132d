"""Shifts as they were worked: who went out, with whom, for which unit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Shift(Tenant, db.Model):
    __tablename__ = "shifts"
    __table_args__ = (
        *refers(team_id="teams", worker_id="workers", device_id="devices", reference_unit_id="units"),
        Index("ix_shifts_started", "municipality_id", "started_at"),
    )

    team_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    reference_unit_id: Mapped[UUID | None]
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ShiftCompanion(Tenant, db.Model):
    __tablename__ = "shift_companions"
    __table_args__ = (*refers(shift_id="shifts", worker_id="workers"),)

    shift_id: Mapped[UUID]
    worker_id: Mapped[UUID]
