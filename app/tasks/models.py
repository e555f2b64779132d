"""Agreed next steps: what, when, where, who. Of a person or of a family. Which team had one before another."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Task(Tenant, db.Model):
    __tablename__ = "tasks"
    __table_args__ = (
        *refers(
            person_id="people",
            household_id="households",
            encounter_id="encounters",
            team_id="teams",
            worker_id="workers",
            assignee_id="workers",
            known_point_id="concentration_points",
            closed_by="workers",
            moved_to_id="tasks",
        ),
        CheckConstraint("status IN ('open', 'done', 'not_found', 'moved', 'cancelled')", name="status"),
        Index("ix_tasks_due", "municipality_id", "team_id", "status", "due_on"),
    )

    person_id: Mapped[UUID | None]
    household_id: Mapped[UUID | None]
    encounter_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    worker_id: Mapped[UUID]
    assignee_id: Mapped[UUID | None]
    what: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    due_time: Mapped[time | None] = mapped_column(Time)
    place_text: Mapped[str | None]
    known_point_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default="open")
    agreed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[UUID | None]
    close_text: Mapped[str | None]
    # A task moved to another day leads to the one that took its place.
    moved_to_id: Mapped[UUID | None]
    # When it last went to another team. From then on it is no longer on the phone of whoever agreed it.
    handed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TaskHandover(Tenant, db.Model):
    """A step went from one team to another. What the first tells of it afterwards is still taken in: it may have been offline."""

    __tablename__ = "task_handovers"
    __table_args__ = (
        *refers(task_id="tasks", from_team_id="teams", to_team_id="teams", handed_by="workers"),
        CheckConstraint("from_team_id <> to_team_id", name="two_teams"),
    )

    task_id: Mapped[UUID]
    from_team_id: Mapped[UUID]
    to_team_id: Mapped[UUID]
    # Of accounts.terms.HANDING_REASONS.
    reason: Mapped[str]
    handed_by: Mapped[UUID]
    handed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
