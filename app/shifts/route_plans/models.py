"""Routes (roteiros): stops at points of concentration, in order, when a team is to go, and the stops it could not make.

That somebody was there is no row of a route: it is a visit (coverage.visits), whoever recorded it and however.
"""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, SmallInteger, Time, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers
from app.shifts.route_plans.terms import MISS_REASONS, one_of_sql


def _at() -> Mapped:
    return mapped_column(DateTime(timezone=True))


class RoutePlan(Tenant, db.Model):
    """ended_on: the last day of it; what was done on its nights stays readable."""

    __tablename__ = "route_plans"
    __table_args__ = (*refers(team_id="teams", made_by="workers"),)

    team_id: Mapped[UUID]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None] = mapped_column(Date)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = _at()


class RouteTime(Tenant, db.Model):
    """When a team goes, in wall times of the city (ends <= starts: of the next day): on one date, or on weekdays (0 = Monday).

    Changed hours are a new row from that day on: the nights of before keep theirs.
    """

    __tablename__ = "route_times"
    __table_args__ = (
        *refers(route_id="route_plans"),
        CheckConstraint("(on_date IS NULL) = (jsonb_array_length(weekdays) > 0)", name="repeats"),
        CheckConstraint("starts <> ends", name="hours"),
        # One that was replaced before it began is empty, not wrong.
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from - 1", name="order"),
    )

    route_id: Mapped[UUID]
    on_date: Mapped[date | None] = mapped_column(Date)
    weekdays: Mapped[list] = mapped_column(JSONB, default=list)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class RouteStop(Tenant, db.Model):
    """A point in its place of the order. Taken out by `left_at`, so that the nights of before keep it."""

    __tablename__ = "route_stops"
    __table_args__ = (
        *refers(route_id="route_plans", point_id="concentration_points"),
        CheckConstraint("position BETWEEN 1 AND 60", name="position"),
        Index(
            "uq_route_stops_standing", "municipality_id", "route_id", "point_id", unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )  # fmt: skip

    route_id: Mapped[UUID]
    point_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    added_at: Mapped[datetime] = _at()
    left_at: Mapped[datetime | None] = _at()


class RouteMiss(Tenant, db.Model):
    """That the team could not make a stop of a night, and why. A visit of that night, before or after, says more."""

    __tablename__ = "route_misses"
    __table_args__ = (
        *refers(route_id="route_plans", point_id="concentration_points", worker_id="workers", device_id="devices"),
        CheckConstraint(f"reason IN ({one_of_sql(MISS_REASONS)})", name="reason"),
        Index("ix_route_misses_night", "municipality_id", "route_id", "on_date"),
    )

    route_id: Mapped[UUID]
    point_id: Mapped[UUID]
    on_date: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime] = _at()
    received_at: Mapped[datetime] = _at()
