"""Who may open a case, and what a professional notes on one for herself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Text
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


class FlagPeer(Tenant, db.Model):
    """Who may open a case besides its holder: handed over, named, or by break-glass (at most two hours, with a reason)."""

    __tablename__ = "flag_peers"
    __table_args__ = (
        *refers(flag_id="flags", worker_id="workers", given_by="workers", reviewed_by="workers"),
        CheckConstraint("kind IN ('named', 'break_glass')", name="kind"),
        CheckConstraint(
            "kind <> 'break_glass' OR (sealed_reason IS NOT NULL AND valid_to IS NOT NULL"
            " AND valid_to <= valid_from + interval '2 hours')",
            name="opening",
        ),
    )

    flag_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    given_by: Mapped[UUID]
    kind: Mapped[str]
    valid_from: Mapped[datetime] = _at()
    valid_to: Mapped[datetime | None] = _maybe_at()
    sealed_reason: Mapped[str | None] = _maybe_sealed()
    reviewed_at: Mapped[datetime | None] = _maybe_at()
    reviewed_by: Mapped[UUID | None]
    review: Mapped[str | None]


class FlagNote(Tenant, db.Model):
    """A professional's own note on a case, as people.PrivateNote: its holder's alone, handed to a successor or closed."""

    __tablename__ = "flag_notes"
    __table_args__ = (
        *refers(flag_id="flags", author_id="workers", holder_id="workers"),
        CheckConstraint("profession IN ('social_worker', 'psychologist', 'lawyer', 'pedagogue', 'other')", name="profession"),
    )

    flag_id: Mapped[UUID]
    author_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    profession: Mapped[str]
    sealed_body: Mapped[str] = _sealed()
    written_at: Mapped[datetime] = _at()
    handed_at: Mapped[datetime | None] = _maybe_at()
    closed_at: Mapped[datetime | None] = _maybe_at()
