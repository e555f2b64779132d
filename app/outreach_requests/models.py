"""Requests (solicitações): what citizens and the network ask of the street teams, and how each was answered.

Words and contact lie in envelopes to the city's key: they may describe a person, and only whoever triages and the team that
is sent read them.
"""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, DateTime, Float, Index, SmallInteger, String, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True))


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class OutreachRequest(Tenant, db.Model):
    """`code` is the protocol by which the asker follows it. received_at: when it was asked; taken_at: when it came in here.

    taken_by None: nobody of the city, the public form. source_key: of what a file or another protocol says, so that the same
    is taken in once. geom is for whom triages and for the team that is sent; everybody else gets cell or region.
    status_before: as what it stood when it was joined to another.
    """

    __tablename__ = "outreach_requests"
    __table_args__ = (
        *refers(
            taken_by="workers", triaged_by="workers", team_id="teams", region_id="regions",
            known_point_id="concentration_points",
        ),
        CheckConstraint(
            "channel IN ('156', 'disque_100', 'guardianship_council', 'network', 'public_form', 'phone', 'csv')", name="channel"
        ),
        CheckConstraint("purpose IN ('self', 'other', 'group', 'child', 'removal')", name="purpose"),
        CheckConstraint(
            "status IN ('new', 'triaged', 'dispatched', 'on_the_way', 'there', 'closed', 'guided', 'duplicate', 'out_of_scope')",
            name="status",
        ),
        CheckConstraint("place_kind IN ('pin', 'known_point', 'street', 'neighbourhood', 'text')", name="place_kind"),
        CheckConstraint("outcome IN ('found', 'nobody_there', 'refused', 'other_service')", name="outcome"),
        CheckConstraint("people_count BETWEEN 1 AND 300", name="people_count"),
        # A team has it exactly while it is with one, and whoever answered it keeps her name on it.
        CheckConstraint("status NOT IN ('dispatched', 'on_the_way', 'there') OR team_id IS NOT NULL", name="with_team"),
        Index("uq_outreach_requests_code", "municipality_id", "code", unique=True),
        Index(
            "uq_outreach_requests_source", "municipality_id", "source_key", unique=True,
            postgresql_where=text("source_key IS NOT NULL"),
        ),
        Index("ix_outreach_requests_received", "municipality_id", "received_at"),
        Index(
            "ix_outreach_requests_open", "municipality_id", "received_at",
            postgresql_where=text("status IN ('new', 'triaged', 'dispatched', 'on_the_way', 'there')"),
        ),
        Index(
            "ix_outreach_requests_contact", "municipality_id", "received_at",
            postgresql_where=text("sealed_contact IS NOT NULL"),
        ),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str]
    purpose: Mapped[str]
    people_count: Mapped[int | None] = mapped_column(SmallInteger)
    with_children: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    place_kind: Mapped[str]
    geom: Mapped[str | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    cell: Mapped[str | None] = mapped_column(String(15))
    region_id: Mapped[UUID | None]
    neighbourhood: Mapped[str | None]
    street: Mapped[str | None]
    known_point_id: Mapped[UUID | None]
    sealed_words: Mapped[str | None]
    sealed_contact: Mapped[str | None]
    source_key: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = _at()
    taken_at: Mapped[datetime] = _at()
    taken_by: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default="new")
    status_before: Mapped[str | None]
    triaged_at: Mapped[datetime | None] = _maybe_at()
    triaged_by: Mapped[UUID | None]
    out_reason: Mapped[str | None]
    team_id: Mapped[UUID | None]
    dispatched_at: Mapped[datetime | None] = _maybe_at()
    set_out_at: Mapped[datetime | None] = _maybe_at()
    arrived_at: Mapped[datetime | None] = _maybe_at()
    closed_at: Mapped[datetime | None] = _maybe_at()
    outcome: Mapped[str | None]
    offers: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))


class RequestEvent(Tenant, db.Model):
    """Each move, kept. worker_id None: the public form, or a clock. status: the status that it got, or what happened without one."""

    __tablename__ = "outreach_request_events"
    __table_args__ = (
        *refers(request_id="outreach_requests", worker_id="workers", team_id="teams"),
        Index("ix_outreach_request_events_story", "municipality_id", "request_id", "at"),
    )

    request_id: Mapped[UUID]
    status: Mapped[str]
    reason: Mapped[str | None]
    worker_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    at: Mapped[datetime] = _at()
    recorded_at: Mapped[datetime] = _at()


class RequestDispatch(Tenant, db.Model):
    """A team had a request from one instant to another. Of one request only one stands: two who decide at once can't both."""

    __tablename__ = "request_dispatches"
    __table_args__ = (
        *refers(request_id="outreach_requests", team_id="teams", decided_by="workers"),
        CheckConstraint("end_kind IN ('handed', 'taken_back', 'closed', 'joined')", name="end_kind"),
        Index("uq_request_dispatches_standing", "municipality_id", "request_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    request_id: Mapped[UUID]
    team_id: Mapped[UUID]
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = _at()
    ended_at: Mapped[datetime | None] = _maybe_at()
    end_kind: Mapped[str | None]


class RequestJoin(Tenant, db.Model):
    """Two that are one, joined by a person: the joined one waits as `duplicate`; undone, it stands where it stood."""

    __tablename__ = "request_joins"
    __table_args__ = (
        *refers(kept_id="outreach_requests", joined_id="outreach_requests", worker_id="workers", undone_by="workers"),
        CheckConstraint("kept_id <> joined_id", name="not_itself"),
        Index("uq_request_joins_joined", "municipality_id", "joined_id", unique=True, postgresql_where=text("undone_at IS NULL")),
    )

    kept_id: Mapped[UUID]
    joined_id: Mapped[UUID]
    joined_at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]
    undone_at: Mapped[datetime | None] = _maybe_at()
    undone_by: Mapped[UUID | None]


class RequestEncounter(Tenant, db.Model):
    """What was met when a team went there: an encounter recorded from a request."""

    __tablename__ = "request_encounters"
    __table_args__ = (*refers(request_id="outreach_requests", encounter_id="encounters"),)

    request_id: Mapped[UUID]
    encounter_id: Mapped[UUID]


class RequestGate(Tenant, db.Model):
    """A token bucket of the public form. `id` is made of an address's network and of a key of the day: no address is kept."""

    __tablename__ = "request_gates"

    tokens: Mapped[float] = mapped_column(Float)
    filled_at: Mapped[datetime] = _at()
