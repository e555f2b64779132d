"""Persons met and households. No document, no birth date, nothing is required.

What is known of a person is told, never overwritten: each `PersonTold` keeps who told it, when and how surely. The
columns of `Person` are what its own rows say now, kept for lists. A merge is a dated row that moves nothing;
`PersonAbsorbed` is its derived index, rewritten by merge and undo.

Row level security: a restricted person and all that hangs on her are seen by who holds a `PersonAccess` now, and by a
transaction that says so with the clearance `restricted` (migration 0009). A reading needs no condition of its own.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True))


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class Person(Tenant, db.Model):
    __tablename__ = "people"
    __table_args__ = (*refers(region_id="regions"),)

    called: Mapped[str]
    called_kind: Mapped[str]
    age_band: Mapped[str | None]
    sex: Mapped[str | None]
    region_id: Mapped[UUID | None]
    first_met_at: Mapped[datetime] = _at()
    last_met_at: Mapped[datetime] = _at()
    # False for who is known from a spreadsheet only: no phone's caseload has her, whatever day stands above.
    is_met: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    # Cadastro sigiloso: derived from PersonRestriction, for the whole of a merged person.
    restricted_at: Mapped[datetime | None] = _maybe_at()
    # Taken out as a whole: an import undone, or what LGPD asks after the term. Nobody is listed or found any more.
    ended_at: Mapped[datetime | None] = _maybe_at()
    end_reason: Mapped[str | None]


class PersonImport(Tenant, db.Model):
    """One spreadsheet taken in: reversible as a whole."""

    __tablename__ = "person_imports"
    __table_args__ = (*refers(undone_by="workers"),)

    file_name: Mapped[str]
    file_sha256: Mapped[str]
    origin: Mapped[str]
    imported_at: Mapped[datetime] = _at()
    mapping: Mapped[dict] = mapped_column(JSONB, default=dict)
    report: Mapped[dict] = mapped_column(JSONB, default=dict)
    undone_at: Mapped[datetime | None] = _maybe_at()
    undone_by: Mapped[UUID | None]


class PersonTold(Tenant, db.Model):
    """One thing said of a person: a name (`name.nickname`), a document (`document.cpf`) or a field of the ficha.

    `value` as app/people/ficha.py says of its field. `source`: who or what says so. Of several rows of one field that
    changes, the last told counts; all stay. A wrong one is taken back, with a reason, and stays too.
    """

    __tablename__ = "person_told"
    __table_args__ = (
        *refers(person_id="people", worker_id="workers", taken_back_by="workers", import_id="person_imports"),
        CheckConstraint("source IN ('told', 'observed', 'third_party', 'document', 'imported')", name="source"),
        CheckConstraint("certainty IN ('sure', 'unsure')", name="certainty"),
        Index("ix_person_told_field", "municipality_id", "field", postgresql_include=["person_id"]),
        # Looked up by number when another person may hold the same document.
        Index(
            "ix_person_told_document",
            "municipality_id",
            "field",
            text("(value->>'number')"),
            postgresql_where=text("field LIKE 'document.%'"),
        ),
        Index(
            "ix_person_told_plain",
            "plain",
            postgresql_using="gin",
            postgresql_ops={"plain": "gin_trgm_ops"},
            postgresql_where=text("plain IS NOT NULL"),
        ),
        Index(
            "ix_person_told_sounds", "sounds", postgresql_using="gin", postgresql_where=text("sounds IS NOT NULL")
        ),
    )

    person_id: Mapped[UUID]
    field: Mapped[str]
    value: Mapped[object] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(default="told")
    certainty: Mapped[str] = mapped_column(default="sure")
    told_at: Mapped[datetime] = _at()
    received_at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]
    # Of names only: without accents and case, and by sound (app/people/sound.py). NULL until the nightly job keys it.
    plain: Mapped[str | None] = mapped_column(Text)
    sounds: Mapped[list | None] = mapped_column(ARRAY(Text))
    taken_back_at: Mapped[datetime | None] = _maybe_at()
    taken_back_by: Mapped[UUID | None]
    taken_back_reason: Mapped[str | None]


class PersonMerge(Tenant, db.Model):
    """Two persons found to be one: `choices` says, by field, which PersonTold counts. Undone, both are as before."""

    __tablename__ = "person_merges"
    __table_args__ = (
        *refers(survivor_id="people", absorbed_id="people", merged_by="workers", undone_by="workers"),
        CheckConstraint("survivor_id <> absorbed_id", name="not_itself"),
        Index(
            "uq_person_merges_absorbed",
            "municipality_id",
            "absorbed_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    survivor_id: Mapped[UUID]
    absorbed_id: Mapped[UUID]
    choices: Mapped[dict] = mapped_column(JSONB, default=dict)
    reason: Mapped[str | None]
    merged_at: Mapped[datetime] = _at()
    merged_by: Mapped[UUID]
    undone_at: Mapped[datetime | None] = _maybe_at()
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str | None]


class PersonAbsorbed(Tenant, db.Model):
    """Derived from the merges that stand: `id` is an absorbed person, `survivor_id` the end of its chain."""

    __tablename__ = "people_absorbed"
    __table_args__ = (
        *refers(survivor_id="people"),
        *refers(id="people")[:1],
        CheckConstraint("survivor_id <> id", name="not_itself"),
    )

    survivor_id: Mapped[UUID]


class PersonPair(Tenant, db.Model):
    """Two persons who may be one, with the reasons; decided by a person, never by itself."""

    __tablename__ = "person_pairs"
    __table_args__ = (
        *refers(low_id="people", high_id="people", decided_by="workers"),
        CheckConstraint("low_id < high_id", name="ordered"),
        CheckConstraint("decision IN ('merged', 'different')", name="decision"),
        UniqueConstraint("municipality_id", "low_id", "high_id"),
    )

    low_id: Mapped[UUID]
    high_id: Mapped[UUID]
    score: Mapped[float]
    reasons: Mapped[list] = mapped_column(JSONB, default=list)
    origin: Mapped[str]
    proposed_at: Mapped[datetime] = _at()
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None] = _maybe_at()
    decided_by: Mapped[UUID | None]


class PersonRestriction(Tenant, db.Model):
    """Cadastro sigiloso from one instant to another: who asked for it, why (never shown in a list)."""

    __tablename__ = "person_restrictions"
    __table_args__ = (*refers(person_id="people", worker_id="workers", ended_by="workers"),)

    person_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    reason: Mapped[str]
    since: Mapped[datetime] = _at()
    ended_at: Mapped[datetime | None] = _maybe_at()
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]


class PersonAccess(Tenant, db.Model):
    """Who follows a person (kind `follows`), and who else may see one who is restricted: `named` by who follows, or
    for two hours by `break_glass` with a reason, reviewed afterwards.
    """

    __tablename__ = "person_access"
    __table_args__ = (
        *refers(person_id="people", worker_id="workers", given_by="workers", reviewed_by="workers"),
        CheckConstraint("kind IN ('follows', 'named', 'break_glass')", name="kind"),
        CheckConstraint(
            "kind <> 'break_glass' OR (reason IS NOT NULL AND valid_to IS NOT NULL"
            " AND valid_to <= valid_from + interval '2 hours')",
            name="opening",
        ),
    )

    person_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    kind: Mapped[str]
    given_by: Mapped[UUID]
    valid_from: Mapped[datetime] = _at()
    valid_to: Mapped[datetime | None] = _maybe_at()
    reason: Mapped[str | None]
    reviewed_at: Mapped[datetime | None] = _maybe_at()
    reviewed_by: Mapped[UUID | None]
    review: Mapped[str | None]


class PrivateNote(Tenant, db.Model):
    """A professional's own note (registro sigiloso; CFESS 1.098/2025, CFP 001/2009), sealed to the municipality's key.

    Row level security shows it to its holder and to named peers only; no clearance opens it.
    """

    __tablename__ = "private_notes"
    __table_args__ = (
        *refers(person_id="people", author_id="workers", holder_id="workers"),
        CheckConstraint("profession IN ('social_worker', 'psychologist', 'lawyer', 'pedagogue', 'other')", name="profession"),
    )

    person_id: Mapped[UUID]
    author_id: Mapped[UUID]
    # Who answers for it now: the author, or the successor she named.
    holder_id: Mapped[UUID]
    profession: Mapped[str]
    sealed_body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = _at()
    handed_at: Mapped[datetime | None] = _maybe_at()
    closed_at: Mapped[datetime | None] = _maybe_at()


class PrivateNotePeer(Tenant, db.Model):
    __tablename__ = "private_note_peers"
    __table_args__ = (*refers(note_id="private_notes", worker_id="workers", given_by="workers"),)

    note_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime] = _at()
    ended_at: Mapped[datetime | None] = _maybe_at()


class PersonSharing(Tenant, db.Model):
    """What of a person was told to whom outside (LGPD 25 to 27): the register that she may ask for."""

    __tablename__ = "person_sharings"
    __table_args__ = (*refers(person_id="people", worker_id="workers"),)

    person_id: Mapped[UUID]
    worker_id: Mapped[UUID | None]
    shared_at: Mapped[datetime] = _at()
    with_whom: Mapped[str]
    what: Mapped[list] = mapped_column(JSONB, default=list)
    basis: Mapped[str]
    note: Mapped[str | None]


class MunicipalOption(Tenant, db.Model):
    """A city's own choice of a list of the ficha, beside the official ones; `official` is the code that it counts as."""

    __tablename__ = "municipal_options"
    __table_args__ = (
        CheckConstraint("code ~ '^local_[a-z0-9_]{1,40}$'", name="code"),
        UniqueConstraint("municipality_id", "list", "code"),
    )

    list: Mapped[str]
    code: Mapped[str]
    label: Mapped[str]
    official: Mapped[str | None]
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Household(Tenant, db.Model):
    """A family (CadÚnico and PIM sense), called by a name of the team's choice. Its address is words, never a point.

    One met together in the street has no visitor.
    """

    __tablename__ = "households"
    __table_args__ = (*refers(visitor_id="workers", team_id="teams", region_id="regions"),)

    called: Mapped[str]
    visitor_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    region_id: Mapped[UUID | None]
    address_hint: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None] = _maybe_at()
    close_reason: Mapped[str | None]


