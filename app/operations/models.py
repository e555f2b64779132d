"""Operations (frio, chuva, calor): when the city works otherwise for a time, and what its units lent it."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, Time, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Operation(Tenant, db.Model):
    """One at a time in a city. ends_at: when it ends by itself, always said; ended_at: when it did, or when somebody ended it
    (ended_by None: the clock). What was met belongs to it by its own time, started_at ≤ t < its end: nothing is written there.

    opens, closes: hours of the street's work, as its preset says; team_ids: teams called besides those of every night.
    """

    __tablename__ = "operations"
    __table_args__ = (
        *refers(started_by="workers", ended_by="workers"),
        CheckConstraint("kind IN ('cold', 'rain', 'heat')", name="kind"),
        CheckConstraint("closing IN ('by_hour', 'by_hand')", name="closing"),
        CheckConstraint("started_at < ends_at AND (ended_at IS NULL OR started_at <= ended_at)", name="order"),
        Index("uq_operations_running", "municipality_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_operations_started", "municipality_id", "started_at"),
    )

    kind: Mapped[str]
    trigger: Mapped[str]
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)
    closing: Mapped[str]
    team_ids: Mapped[list] = mapped_column(JSONB, default=list)
    items: Mapped[list] = mapped_column(JSONB, default=list)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_by: Mapped[UUID]
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None]
    end_note: Mapped[str | None]


class OperationUnit(Tenant, db.Model):
    """What one unit agreed to: places more, and hours on top of its own (None: as always). Its id is that of the loan."""

    __tablename__ = "operation_units"
    __table_args__ = (
        *refers(operation_id="operations", unit_id="units"),
        CheckConstraint("extra_places BETWEEN 0 AND 300", name="extra_places"),
        CheckConstraint("num_nonnulls(opens, closes) IN (0, 2)", name="both"),
        Index("uq_operation_units_once", "municipality_id", "operation_id", "unit_id", unique=True, postgresql_where=text("left_at IS NULL")),
    )

    operation_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    extra_places: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[time | None] = mapped_column(Time)
    closes: Mapped[time | None] = mapped_column(Time)
    # Taken out of it while it went on.
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
