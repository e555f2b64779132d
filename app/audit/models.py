"""The trail: who did what, when, to which record. Ids and field names only, never a value."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db


class AuditLine(Tenant, db.Model):
    __tablename__ = "audit_lines"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'refused')", name="outcome"),
        Index("uq_audit_lines_seq", "municipality_id", "seq", unique=True, postgresql_where="seq IS NOT NULL"),
        Index("ix_audit_lines_unchained", "municipality_id", "id", postgresql_where="seq IS NULL"),
        Index("ix_audit_lines_subject", "municipality_id", "subject_type", "subject_id"),
    )

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    worker_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    action: Mapped[str]
    outcome: Mapped[str]
    problem: Mapped[str | None]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    # Filled later by the chaining job, in the order in which it sees committed lines.
    seq: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)
