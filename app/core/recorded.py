"""What every record of the field carries: when it happened and where, with how sure we are of both."""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column


class Recorded:
    """Mix-in of columns: times (UTC), place (degrees, EPSG:4326; accuracy in metres) and history.

    occurred_at is the phone's time corrected by the measured offset; device_at is what the phone said.
    cell is the only form of the place that leaves the server in a list or a map.
    """

    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    device_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    clock_offset_s: Mapped[int] = mapped_column(default=0)
    time_uncertain: Mapped[bool] = mapped_column(default=False)
    recorded_late: Mapped[bool] = mapped_column(default=False)
    geom: Mapped[str | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    accuracy_m: Mapped[int | None]
    place_source: Mapped[str]
    no_place_reason: Mapped[str | None]
    known_point_id: Mapped[UUID | None]
    place_text: Mapped[str | None]
    region_id: Mapped[UUID | None]
    neighbourhood: Mapped[str | None]
    street: Mapped[str | None]
    note: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default="valid")
    withdrawn_reason: Mapped[str | None]
    receipt: Mapped[str]