class HouseholdMember(Tenant, db.Model):
    __tablename__ = "household_members"
    __table_args__ = (
        *refers(household_id="households"),
        CheckConstraint("kind IN ('child', 'pregnant', 'adult')", name="kind"),
    )

    household_id: Mapped[UUID]
    called: Mapped[str]
    kind: Mapped[str]
    birth_on: Mapped[date | None]
    due_on: Mapped[date | None]
    is_responsible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    joined_at: Mapped[datetime | None] = _maybe_at()
    left_at: Mapped[datetime | None] = _maybe_at()
    left_reason: Mapped[str | None]


class MemberPerson(Tenant, db.Model):
    """That a member of a household is a known person; `id` is the member's."""

    __tablename__ = "household_member_people"
    __table_args__ = (*refers(person_id="people", worker_id="workers"), *refers(id="household_members")[:1])

    person_id: Mapped[UUID]
    linked_at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]


class HouseholdEvent(Tenant, db.Model):
    """What happened to a family: opened, moved, divided, joined, closed, somebody came or left."""

    __tablename__ = "household_events"
    __table_args__ = (*refers(household_id="households", other_id="households", worker_id="workers", member_id="household_members"),)

    household_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]
    other_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    # What this event said of the family or the member, field → value: the rows themselves keep only what counts now.
    told: Mapped[dict | None] = mapped_column(JSONB)
