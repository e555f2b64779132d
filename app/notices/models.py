"""Who must be told what, by when, and by which way: web push first, e-mail where that fails."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, SmallInteger, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class PushSubscription(Tenant, db.Model):
    """A browser of a worker that a push service can reach (RFC 8030); retired when the service says it is gone."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        *refers(worker_id="workers"),
        # A session that is forgotten takes its browser along.
        ForeignKeyConstraint(
            ["municipality_id", "session_id"], ["sessions.municipality_id", "sessions.id"], ondelete="CASCADE"
        ),
        Index(None, "municipality_id", "session_id"),
        UniqueConstraint("municipality_id", "endpoint"),
    )

    worker_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    endpoint: Mapped[str]
    p256dh: Mapped[str]
    auth: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = _maybe_at()
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    retired_at: Mapped[datetime | None] = _maybe_at()


class NoticePreference(Tenant, db.Model):
    """How a worker wants to be told; `id` is the worker's. Within quiet hours only what is urgent comes."""

    __tablename__ = "notice_preferences"
    __table_args__ = (*refers(id="workers")[:1],)

    email: Mapped[str] = mapped_column(default="")
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_to: Mapped[time | None] = mapped_column(Time)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Notice(Tenant, db.Model):
    """One thing that one worker is told, in neutral words: what and about which record, never about whom.

    `step` 0: the event itself; above: how far an unanswered one climbed. Told once for each step.
    """

    __tablename__ = "notices"
    __table_args__ = (
        *refers(worker_id="workers"),
        UniqueConstraint("municipality_id", "worker_id", "kind", "subject_id", "step", name="uq_notices_once"),
        CheckConstraint("channel IN ('push', 'email', 'none')", name="channel"),
        Index("ix_notices_due", "municipality_id", "due_at", postgresql_where=text("sent_at IS NULL")),
    )

    worker_id: Mapped[UUID]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    step: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = _maybe_at()
    channel: Mapped[str | None]
    seen_at: Mapped[datetime | None] = _maybe_at()
