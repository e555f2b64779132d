"""The roster: patterns that repeat, the shifts that were planned from them or by hand, who is in them, who is away."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, SmallInteger, Time, UniqueConstraint, column, func, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped:
    return mapped_column(DateTime(timezone=True))


class Vehicle(Tenant, db.Model):
    __tablename__ = "vehicles"
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        CheckConstraint("seats BETWEEN 1 AND 60", name="seats"),
    )

    name: Mapped[str]
    # People of the team and people who are taken along.
    seats: Mapped[int] = mapped_column(SmallInteger)
    is_accessible: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class RosterPattern(Tenant, db.Model):
    """What repeats, in wall times of the city; ends <= starts: of the next day. Weekly on `weekdays` (0 = Monday), or every
    `cycle_days` counted from `anchor_on` (12×36: 2). It is never edited, only ended: what was planned from it stays true.
    on_holidays: what a holiday of the city is to it (terms.ON_HOLIDAYS).
    """

    __tablename__ = "roster_patterns"
    __table_args__ = (
        *refers(team_id="teams", vehicle_id="vehicles", made_by="workers"),
        CheckConstraint("kind IN ('weekly', 'cycle')", name="kind"),
        CheckConstraint(
            "(kind = 'cycle') = (cycle_days IS NOT NULL AND anchor_on IS NOT NULL)"
            " AND (kind = 'weekly') = (jsonb_array_length(weekdays) > 0)",
            name="repeats",
        ),
        CheckConstraint("cycle_days BETWEEN 2 AND 28", name="cycle_days"),
        CheckConstraint("on_holidays IN ('work', 'off') OR on_holidays = 'sunday' AND kind = 'weekly'", name="on_holidays"),
        # One that was ended before it began is empty, not wrong.
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from - 1", name="order"),
    )

    team_id: Mapped[UUID]
    kind: Mapped[str]
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    weekdays: Mapped[list] = mapped_column(JSONB, default=list)
    cycle_days: Mapped[int | None] = mapped_column(SmallInteger)
    anchor_on: Mapped[date | None] = mapped_column(Date)
    on_holidays: Mapped[str] = mapped_column(default="work", server_default="work")
    region_ids: Mapped[list] = mapped_column(JSONB, default=list)
    member_ids: Mapped[list] = mapped_column(JSONB, default=list)
    vehicle_id: Mapped[UUID | None]
    valid_from: Mapped[date] = mapped_column(Date)
    # The last day of it.
    valid_to: Mapped[date | None] = mapped_column(Date)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = _at()


class PlannedShift(Tenant, db.Model):
    """One shift of a team. It belongs to `on_date`, the local date on which it starts, also when it ends on the next.

    A shift that a pattern made is unique of its day: planning twice adds nothing, also where it was cancelled by hand.
    is_changed: somebody touched it by hand, so no pattern takes it back.
    """

    __tablename__ = "planned_shifts"
    __table_args__ = (
        *refers(team_id="teams", vehicle_id="vehicles", pattern_id="roster_patterns", made_by="workers"),
        CheckConstraint("status IN ('draft', 'published', 'cancelled')", name="status"),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published"),
        Index(
            "uq_planned_shifts_pattern", "municipality_id", "pattern_id", "on_date", unique=True,
            postgresql_where=text("pattern_id IS NOT NULL"),
        ),
        Index("ix_planned_shifts_day", "municipality_id", "on_date"),
        Index("ix_planned_shifts_ends", "municipality_id", "ends_at"),
        ExcludeConstraint(
            ("municipality_id", "="), ("vehicle_id", "="), (func.tstzrange(column("starts_at"), column("ends_at")), "&&"),
            name="ex_planned_shifts_vehicle", using="gist", where=text("vehicle_id IS NOT NULL AND status <> 'cancelled'"),
        ),
    )  # fmt: skip

    team_id: Mapped[UUID]
    on_date: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = _at()
    ends_at: Mapped[datetime] = _at()
    vehicle_id: Mapped[UUID | None]
    pattern_id: Mapped[UUID | None]
    status: Mapped[str]
    published_at: Mapped[datetime | None] = _at()
    note: Mapped[str] = mapped_column(default="")
    is_changed: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = _at()


class PlannedShiftRegion(Tenant, db.Model):
    """Where it is planned to be. Removed by `left_at`, so that what was published stays readable."""

    __tablename__ = "planned_shift_regions"
    __table_args__ = (
        *refers(planned_shift_id="planned_shifts", region_id="regions"),
        Index(
            "uq_planned_shift_regions_standing", "municipality_id", "planned_shift_id", "region_id", unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )  # fmt: skip

    planned_shift_id: Mapped[UUID]
    region_id: Mapped[UUID]
    left_at: Mapped[datetime | None] = _at()


class PlannedShiftMember(Tenant, db.Model):
    """A worker in a planned shift. Two of one worker's never overlap while she is `planned` in both.

    replaced_by: who goes in her place. `during` is the shift's, written beside it so that the constraint can see it.
    """

    __tablename__ = "planned_shift_members"
    __table_args__ = (
        *refers(planned_shift_id="planned_shifts", worker_id="workers", replaced_by="workers"),
        CheckConstraint("state IN ('planned', 'absent', 'swapped', 'removed', 'cancelled')", name="state"),
        UniqueConstraint("municipality_id", "planned_shift_id", "worker_id", name="uq_planned_shift_members_once"),
        ExcludeConstraint(
            ("municipality_id", "="), ("worker_id", "="), ("during", "&&"),
            name="ex_planned_shift_members_once", using="gist", where=text("state = 'planned'"),
        ),
    )  # fmt: skip

    planned_shift_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    state: Mapped[str]
    replaced_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = _at()


class PlannedShiftEvent(Tenant, db.Model):
    """What was done to a shift once it was published, kept. worker_id: who did it; member_id, other_id: about whom, who goes
    in her place; fields: which of FIELDS changed; before: the hours that stood, "2026-11-23T08:00/17:00" in wall times.
    """

    __tablename__ = "planned_shift_events"
    __table_args__ = (
        *refers(planned_shift_id="planned_shifts", worker_id="workers", member_id="workers", other_id="workers"),
        Index("ix_planned_shift_events_at", "municipality_id", "at"),
    )

    planned_shift_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    other_id: Mapped[UUID | None]
    fields: Mapped[list] = mapped_column(JSONB, default=list)
    before: Mapped[str | None]
    reason: Mapped[str | None]


class WorkerAbsence(Tenant, db.Model):
    """Days on which a worker isn't there, the last one included. Why, only by kind."""

    __tablename__ = "worker_absences"
    __table_args__ = (
        *refers(worker_id="workers", made_by="workers"),
        CheckConstraint("kind IN ('holiday', 'leave', 'training', 'other')", name="kind"),
        CheckConstraint("from_on <= to_on", name="order"),
    )

    worker_id: Mapped[UUID]
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = _at()
    taken_back_at: Mapped[datetime | None] = _at()
