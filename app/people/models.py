"""Persons met and households visited. No document, no birth date of a street person, nothing required."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Person(Tenant, db.Model):
    __tablename__ = "people"
    __table_args__ = (*refers(region_id="regions"),)

    called: Mapped[str]
    called_kind: Mapped[str]
    age_band: Mapped[str | None]
    sex: Mapped[str | None]
    region_id: Mapped[UUID | None]
    first_met_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_met_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Household(Tenant, db.Model):
    """A family on a PIM visitor's list, called by a name of the team's choice."""

    __tablename__ = "households"
    __table_args__ = (*refers(visitor_id="workers", team_id="teams", region_id="regions"),)

    called: Mapped[str]
    visitor_id: Mapped[UUID]
    team_id: Mapped[UUID]
    region_id: Mapped[UUID | None]
    address_hint: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)


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
