"""Encounters (abordagens): one contact of a street team at a place and time, with everyone who was there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, String, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers
from app.core.recorded import Recorded


class Encounter(Tenant, Recorded, db.Model):
    __tablename__ = "encounters"
    __table_args__ = (
        *refers(
            worker_id="workers",
            device_id="devices",
            team_id="teams",
            shift_id="shifts",
            reference_unit_id="units",
            region_id="regions",
            known_point_id="concentration_points",
        ),
        *refers(replaces_id="encounters")[:1],
        CheckConstraint("people_count BETWEEN 0 AND 300", name="people_count"),
        # `joined`: the same meeting as another record (EncounterJoin); counts once, there.
        CheckConstraint("status IN ('valid', 'corrected', 'withdrawn', 'joined')", name="status"),
        # Two phones can't both correct the same record: the second is told so.
        Index(
            "uq_encounters_replaces_id",
            "municipality_id",
            "replaces_id",
            unique=True,
            postgresql_where="replaces_id IS NOT NULL",
        ),
        Index(
            "ix_encounters_time",
            "municipality_id",
            "occurred_at",
            postgresql_include=["region_id", "team_id", "people_count", "status", "cell"],
        ),
    )

    shift_id: Mapped[UUID | None]
    reference_unit_id: Mapped[UUID | None]
    situation: Mapped[str | None]
    outcome: Mapped[str | None]
    origin: Mapped[str | None]
    people_count: Mapped[int] = mapped_column(SmallInteger)
    cell: Mapped[str | None] = mapped_column(String(15))
    # {thing (HANDED_OUT): how many}, while an operation counts them; None where nobody counted.
    handed_out: Mapped[dict | None] = mapped_column(JSONB)
    # Recorded on a locked phone: whoever held it wrote it, under the name of its worker.
    without_entering: Mapped[bool] = mapped_column(default=False, server_default=false())


class Participation(Tenant, db.Model):
    """One person present in one encounter: the row that the monthly report counts (RMA L.1/F.1)."""

    __tablename__ = "participations"
    __table_args__ = (*refers(encounter_id="encounters", person_id="people"),)

    encounter_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    age_band: Mapped[str | None]
    sex: Mapped[str | None]
    person_id: Mapped[UUID | None]
    # `possible`: may be this person, said so instead of guessed; it counts as somebody unknown.
    certainty: Mapped[str] = mapped_column(default="sure", server_default="sure")


class EncounterAddition(Tenant, db.Model):
    """What was told after saving: appended, never edited in place."""

    __tablename__ = "encounter_additions"
    __table_args__ = (*refers(encounter_id="encounters", worker_id="workers"),)

    encounter_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    note: Mapped[str | None]
    outcome: Mapped[str | None]
    needs: Mapped[list] = mapped_column(JSONB, default=list)


class ParticipationLink(Tenant, db.Model):
    """Each linking and unlinking of somebody present to a known person, kept: who said so, when, how surely.

    Worker's knowledge of the moment decides (`told_at`), whichever came in last.
    """

    __tablename__ = "participation_links"
    __table_args__ = (
        *refers(participation_id="participations", person_id="people", worker_id="workers"),
        CheckConstraint("certainty IN ('sure', 'possible')", name="certainty"),
    )

    participation_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    certainty: Mapped[str]
    reason: Mapped[str | None]
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    worker_id: Mapped[UUID]


class Offer(Tenant, db.Model):
    """What was offered to somebody present, and the answer. No vacancy is never a refusal (domain 2.3)."""

    __tablename__ = "offers"
    __table_args__ = (
        *refers(encounter_id="encounters", participation_id="participations", worker_id="workers"),
        CheckConstraint("answer IN ('accepted', 'refused', 'later', 'unavailable')", name="answer"),
    )

    encounter_id: Mapped[UUID]
    participation_id: Mapped[UUID | None]
    kind: Mapped[str]
    answer: Mapped[str]
    reason: Mapped[str | None]
    offered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    worker_id: Mapped[UUID]


class EncounterJoin(Tenant, db.Model):
    """One meeting that two phones recorded, joined by a person; undone, both count again."""

    __tablename__ = "encounter_joins"
    __table_args__ = (
        *refers(kept_id="encounters", joined_id="encounters", worker_id="workers", undone_by="workers"),
        CheckConstraint("kept_id <> joined_id", name="not_itself"),
        Index(
            "uq_encounter_joins_joined",
            "municipality_id",
            "joined_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    kept_id: Mapped[UUID]
    joined_id: Mapped[UUID]
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    worker_id: Mapped[UUID]
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[UUID | None]
