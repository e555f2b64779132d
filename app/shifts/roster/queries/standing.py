"""What stands behind a roster: teams in reach with their people, patterns, vehicles, absences."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, TeamMember, TeamRegion, Worker
from app.accounts.queries import reach_of
from app.shifts.roster.models import RosterPattern, Vehicle, WorkerAbsence


@dataclass(frozen=True)
class Person:
    """Somebody who may be planned, with the teams she is in on a day."""

    id: UUID
    name: str
    team_ids: tuple[UUID, ...]


def reached_teams(session: Session, actor: Actor, verb: str, closed_too: bool = False) -> dict[UUID, str]:
    """{team: name} of the verb's reach: the team itself, those of its units and of its regions, or all; by name."""
    require(actor, verb)
    reach = reach_of(session, actor, verb)
    asked = select(Team.id, Team.name).where(Team.municipality_id == actor.municipality_id)
    if not closed_too:
        asked = asked.where(Team.is_active)
    if not reach.everywhere:
        asked = asked.where(Team.id.in_(reach.team_ids))
    return {row.id: row.name for row in session.execute(asked.order_by(Team.name))}


def people_of(session: Session, municipality_id: int, team_ids: Collection[UUID], on: date) -> list[Person]:
    """Who is in one of these teams on a day or will be, by name."""
    rows = session.execute(
        select(Worker.id, Worker.name, TeamMember.team_id)
        .join(TeamMember, and_(TeamMember.municipality_id == Worker.municipality_id, TeamMember.worker_id == Worker.id))
        .where(
            Worker.municipality_id == municipality_id,
            Worker.is_active,
            TeamMember.team_id.in_(list(team_ids)),
            or_(TeamMember.left_on.is_(None), TeamMember.left_on > on),
        )
        .order_by(Worker.name, Worker.id)
    )
    found: dict[UUID, tuple[str, list[UUID]]] = {}
    for worker_id, name, team_id in rows:
        found.setdefault(worker_id, (name, []))[1].append(team_id)
    return [Person(worker_id, name, tuple(dict.fromkeys(teams))) for worker_id, (name, teams) in found.items()]


def workers_reached(session: Session, actor: Actor, verb: str, on: date) -> list[Person]:
    """Who is in a team of the verb's reach, by name."""
    return people_of(session, actor.municipality_id, reached_teams(session, actor, verb), on)


def patterns_of(session: Session, actor: Actor, verb: str = "shifts.plan", since: date | None = None) -> list[RosterPattern]:
    """Patterns of the teams in reach that are in force on a day or later (all without one), by team and hour."""
    asked = select(RosterPattern).where(
        RosterPattern.municipality_id == actor.municipality_id,
        RosterPattern.team_id.in_(reached_teams(session, actor, verb)),
    )
    if since is not None:
        asked = asked.where(or_(RosterPattern.valid_to.is_(None), RosterPattern.valid_to >= since))
    return list(session.scalars(asked.order_by(RosterPattern.team_id, RosterPattern.starts, RosterPattern.id)))


def regions_of_team(session: Session, municipality_id: int, team_id: UUID) -> set[UUID]:
    """Where a team works, as its own page says: what a form proposes."""
    asked = select(TeamRegion.region_id).where(TeamRegion.municipality_id == municipality_id, TeamRegion.team_id == team_id)
    return set(session.scalars(asked))


def vehicles_of(session: Session, municipality_id: int, only_active: bool = True) -> list[Vehicle]:
    asked = select(Vehicle).where(Vehicle.municipality_id == municipality_id)
    if only_active:
        asked = asked.where(Vehicle.is_active)
    return list(session.scalars(asked.order_by(Vehicle.is_active.desc(), Vehicle.name)))


def vehicle_of(session: Session, municipality_id: int, vehicle_id: UUID) -> Vehicle | None:
    return session.get(Vehicle, (municipality_id, vehicle_id))


def absences_of(session: Session, actor: Actor, since: date) -> list[tuple[WorkerAbsence, str]]:
    """(absence, name) of workers in the planner's reach that last until a day or longer, in order."""
    people = {each.id: each.name for each in workers_reached(session, actor, "shifts.plan", since)}
    rows = session.scalars(
        select(WorkerAbsence)
        .where(
            WorkerAbsence.municipality_id == actor.municipality_id,
            WorkerAbsence.worker_id.in_(people),
            WorkerAbsence.to_on >= since,
            WorkerAbsence.taken_back_at.is_(None),
        )
        .order_by(WorkerAbsence.from_on, WorkerAbsence.to_on, WorkerAbsence.id)
    )
    return [(row, people[row.worker_id]) for row in rows]
