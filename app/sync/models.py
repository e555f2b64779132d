"""Every command a phone sent, with its outcome: what makes sending twice harmless."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class SyncCommand(Tenant, db.Model):
    __tablename__ = "sync_commands"
    __table_args__ = (
        *refers(worker_id="workers"),
        CheckConstraint("status IN ('done', 'refused', 'withdrawn')", name="status"),
        Index("ix_sync_commands_replaces", "municipality_id", "replaces", postgresql_where="replaces IS NOT NULL"),
        Index("ix_sync_commands_refused", "municipality_id", "received_at", postgresql_where="status <> 'done'"),
    )

    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger)
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str]
    receipt: Mapped[str | None]
    problem: Mapped[dict | None] = mapped_column(JSONB)
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    replaces: Mapped[UUID | None]
    sealed_body: Mapped[str | None] = mapped_column(Text)
