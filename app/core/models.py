"""Tables of the machinery itself, the tenant among them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.db import Tenant, db


class Xid8(UserDefinedType):
    """PostgreSQL's 64-bit transaction id, which never wraps."""

    cache_ok = True

    def get_col_spec(self, **_kw) -> str:
        return "xid8"


class Municipality(db.Model):
    """The tenant: every other table of a city hangs on its IBGE code."""

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # IBGE code, 7 digits
    name: Mapped[str]
    uf: Mapped[str] = mapped_column(String(2), default="")
    timezone: Mapped[str] = mapped_column(default="America/Sao_Paulo")
    is_demo: Mapped[bool] = mapped_column(default=False)
    # A restore from backup raises it: phones then pull anew and push again the last seven days.
    sync_epoch: Mapped[int] = mapped_column(default=1)
    settings: Mapped[dict] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class MunicipalityKey(Tenant, db.Model):
    """Public half of a sealing key; the private half never enters the database."""

    __tablename__ = "municipality_keys"
    __table_args__ = (
        Index(
            "uq_municipality_keys_current", "municipality_id", unique=True, postgresql_where=text("retired_at IS NULL")
        ),
    )

    kid: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Change(db.Model):
    """That something changed, for the phones' pull: type and id only, bodies are read at pull.

    Ordered by the writing transaction, not by the sequence: a transaction that commits late would
    slip behind a cursor that had already passed its sequence number.
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_order", "municipality_id", "xid", "seq"),)

    municipality_id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    type: Mapped[str]
    entity_id: Mapped[UUID]


class MarkKey(Tenant, db.Model):
    """The city's key for marks (core/marks): 32 random bytes, sealed to the municipality's key."""

    __tablename__ = "mark_keys"
    __table_args__ = (UniqueConstraint("municipality_id"),)

    sealed_key: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
