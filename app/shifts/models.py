"""Shifts as they were worked: who went out, with whom, for which unit, where; and what made the presence certain."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Shift(Tenant, db.Model):
    """ended_at and end_kind are worked out from the events and from the worker's next shift (rules.end_of), whatever came first.

    Of where it was opened and closed only the coarse cell is kept: never a worker's exact point. closed_by_rule_at: when the
    system closed it for want of a check-out; it stays when the true end is told afterwards. planned_shift_id: of a plan of its team
    that is here when the shift comes in (queries.plan_of), else none; a plan is cancelled, never deleted.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        *refers(
            team_id="teams", worker_id="workers", device_id="devices", reference_unit_id="units", planned_shift_id="planned_shifts",
        ),
        CheckConstraint("end_kind IN ('worker', 'rule', 'next_shift')", name="end_kind"),
        Index("ix_shifts_started", "municipality_id", "started_at"),
        Index("ix_shifts_open", "municipality_id", "started_at", postgresql_where="ended_at IS NULL"),
    )  # fmt: skip

    team_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    reference_unit_id: Mapped[UUID | None]
    planned_shift_id: Mapped[UUID | None]
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    start_uncertain: Mapped[bool] = mapped_column(default=False, server_default=false())
    start_cell: Mapped[str | None] = mapped_column(String(15))
    start_source: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_kind: Mapped[str | None]
    end_cell: Mapped[str | None] = mapped_column(String(15))
    end_source: Mapped[str | None]
    closed_by_rule_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ShiftCompanion(Tenant, db.Model):
    __tablename__ = "shift_companions"
    __table_args__ = (*refers(shift_id="shifts", worker_id="workers"),)

    shift_id: Mapped[UUID]
    worker_id: Mapped[UUID]


class ShiftEvent(Tenant, db.Model):
    """What was said of a shift while it lasted, and how it ended: every end that was told, and the one that the rule put.

    worker_id is null where the system did it. region_id only of `entered`; null there: somewhere that no region covers.
    """

    __tablename__ = "shift_events"
    __table_args__ = (
        *refers(shift_id="shifts", region_id="regions", worker_id="workers"),
        CheckConstraint("kind IN ('entered', 'paused', 'resumed', 'ended', 'closed')", name="kind"),
    )

    shift_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    region_id: Mapped[UUID | None]
    worker_id: Mapped[UUID | None]
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    time_uncertain: Mapped[bool] = mapped_column(default=False)
    told_late: Mapped[bool] = mapped_column(default=False)


class PresenceMark(Tenant, db.Model):
    """The team was there, by its own tap: it met nobody ("passei aqui, ninguém"), or somebody was there (`done`, of a known point).

    A known point or a coarse cell, never the exact point.
    """

    __tablename__ = "presence_marks"
    __table_args__ = (
        *refers(
            shift_id="shifts", team_id="teams", worker_id="workers", device_id="devices", region_id="regions",
            known_point_id="concentration_points",
        ),
        CheckConstraint("kind IN ('nobody', 'done')", name="kind"),
        Index("ix_presence_marks_time", "municipality_id", "occurred_at"),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(default="nobody", server_default="nobody")
    shift_id: Mapped[UUID | None]
    team_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    time_uncertain: Mapped[bool] = mapped_column(default=False)
    place_source: Mapped[str]
    known_point_id: Mapped[UUID | None]
    cell: Mapped[str | None] = mapped_column(String(15))
    region_id: Mapped[UUID | None]
