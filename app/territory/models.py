"""Territory. A region is a lasting identity; its shape belongs to a numbered edition."""

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Edition(Tenant, db.Model):
    """One import of one layer; the newest current one decides where a point lies."""

    __tablename__ = "territory_editions"
    __table_args__ = (
        CheckConstraint("layer IN ('region', 'neighbourhood', 'street', 'block')", name="layer"),
        UniqueConstraint("municipality_id", "layer", "number"),
        Index(
            "uq_territory_editions_current",
            "municipality_id",
            "layer",
            unique=True,
            postgresql_where="is_current",
        ),
    )

    layer: Mapped[str]
    number: Mapped[int]
    file_name: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    report: Mapped[dict] = mapped_column(JSONB, default=dict)
    is_current: Mapped[bool] = mapped_column(default=True)


class Region(Tenant, db.Model):
    __tablename__ = "regions"
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class Shape(Tenant, db.Model):
    __tablename__ = "territory_shapes"
    __table_args__ = (
        *refers(edition_id="territory_editions", region_id="regions"),
        Index("ix_territory_shapes_geom", "geom", postgresql_using="gist"),
    )

    edition_id: Mapped[UUID]
    layer: Mapped[str]
    name: Mapped[str | None]
    region_id: Mapped[UUID | None]
    geom: Mapped[str] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))


class Piece(Tenant, db.Model):
    """A shape cut small, what a point is looked up in. Written by the database when a shape is (trigger cut_shapes)."""

    __tablename__ = "territory_pieces"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "shape_id"],
            ["territory_shapes.municipality_id", "territory_shapes.id"],
            ondelete="CASCADE",
        ),
        Index(None, "municipality_id", "shape_id"),
        Index("ix_territory_pieces_geom", "geom", postgresql_using="gist"),
    )

    shape_id: Mapped[UUID]
    edition_id: Mapped[UUID]
    layer: Mapped[str]
    name: Mapped[str | None]
    region_id: Mapped[UUID | None]
    geom: Mapped[str] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))


class ConcentrationPoint(Tenant, db.Model):
    """A place where people gather, registered by the team (ponto de concentração).

    peaks: when people are there; conditions: what the place offers or threatens; frequency_days: how often a team should come.
    """

    __tablename__ = "concentration_points"
    __table_args__ = (
        *refers(region_id="regions"),
        CheckConstraint("frequency_days BETWEEN 1 AND 60", name="frequency_days"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    region_id: Mapped[UUID | None]
    geom: Mapped[str] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    is_active: Mapped[bool] = mapped_column(default=True)
    peaks: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    conditions: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    frequency_days: Mapped[int | None] = mapped_column(SmallInteger)


class PointCount(Tenant, db.Model):
    """About how many people were at a point in a period of a day. Never changed: who counts again adds, and the newest counts."""

    __tablename__ = "point_counts"
    __table_args__ = (
        *refers(point_id="concentration_points", worker_id="workers"),
        CheckConstraint("people_count BETWEEN 0 AND 2000", name="people_count"),
        CheckConstraint("period IN ('dawn', 'morning', 'afternoon', 'night')", name="period"),
    )

    point_id: Mapped[UUID]
    on_date: Mapped[date] = mapped_column(Date)
    period: Mapped[str]
    people_count: Mapped[int] = mapped_column(SmallInteger)
    worker_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Basemap(Tenant, db.Model):
    """The city's layers baked into one file (PMTiles). The newest counts; the one before stays for who is still fetching it.

    made_of: what it was baked from, so that nothing is baked twice. The content is read by pieces, never through this class.
    """

    __tablename__ = "territory_basemaps"
    __table_args__ = (UniqueConstraint("municipality_id", "sha256"),)

    sha256: Mapped[str]
    size_bytes: Mapped[int]
    tile_count: Mapped[int]
    made_of: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
