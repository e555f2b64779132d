"""Workers (who use the software), their teams, devices and sessions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger, CheckConstraint, DateTime, Index, LargeBinary, Text, UniqueConstraint, false, text,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Tenant, db, refers


class Worker(Tenant, db.Model):
    __tablename__ = "workers"

    # Unique over the whole installation: sign-in happens before the city is known.
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="pt_BR")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # Somebody else chose the password: the desk asks for another before anything else.
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Which version of the confidentiality term she accepted last; 0 = none yet.
    term_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    term_accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Of who writes private notes: they are handed to somebody of the same profession only.
    profession: Mapped[str | None]


class RoleGrant(Tenant, db.Model):
    """A role held from one instant to another: what was recorded before a worker left is judged by it."""

    __tablename__ = "role_grants"
    __table_args__ = (
        *refers(worker_id="workers"),
        CheckConstraint("scope_kind IN ('municipality', 'region', 'unit', 'team')", name="scope_kind"),
        CheckConstraint("(scope_kind = 'municipality') = (scope_id IS NULL)", name="scope_id"),
    )

    worker_id: Mapped[UUID]
    role: Mapped[str]
    scope_kind: Mapped[str]
    scope_id: Mapped[UUID | None]
    valid_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    valid_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Team(Tenant, db.Model):
    __tablename__ = "teams"
    __table_args__ = (
        *refers(reference_unit_id="units"),
        CheckConstraint("kind IN ('street', 'pim')", name="kind"),
        UniqueConstraint("municipality_id", "name"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    reference_unit_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class TeamMember(Tenant, db.Model):
    __tablename__ = "team_members"
    __table_args__ = (*refers(team_id="teams", worker_id="workers"),)

    team_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class TeamRegion(Tenant, db.Model):
    __tablename__ = "team_regions"
    __table_args__ = (
        *refers(team_id="teams", region_id="regions"),
        UniqueConstraint("municipality_id", "team_id", "region_id"),
    )

    team_id: Mapped[UUID]
    region_id: Mapped[UUID]


class Device(Tenant, db.Model):
    """A browser that signed in, by the name its worker gave it.

    delivery_hash: of the token that only delivers, new at each sign-in. has_vault: what it holds is encrypted.
    waiting: commands it said were still unsent (waiting_at: when). slip_key: the public half (P-256, raw, base64url)
    with which desks check its slips, slip_key_before: the one that it had until it got this one, whose slips still count.
    lost_seen_at: when somebody last had it in hand.
    """

    __tablename__ = "devices"
    __table_args__ = (*refers(worker_id="workers"),)

    worker_id: Mapped[UUID]
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    delivery_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    has_vault: Mapped[bool] = mapped_column(default=False, server_default=false())
    waiting: Mapped[int | None]
    waiting_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lost_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lost_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    slip_key: Mapped[str | None]
    slip_key_before: Mapped[str | None]


class WorkerSession(Tenant, db.Model):
    """vault_hash: of the token without which this session reads nothing; None for a desk or a phone without vault."""

    __tablename__ = "sessions"
    __table_args__ = (*refers(worker_id="workers", device_id="devices"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    vault_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AccessCode(Tenant, db.Model):
    """A single-use code by which a worker chooses a new password: on a slip (`first`) or by voice (`recovery`).

    Only its hash, under the installation's secret, is here. issued_by is null when the server's shell gave it.
    At most one of a worker lives; a wrong try counts on it, and too many end it.
    """

    __tablename__ = "access_codes"
    __table_args__ = (
        *refers(worker_id="workers", issued_by="workers"),
        CheckConstraint("kind IN ('first', 'recovery')", name="kind"),
        Index(
            "uq_access_codes_living",
            "municipality_id",
            "worker_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND voided_at IS NULL"),
        ),
    )

    worker_id: Mapped[UUID]
    issued_by: Mapped[UUID | None]
    kind: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Term(Tenant, db.Model):
    """A municipality's own words for the confidentiality term; each version stays readable as it was accepted."""

    __tablename__ = "confidentiality_terms"
    __table_args__ = (UniqueConstraint("municipality_id", "version"),)

    version: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Passkey(Tenant, db.Model):
    """A public key by which a worker signs in (WebAuthn); device_id: the phone on which it was made, if one."""

    __tablename__ = "passkeys"
    __table_args__ = (*refers(worker_id="workers", device_id="devices"),)

    worker_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TotpSecret(Tenant, db.Model):
    """A second step at sign-in, at most one of a worker: its secret sealed to the city's key.

    last_step: the 30 seconds whose code was used last; an older or the same one is used up, whatever the clock says.
    """

    __tablename__ = "totp_secrets"
    __table_args__ = (*refers(worker_id="workers")[:1], UniqueConstraint("municipality_id", "worker_id"))

    worker_id: Mapped[UUID]
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TotpCode(Tenant, db.Model):
    """A recovery code written on paper for who has lost the second step; each is used once."""

    __tablename__ = "totp_codes"
    __table_args__ = (*refers(worker_id="workers"),)

    worker_id: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Ceremony(db.Model):
    """Something begun that must be ended once and within minutes; known by the hash of the token that was given out.

    city_id and worker_id: of whom, where that is known at the beginning.
    """

    __tablename__ = "ceremonies"
    __table_args__ = (
        CheckConstraint("purpose IN ('add_passkey', 'enter_by_passkey', 'second_step')", name="purpose"),
        Index(None, "begun_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    city_id: Mapped[int | None]
    worker_id: Mapped[UUID | None]
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SigninFailure(db.Model):
    """Failed attempts by bucket (a hash of login and device or address): a delay that grows, never a lock."""

    __tablename__ = "signin_failures"
    __table_args__ = (Index(None, "last_failed_at"),)

    bucket: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
