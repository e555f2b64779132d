"""Home visits of PIM. Never on a map, never in a cell: counts per region only (design 4)."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers
from app.core.recorded import Recorded


class HomeVisit(Tenant, Recorded, db.Model):
    __tablename__ = "home_visits"
    __table_args__ = (
        *refers(
            worker_id="workers",
            device_id="devices",
            team_id="teams",
            household_id="households",
            region_id="regions",
            known_point_id="concentration_points",
        ),
        *refers(replaces_id="home_visits")[:1],
        CheckConstraint("household_id IS NOT NULL OR called IS NOT NULL", name="family"),
        CheckConstraint("status IN ('valid', 'corrected', 'withdrawn')", name="status"),
        Index(
            "uq_home_visits_replaces_id",
            "municipality_id",
            "replaces_id",
            unique=True,
            postgresql_where="replaces_id IS NOT NULL",
        ),
        Index("ix_home_visits_time", "municipality_id", "occurred_at"),
    )

    household_id: Mapped[UUID | None]
    called: Mapped[str | None]
    result: Mapped[str]
    present: Mapped[list] = mapped_column(JSONB, default=list)
    member_ids: Mapped[list] = mapped_column(JSONB, default=list)
    next_on: Mapped[date | None] = mapped_column(Date)
