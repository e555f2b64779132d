"""Who is acting: built once by the sign-in, passed to every verb and every reading."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.access.roles import ROLES, WHILE_LOCKED


# How long after a suspension the gate still takes what was recorded before it; later only `sync import`, by a person.
DELIVERY_AFTER_SUSPENSION = timedelta(days=30)


@dataclass(frozen=True)
class Grant:
    """A role held in a scope (`municipality`, `region`, `unit`, `team`) for a time; valid_to None = still."""

    role: str
    scope_kind: str
    scope_id: UUID | None
    valid_from: datetime
    valid_to: datetime | None = None

    def holds_at(self, when: datetime) -> bool:
        return self.valid_from <= when and (self.valid_to is None or when < self.valid_to)


@dataclass(frozen=True)
class Actor:
    """A worker at an instant.

    `send_only`: a revoked device or a worker who left, who may still deliver. `delivery`: known by the token that a
    phone holds outside its vault, which opens the gate of sync and nothing else. `locked`: a session bound to a vault
    without the vault's token: a copied cookie reads nothing.
    """

    worker_id: UUID
    municipality_id: int
    name: str
    login: str
    locale: str
    grants: tuple[Grant, ...]
    when: datetime
    device_id: UUID | None = None
    session_id: UUID | None = None
    send_only: bool = False
    delivery: bool = False
    locked: bool = False
    suspended_at: datetime | None = None
    # What must be settled before a page of the desk opens: "password", "term".
    owes: tuple[str, ...] = ()

    # flask-login asks these of whoever its loader returns.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.worker_id)

    def at(self, when: datetime) -> "Actor":
        """The same worker with the rights held at another instant (`occurred_at` of what is delivered)."""
        return replace(self, when=when)

    @property
    def roles(self) -> list[str]:
        return sorted({grant.role for grant in self._held()})

    def _held(self) -> Iterable[Grant]:
        return (grant for grant in self.grants if grant.holds_at(self.when))

    def _scopes(self, verb: str, kind: str) -> set[UUID | None]:
        return {g.scope_id for g in self._held() if g.scope_kind == kind and verb in ROLES[g.role]}

    def can(self, verb: str) -> bool:
        """True when some role held now has the verb, whatever its scope.

        Delivering is judged by the rights held when a thing was recorded, so any role ever held opens that door.
        """
        if verb == "sync.push":
            late = self.suspended_at is not None and self.when - self.suspended_at > DELIVERY_AFTER_SUSPENSION
            return not late and any(verb in ROLES[grant.role] for grant in self.grants)
        if self.delivery or (self.locked and verb not in WHILE_LOCKED):
            return False
        if self.send_only and verb != "accounts.sign_out":
            return False
        return any(verb in ROLES[grant.role] for grant in self._held())

    def everywhere(self, verb: str) -> bool:
        """True when the verb is held for the whole municipality."""
        return bool(self._scopes(verb, "municipality"))

    def team_ids(self, verb: str) -> set[UUID]:
        return self._scopes(verb, "team")  # type: ignore[return-value]

    def unit_ids(self, verb: str) -> set[UUID]:
        return self._scopes(verb, "unit")  # type: ignore[return-value]

    def region_ids(self, verb: str) -> set[UUID]:
        return self._scopes(verb, "region")  # type: ignore[return-value]
