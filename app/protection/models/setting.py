"""The city's own table: who may have to be told, by which telephones, because of which law. No case is in it."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


def _at() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True))


def _maybe_at() -> Mapped[datetime | None]:
    return mapped_column(DateTime(timezone=True))


class ProtectionRecipient(Tenant, db.Model):
    """Who may have to be told (Conselho Tutelar, Disque 100, PETI …): configuration of the city, without the clearance.

    code: terms.RECIPIENTS, or the city's own (`own_…`). body: of which public body it is, for flags about its agents.
    """

    __tablename__ = "protection_recipients"
    __table_args__ = (*refers(region_id="regions", unit_id="units"), Index(None, "municipality_id", "code"))

    code: Mapped[str]
    name: Mapped[str]
    region_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    system_name: Mapped[str] = mapped_column(default="")
    body: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = _at()


class RecipientPhone(Tenant, db.Model):
    """A telephone of a recipient, in the order of ringing; on duty on these weekdays, hours and dates (empty: always)."""

    __tablename__ = "recipient_phones"
    __table_args__ = (
        *refers(recipient_id="protection_recipients", region_id="regions"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
    )

    recipient_id: Mapped[UUID]
    region_id: Mapped[UUID | None]
    phone: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(SmallInteger, default=1)
    # Bits, Monday first.
    weekdays: Mapped[int] = mapped_column(SmallInteger, default=127)
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class ProtectionRule(Tenant, db.Model):
    """One line of the city's table: for these kinds, ages, sexes and risks this recipient, mandatory or offered, by when,
    because of which law. Without a line of its own a city follows the edition that the software brings (terms/rules).

    when_: {"kinds": […], "ages": […], "sexes": […], "risks": […], "disability": true|null}; a list that is empty means any.
    """

    __tablename__ = "protection_rules"
    __table_args__ = (
        *refers(changed_by="workers"),
        CheckConstraint("obligation IN ('mandatory', 'offered')", name="obligation"),
        CheckConstraint("minutes BETWEEN 0 AND 43200", name="minutes"),
        # Two who make the table at once would double every line.
        Index(
            "uq_protection_rules_standing", "municipality_id", "position", unique=True, postgresql_where=text("valid_to IS NULL"),
        ),
    )  # fmt: skip

    edition: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    when_: Mapped[dict] = mapped_column(JSONB)
    recipient: Mapped[str]
    obligation: Mapped[str]
    # 0: immediate.
    minutes: Mapped[int | None]
    legal_source: Mapped[str] = mapped_column(default="")
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime] = _at()
    valid_to: Mapped[datetime | None] = _maybe_at()
    changed_by: Mapped[UUID | None]


class ProtectionBody(Tenant, db.Model):
    """A unit whose people belong to a public body: flags about that body's agents are hidden from them."""

    __tablename__ = "protection_bodies"
    __table_args__ = (*refers(unit_id="units"), UniqueConstraint("municipality_id", "unit_id", name="uq_protection_bodies_unit"))

    unit_id: Mapped[UUID]
    body: Mapped[str]
