"""The network (rede): units that receive people, and the free places their desk types in."""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Unit(Tenant, db.Model):
    __tablename__ = "units"
    __table_args__ = (*refers(region_id="regions"), UniqueConstraint("municipality_id", "name"))

    name: Mapped[str]
    kind: Mapped[str]
    federal_unit_code: Mapped[str | None]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    geom: Mapped[str | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    region_id: Mapped[UUID | None]
    receives: Mapped[list] = mapped_column(JSONB, default=list)
    hours_text: Mapped[str] = mapped_column(default="")
    takes_referrals: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class VacancyNote(Tenant, db.Model):
    """Free places as the desk typed them, with the instant: the figure is never shown without its age."""

    __tablename__ = "vacancy_notes"
    __table_args__ = (
        *refers(unit_id="units", worker_id="workers"),
        CheckConstraint("free_places BETWEEN 0 AND 9999", name="free_places"),
        Index("ix_vacancy_notes_latest", "municipality_id", "unit_id", "noted_at"),
    )

    unit_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    free_places: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DutyPhone(Tenant, db.Model):
    """Telefone de plantão: whom to call now, in a region or (region_id null) in the whole city."""

    __tablename__ = "duty_phones"
    __table_args__ = (*refers(region_id="regions"),)

    name: Mapped[str]
    phone: Mapped[str]
    region_id: Mapped[UUID | None]
