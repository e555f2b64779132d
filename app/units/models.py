"""The network (rede): units that receive people, when and whom, their beds, and who holds or sleeps in which.

State of a bed is never stored: it is read from its claims. A plain capacity ("30 vagas") is so many numbered beds.
"""

from datetime import date, datetime, time
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, DateTime, Index, SmallInteger, Time, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at(**more) -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True), **more)


class Unit(Tenant, db.Model):
    """has_desk: somebody with an account answers there; without one the sender records the answer. place_rule: whether
    it gives places by numbered beds (`beds`), by a plain number of them (`capacity`) or has none to give (`none`).
    night_ends_at: when a night's stay ends; without it a stay has no hour. heard_at: when its desk last did something.
    """

    __tablename__ = "units"
    __table_args__ = (
        *refers(region_id="regions"),
        UniqueConstraint("municipality_id", "name"),
        CheckConstraint("place_rule IN ('none', 'capacity', 'beds')", name="place_rule"),
        CheckConstraint("holiday_rule IN ('as_usual', 'closed')", name="holiday_rule"),
    )

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
    organization: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    has_desk: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_outside: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    place_rule: Mapped[str] = mapped_column(default="none", server_default="none")
    holiday_rule: Mapped[str] = mapped_column(default="as_usual", server_default="as_usual")
    entry_conditions: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    # Minutes and days of this unit alone; None: as its kind (units.rules).
    hold_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    figure_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    answer_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    arrival_days: Mapped[int | None] = mapped_column(SmallInteger)
    max_stay_days: Mapped[int | None] = mapped_column(SmallInteger)
    night_ends_at: Mapped[time | None] = mapped_column(Time)
    heard_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UnitService(Tenant, db.Model):
    """One service that a unit gives (Tipificação Nacional, or another network's)."""

    __tablename__ = "unit_services"
    __table_args__ = (*refers(unit_id="units"), UniqueConstraint("municipality_id", "unit_id", "service"))

    unit_id: Mapped[UUID]
    service: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class UnitContact(Tenant, db.Model):
    """Whom to reach at a unit, in order: the second is tried when the first doesn't answer."""

    __tablename__ = "unit_contacts"
    __table_args__ = (*refers(unit_id="units", worker_id="workers"),)

    unit_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    worker_id: Mapped[UUID | None]


