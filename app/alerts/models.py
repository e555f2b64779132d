"""Alerts to whoever is on duty: what was known when each opened, who answered it with which word, how it ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True))


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class Alert(Tenant, db.Model):
    """One matter, open at most once. since: from when nobody was there, or since when a request waits; news_at: the last that was
    known of the place when it opened.

    settled_at: the instant of the fact that ended it (a team came, a plan was over), which may lie long before closed_at, when it
    was learnt. annulled_at: learnt later that a team was there before it rang; a closed one keeps how it closed.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        *refers(team_id="teams", region_id="regions", request_id="outreach_requests", answered_by="workers"),
        CheckConstraint("kind IN ('late', 'missing', 'request')", name="kind"),
        CheckConstraint("stage IN ('triage', 'dispatch', 'arrival')", name="stage"),
        CheckConstraint("closed_how IN ('resolved', 'late_sync', 'over', 'changed')", name="closed_how"),
        CheckConstraint("told_as IN ('duty', 'fallback', 'everybody')", name="told_as"),
        CheckConstraint("answer IN ('called', 'sent_other', 'known', 'other')", name="answer"),
        CheckConstraint("(closed_at IS NULL) = (closed_how IS NULL)", name="closed"),
        Index("uq_alerts_open", "municipality_id", "matter", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_alerts_matter", "municipality_id", "matter"),
        Index("ix_alerts_opened", "municipality_id", "opened_at"),
    )

    matter: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str]
    stage: Mapped[str | None]
    team_id: Mapped[UUID | None]
    region_id: Mapped[UUID | None]
    planned_shift_id: Mapped[UUID | None]
    request_id: Mapped[UUID | None]
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    since: Mapped[datetime] = _at()
    news_at: Mapped[datetime | None] = _maybe_at()
    opened_at: Mapped[datetime] = _at()
    told_as: Mapped[str | None]
    told_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    answer: Mapped[str | None]
    answer_words: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None] = _maybe_at()
    answered_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None] = _maybe_at()
    closed_how: Mapped[str | None]
    settled_at: Mapped[datetime | None] = _maybe_at()
    annulled_at: Mapped[datetime | None] = _maybe_at()


class AlertDuty(Tenant, db.Model):
    """"Estou de plantão até": `id` is the worker's; said anew it counts from then."""

    __tablename__ = "alert_duties"
    __table_args__ = (*refers(id="workers")[:1], CheckConstraint("since <= until", name="order"))

    since: Mapped[datetime] = _at()
    until: Mapped[datetime] = _at()


class AlertFallback(Tenant, db.Model):
    """Who is told when nobody said that she is on duty; `id` is the worker's."""

    __tablename__ = "alert_fallbacks"
    __table_args__ = (*refers(id="workers")[:1],)


class AlertRegionMinutes(Tenant, db.Model):
    """One region's own patience in one part of the day."""

    __tablename__ = "alert_region_minutes"
    __table_args__ = (
        *refers(region_id="regions"),
        UniqueConstraint("municipality_id", "region_id", "period", name="uq_alert_region_minutes_once"),
        CheckConstraint("period IN ('dawn', 'morning', 'afternoon', 'night')", name="period"),
        CheckConstraint("minutes BETWEEN 15 AND 720", name="minutes"),
    )

    region_id: Mapped[UUID]
    period: Mapped[str]
    minutes: Mapped[int] = mapped_column(SmallInteger)
