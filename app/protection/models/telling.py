"""Communications to whom must know, and their numbers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, text
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


class Communication(Tenant, db.Model):
    """A communication (comunicação) to whom must know: draft → sent → received → answered. Numbered when it is sent, by
    municipality and year, without gaps. A correction is a new one that names the old.

    sealed_content: recipient, fields and, once sent, the document as it was signed; never changed from then on (a trigger).
    sealed_proofs: how and to whom it was sent, who received it, what was answered. `digest`: SHA-256 of the sent document,
    which the QR's page compares.
    """

    __tablename__ = "communications"
    __table_args__ = (
        *refers(flag_id="flags", unit_id="units", made_by="workers", sent_by="workers", corrects_id="communications"),
        UniqueConstraint("municipality_id", "year", "number", name="uq_communications_number"),
        CheckConstraint("status IN ('draft', 'sent', 'received', 'answered', 'dropped')", name="status"),
        CheckConstraint("(status IN ('draft', 'dropped')) = (number IS NULL)", name="number"),
        CheckConstraint("(number IS NULL) = (year IS NULL)", name="year"),
        CheckConstraint("channel IN ('by_hand', 'email', 'phone', 'system')", name="channel"),
        CheckConstraint("form IN ('letter', 'sinan')", name="form"),
        # The clock reads what waits for its receipt.
        Index("ix_communications_sent", "municipality_id", "sent_at", postgresql_where=text("status = 'sent'")),
    )

    flag_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    form: Mapped[str] = mapped_column(default="letter")
    year: Mapped[int | None] = mapped_column(SmallInteger)
    number: Mapped[int | None]
    corrects_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default="draft")
    channel: Mapped[str | None]
    sealed_content: Mapped[str] = _sealed()
    sealed_proofs: Mapped[str | None] = _maybe_sealed()
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    # What the QR carries: drawn at random, so that a number can't be guessed into an answer.
    check_token: Mapped[str | None] = mapped_column(unique=True)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = _at()
    changed_at: Mapped[datetime] = _at()
    sent_by: Mapped[UUID | None]
    sent_at: Mapped[datetime | None] = _maybe_at()
    received_at: Mapped[datetime | None] = _maybe_at()
    answered_at: Mapped[datetime | None] = _maybe_at()


class CommunicationNumber(Tenant, db.Model):
    """The last number given in a year: taken under its row's lock in the transaction that sends, so that none is skipped."""

    __tablename__ = "communication_numbers"
    __table_args__ = (UniqueConstraint("municipality_id", "year", name="uq_communication_numbers_year"),)

    year: Mapped[int] = mapped_column(SmallInteger)
    last: Mapped[int]