class UnitHours(Tenant, db.Model):
    """When a unit is open, or admits people (its last entry is `closes`), on a weekday (0: Monday).

    `closes` at or before `opens` is on the next day; the night belongs to the day on which it began.
    """

    __tablename__ = "unit_hours"
    __table_args__ = (
        *refers(unit_id="units"),
        CheckConstraint("kind IN ('open', 'admission')", name="kind"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)


class UnitException(Tenant, db.Model):
    """Other hours on certain days, agreed or announced: they stand in place of the week's. Closed all day without hours.

    adds: hours lent for a time (an operation): they come on top of the day's own.
    """

    __tablename__ = "unit_exceptions"
    __table_args__ = (
        *refers(unit_id="units"),
        CheckConstraint("kind IN ('open', 'admission')", name="kind"),
        CheckConstraint("from_on <= to_on", name="order"),
        CheckConstraint("num_nonnulls(opens, closes) IN (0, 2)", name="both"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    opens: Mapped[time | None] = mapped_column(Time)
    closes: Mapped[time | None] = mapped_column(Time)
    reason: Mapped[str] = mapped_column(default="")
    adds: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Holiday(Tenant, db.Model):
    """A day that counts as a holiday in this city."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("municipality_id", "on_date"),)

    on_date: Mapped[date] = mapped_column(Date)
    name: Mapped[str]


class UnitSuspension(Tenant, db.Model):
    """That one unit doesn't receive one person until a day: its own rule with an end and an appeal, no mark on the person.

    `reason` stays at the unit; a team in the street sees only until when (domain 11.40).
    """

    __tablename__ = "unit_suspensions"
    __table_args__ = (
        *refers(unit_id="units", person_id="people", decided_by="workers", lifted_by="workers"),
        CheckConstraint("from_on <= until_on", name="order"),
    )

    unit_id: Mapped[UUID]
    person_id: Mapped[UUID]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    reason_text: Mapped[str | None]
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = _at()
    appeal_text: Mapped[str | None]
    appealed_at: Mapped[datetime | None] = _at()
    lifted_at: Mapped[datetime | None] = _at()
    lifted_by: Mapped[UUID | None]


class Room(Tenant, db.Model):
    __tablename__ = "rooms"
    __table_args__ = (*refers(unit_id="units"), UniqueConstraint("municipality_id", "unit_id", "name"))

    unit_id: Mapped[UUID]
    name: Mapped[str]


class Bed(Tenant, db.Model):
    """One place for one night. `receives`: whom (RECEIVES; empty: whomever the unit receives). is_counted: a numbered
    place of a plain capacity. It exists within [valid_from, valid_to): an extra one for a cold night, one taken away.
    """

    __tablename__ = "beds"
    __table_args__ = (
        *refers(unit_id="units", room_id="rooms"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="order"),
        Index("uq_beds_name", "municipality_id", "unit_id", "name", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    unit_id: Mapped[UUID]
    room_id: Mapped[UUID | None]
    name: Mapped[str]
    receives: Mapped[list] = mapped_column(JSONB, default=list)
    is_counted: Mapped[bool] = mapped_column(default=False)
    is_extra: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime] = _at()
    valid_to: Mapped[datetime | None] = _at()


class Stay(Tenant, db.Model):
    """One person under a unit's roof, from `arrived_at` on; a family is as many, of one `party_id`. Its bed is its claim.

    person_id None: nobody known, by what she is called or not even that. A stay without a claim waits for a bed: it came
    in while its place was already another's, and is told to both desks, never solved by sending somebody away.
    """

    __tablename__ = "stays"
    __table_args__ = (
        *refers(unit_id="units", referral_id="referrals", person_id="people", worker_id="workers", left_by="workers"),
        CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="order"),
        Index("ix_stays_here", "municipality_id", "unit_id", postgresql_where=text("left_at IS NULL")),
        Index("ix_stays_party", "municipality_id", "party_id"),
    )

    unit_id: Mapped[UUID]
    party_id: Mapped[UUID]
    referral_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    called: Mapped[str | None]
    profile: Mapped[list] = mapped_column(JSONB, default=list)
    arrived_at: Mapped[datetime] = _at()
    recorded_at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]
    # Until when it was last renewed; past it somebody must say: still here, or gone.
    due_at: Mapped[datetime | None] = _at()
    # Authorised absence: the place is kept until then.
    absent_from: Mapped[datetime | None] = _at()
    absent_until: Mapped[datetime | None] = _at()
    left_at: Mapped[datetime | None] = _at()
    left_by: Mapped[UUID | None]
    left_reason: Mapped[str | None]


class StayEvent(Tenant, db.Model):
    """What happened in a stay, kept: arrived, present, renewed, moved, absent, back, left, left_undone. `reason` of `left` is a
    code (LEFT_REASONS, or `mistake`: she never was there), of `absent` the desk's words."""

    __tablename__ = "stay_events"
    __table_args__ = (*refers(stay_id="stays", worker_id="workers"),)

    stay_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime] = _at()
    recorded_at: Mapped[datetime] = _at()
    worker_id: Mapped[UUID]
    reason: Mapped[str | None]


class BedClaim(Tenant, db.Model):
    """Who has a bed within a span of time: promised (`hold`), slept in (`stay`) or out of use (`block`).

    Two claims of one bed never overlap: the constraint makes a double promise impossible. Letting go is shortening it.
    reason: of a block; of a hold that somebody ended (`released`, `overtaken` by who slept there): one that ran out has none.
    """

    __tablename__ = "bed_claims"
    __table_args__ = (
        *refers(bed_id="beds", unit_id="units", referral_id="referrals", stay_id="stays", worker_id="workers"),
        CheckConstraint("kind IN ('hold', 'stay', 'block')", name="kind"),
        CheckConstraint("(kind = 'stay') = (stay_id IS NOT NULL)", name="stay"),
        CheckConstraint("kind <> 'hold' OR referral_id IS NOT NULL", name="hold"),
        ExcludeConstraint(("municipality_id", "="), ("bed_id", "="), ("during", "&&"), name="ex_bed_claims_once", using="gist"),
        Index("ix_bed_claims_overtaken", "municipality_id", "unit_id", postgresql_where=text("reason = 'overtaken'")),
    )

    bed_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    kind: Mapped[str]
    referral_id: Mapped[UUID | None]
    stay_id: Mapped[UUID | None]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str | None]
    worker_id: Mapped[UUID | None]
    made_at: Mapped[datetime] = _at()


class TurnedAway(Tenant, db.Model):
    """Somebody at the door for whom there was no place ("não coube"): a failure of supply, never of the person."""

    __tablename__ = "turned_away"
    __table_args__ = (
        *refers(unit_id="units", worker_id="workers"),
        CheckConstraint("people_count BETWEEN 1 AND 300", name="people_count"),
        Index("ix_turned_away_at", "municipality_id", "unit_id", "at"),
    )

    unit_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    at: Mapped[datetime] = _at()
    recorded_at: Mapped[datetime] = _at()
    people_count: Mapped[int] = mapped_column(SmallInteger)
    profile: Mapped[list] = mapped_column(JSONB, default=list)
    reason: Mapped[str]
    taken_back_at: Mapped[datetime | None] = _at()


class UnitVisit(Tenant, db.Model):
    """Somebody who came to a unit of the day (Centro POP), and which of its services she used."""

    __tablename__ = "unit_visits"
    __table_args__ = (
        *refers(unit_id="units", person_id="people", referral_id="referrals", worker_id="workers"),
        Index("ix_unit_visits_at", "municipality_id", "unit_id", "at"),
    )

    unit_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    called: Mapped[str | None]
    referral_id: Mapped[UUID | None]
    at: Mapped[datetime] = _at()
    recorded_at: Mapped[datetime] = _at()
    services: Mapped[list] = mapped_column(JSONB, default=list)
    worker_id: Mapped[UUID]
    taken_back_at: Mapped[datetime | None] = _at()


class VacancyNote(Tenant, db.Model):
    """Free places as the desk typed or confirmed them, with the instant: the figure is never shown without its age."""

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
    """Of before flags: migration 0014 copied these telephones to protection (RecipientPhone); a later release drops the table."""

    __tablename__ = "duty_phones"
    __table_args__ = (*refers(region_id="regions"),)

    name: Mapped[str]
    phone: Mapped[str]
    region_id: Mapped[UUID | None]
