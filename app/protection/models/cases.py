"""Flags and what is done about them. Every table of a case is shut by row level security without the clearance
`protection` (migration 0014), and what a row says lies in an envelope to the municipality's key: a dump of the database
tells that something was raised, by whom and when, and nothing of whom, what or where.

Columns in clear are what a clock or a queue needs: states, instants, who works on it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True))


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


def _sealed() -> Mapped[str]:
    return mapped_column(Text)


def _maybe_sealed() -> Mapped[str | None]:
    return mapped_column(Text)


class Flag(Tenant, db.Model):
    """One flag as it was raised. Never edited: what comes later is an event, a call or a complement.

    sealed_facts: kind, age, sex, risk, place, whom (sealing.Facts); read under the clearance.
    sealed_words: name or description, what was seen, spontaneous words; opened by an audited verb only.
    about: marks of the persons it is known to be about, for "other flags of the same person" (core/marks).
    due_at: the nearest duty not done yet; NULL when none is open.
    """

    __tablename__ = "flags"
    __table_args__ = (
        *refers(author_id="workers", team_id="teams", unit_id="units", holder_id="workers", seen_by="workers", closed_by="workers"),
        CheckConstraint("status IN ('raised', 'taken', 'closed')", name="status"),
        CheckConstraint("status <> 'taken' OR holder_id IS NOT NULL", name="holder"),
        CheckConstraint("guidance IN ('stay', 'may_leave', 'call_again')", name="guidance"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        # The queue and the clock read what is open: a handful among years.
        Index("ix_flags_open", "municipality_id", "due_at", postgresql_where=text("status <> 'closed'")),
        Index("ix_flags_uncounted", "municipality_id", postgresql_where=text("NOT is_counted")),
        Index("ix_flags_author", "municipality_id", "author_id", "received_at"),
        Index("ix_flags_about", "about", postgresql_using="gin"),
    )

    author_id: Mapped[UUID]
    team_id: Mapped[UUID | None]
    # Which unit's technicians answer for it: decided on arrival.
    unit_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime] = _at()
    received_at: Mapped[datetime] = _at()
    recorded_late: Mapped[bool] = mapped_column(default=False)
    time_uncertain: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[str]
    is_immediate: Mapped[bool] = mapped_column(default=False)
    sealed_facts: Mapped[str] = _sealed()
    sealed_words: Mapped[str | None] = _maybe_sealed()
    about: Mapped[list] = mapped_column(JSONB, default=list)
    rules_edition: Mapped[str]
    status: Mapped[str] = mapped_column(default="raised")
    seen_at: Mapped[datetime | None] = _maybe_at()
    seen_by: Mapped[UUID | None]
    holder_id: Mapped[UUID | None]
    taken_at: Mapped[datetime | None] = _maybe_at()
    guidance: Mapped[str | None]
    guidance_at: Mapped[datetime | None] = _maybe_at()
    mistake_said_at: Mapped[datetime | None] = _maybe_at()
    due_at: Mapped[datetime | None] = _maybe_at()
    # How far its clock has climbed (rules.LADDER).
    ladder: Mapped[int] = mapped_column(SmallInteger, default=0)
    closed_at: Mapped[datetime | None] = _maybe_at()
    closed_by: Mapped[UUID | None]
    close_reason: Mapped[str | None]
    # Whether it is in the numbers: False while the key is shut, until a turn of the clock counts it; a mistake leaves them.
    is_counted: Mapped[bool] = mapped_column(default=False)


class FlagEvent(Tenant, db.Model):
    """What happened to a flag, in order: the log that the coordination reads. `worker_id` NULL: the clock."""

    __tablename__ = "flag_events"
    __table_args__ = (
        *refers(flag_id="flags", worker_id="workers"),
        Index("ix_flag_events_story", "municipality_id", "flag_id", "at"),
    )

    flag_id: Mapped[UUID]
    worker_id: Mapped[UUID | None]
    at: Mapped[datetime] = _at()
    noted_at: Mapped[datetime] = _at()
    event: Mapped[str]
    # Of which record it tells: a communication, a duty, another flag.
    ref_id: Mapped[UUID | None]
    sealed_text: Mapped[str | None] = _maybe_sealed()


class FlagComplement(Tenant, db.Model):
    """What the author, or whoever was there, adds later."""

    __tablename__ = "flag_complements"
    __table_args__ = (*refers(flag_id="flags", worker_id="workers"),)

    flag_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    at: Mapped[datetime] = _at()
    received_at: Mapped[datetime] = _at()
    sealed_facts: Mapped[str | None] = _maybe_sealed()
    sealed_words: Mapped[str | None] = _maybe_sealed()


class FlagCall(Tenant, db.Model):
    """A call made from the street or the desk: whom, which number, who answered, the protocol (all in the envelope)."""

    __tablename__ = "flag_calls"
    __table_args__ = (
        *refers(flag_id="flags", worker_id="workers"),
        CheckConstraint("outcome IN ('answered', 'no_answer', 'busy')", name="outcome"),
    )

    flag_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    at: Mapped[datetime] = _at()
    received_at: Mapped[datetime] = _at()
    outcome: Mapped[str]
    sealed_details: Mapped[str] = _sealed()


class FlagDuty(Tenant, db.Model):
    """To whom it must, or may, be told and by when: decided on arrival by the rules of that moment and kept with it.

    sealed_what: recipient, obligation, legal source, edition of the rule. `choice`: of an offered one, what the adult said.
    """

    __tablename__ = "flag_duties"
    __table_args__ = (
        *refers(flag_id="flags", communication_id="communications"),
        CheckConstraint("obligation IN ('mandatory', 'offered')", name="obligation"),
        CheckConstraint("choice IN ('accepted', 'declined', 'later', 'unavailable')", name="choice"),
        CheckConstraint("dropped_reason IN ('mistake', 'not_applicable', 'told_together')", name="dropped_reason"),
        Index(
            "ix_flag_duties_due", "municipality_id", "due_at",
            postgresql_where=text("done_at IS NULL AND dropped_at IS NULL"),
        ),
    )  # fmt: skip

    flag_id: Mapped[UUID]
    obligation: Mapped[str]
    sealed_what: Mapped[str] = _sealed()
    due_at: Mapped[datetime | None] = _maybe_at()
    choice: Mapped[str | None]
    communication_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None] = _maybe_at()
    # Whether it was done after its time; set once it is done, or once its time is over.
    is_late: Mapped[bool] = mapped_column(default=False)
    dropped_at: Mapped[datetime | None] = _maybe_at()
    dropped_reason: Mapped[str | None]


class FlagLink(Tenant, db.Model):
    """Two flags of one event, said by a technician: both stay whole; undone by an end."""

    __tablename__ = "flag_links"
    __table_args__ = (
        *refers(flag_id="flags", other_id="flags", linked_by="workers"),
        CheckConstraint("flag_id < other_id", name="order"),
        Index(
            "uq_flag_links_standing", "municipality_id", "flag_id", "other_id", unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    flag_id: Mapped[UUID]
    other_id: Mapped[UUID]
    linked_by: Mapped[UUID]
    linked_at: Mapped[datetime] = _at()
    ended_at: Mapped[datetime | None] = _maybe_at()


class FlagCount(Tenant, db.Model):
    """What of a flag is counted, as marks: HMACs of (what is counted) and of whom, so that the table alone tells neither.

    Read through the view `flag_numbers` only. `id` is no flag's.
    """

    __tablename__ = "flag_counts"
    __table_args__ = (
        *refers(region_id="regions", unit_id="units"),
        Index("ix_flag_counts_month", "municipality_id", "month_on"),
        Index("ix_flag_counts_flag", "municipality_id", "flag_mark"),
    )

    # Of which flag: a mark too, so that a mistake can leave the numbers.
    flag_mark: Mapped[bytes] = mapped_column(LargeBinary)
    month_on: Mapped[date]
    region_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    what: Mapped[bytes] = mapped_column(LargeBinary)
    who: Mapped[bytes] = mapped_column(LargeBinary)
