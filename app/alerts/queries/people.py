"""Who reads which alerts, and who of them is told: whoever said that she is on duty, else the city's list, else who oversees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.access.roles import ROLES
from app.accounts.models import RoleGrant, Worker
from app.accounts.queries import Reach, grants_of, reach_of
from app.alerts.models import Alert, AlertDuty, AlertFallback
from app.notices import queries as notices
from app.outreach_requests.queries import regions_of

VERB = "alerts.read"
_ROLES = sorted(role for role, verbs in ROLES.items() if VERB in verbs)


@dataclass(frozen=True)
class Reader:
    """Somebody who may read alerts, and which. regions None: of the whole city."""

    id: UUID
    name: str
    reach: Reach
    regions: frozenset[UUID] | None

    def sees(self, alert: Alert) -> bool:
        """What is of a team, by the team; a request by its region or its team; one without a region is everybody's."""
        if self.regions is None or (alert.team_id and alert.team_id in self.reach.team_ids):
            return True
        if alert.kind != "request":
            return bool(alert.region_id and alert.region_id in self.reach.region_ids)
        return alert.region_id is None or alert.region_id in self.regions


def reader_of(session: Session, actor: Actor) -> Reader:
    regions = regions_of(session, actor, VERB)
    return Reader(actor.worker_id, actor.name, reach_of(session, actor, VERB), None if regions is None else frozenset(regions))


def check_may_set(actor: Actor) -> None:
    """The city's rules are set by who answers for the whole of it. Raises Forbidden."""
    require(actor, "alerts.set_rules")
    if not actor.everywhere("alerts.set_rules"):
        raise Forbidden(extra={"verb": "alerts.set_rules"})


def readers(session: Session, municipality_id: int, now: datetime, only: Iterable[UUID] | None = None) -> list[Reader]:
    """Who works here and may read alerts now, by name; `only`: of these."""
    asked = (
        select(Worker)
        .join(RoleGrant, and_(RoleGrant.municipality_id == Worker.municipality_id, RoleGrant.worker_id == Worker.id))
        .where(Worker.municipality_id == municipality_id, Worker.is_active, RoleGrant.role.in_(_ROLES))
    )
    if only is not None:
        asked = asked.where(Worker.id.in_(list(only)))
    found = []
    for worker in session.scalars(asked.distinct().order_by(Worker.name, Worker.id)):
        actor = Actor(
            worker.id, municipality_id, worker.name, worker.login, worker.locale, grants_of(session, municipality_id, worker.id), now
        )
        if actor.can(VERB):
            found.append(reader_of(session, actor))
    return found


def duties(session: Session, municipality_id: int, now: datetime) -> dict[UUID, AlertDuty]:
    """What those who are on duty said."""
    rows = session.scalars(
        select(AlertDuty).where(AlertDuty.municipality_id == municipality_id, AlertDuty.since <= now, AlertDuty.until > now)
    )
    return {row.id: row for row in rows}


def on_duty(session: Session, municipality_id: int, now: datetime) -> list[tuple[Reader, datetime]]:
    """Who said that she is on duty and until when."""
    said = duties(session, municipality_id, now)
    return [(reader, said[reader.id].until) for reader in readers(session, municipality_id, now, said)] if said else []


@dataclass(frozen=True)
class Told:
    """Whom an alert is told, and as what (terms.TOLD_AS)."""

    how: str
    ids: tuple[UUID, ...]


class Recipients:
    """Of one turn of the watch: whom each alert is told. Whoever is on duty within whose reach it is; where there is nobody, the
    city's list; where that is empty, whoever oversees the city: nobody may be the end of an alert."""

    def __init__(self, session: Session, municipality_id: int, now: datetime):
        self.session, self.m, self.now = session, municipality_id, now
        self.duty = [reader for reader, _until in on_duty(session, municipality_id, now)]
        listed = session.scalars(select(AlertFallback.id).where(AlertFallback.municipality_id == municipality_id)).all()
        self.listed = readers(session, municipality_id, now, listed) if listed else []

    def __call__(self, alert: Alert) -> Told:
        for how, people in (("duty", self.duty), ("fallback", self.listed)):
            if ids := tuple(each.id for each in people if each.sees(alert)):
                return Told(how, ids)
        found = notices.supervisors_of(self.session, self.m, at=self.now) or notices.coordinators_of(self.session, self.m, at=self.now)
        # A small city where nobody answers for the whole: whoever reads it at all.
        return Told("everybody", tuple(found or [each.id for each in readers(self.session, self.m, self.now) if each.sees(alert)]))
