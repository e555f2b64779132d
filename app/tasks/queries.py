"""Readings of agreed next steps. Those of a restricted person are hidden by the database itself (migration 0009).

Names of persons and families are for who joins the domains (sync, desk): here are ids.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, TeamRegion, Worker
from app.core.days import today_of
from app.tasks.models import Task, TaskHandover
from app.tasks.rules import days_late

__all__ = [
    "at_desk", "days_late", "for_phone", "had_by", "handovers_of", "ids_for_phone", "of_household", "of_person", "of_teams_today",
    "overdue", "task_of", "teams_reached", "unit_of_team",
]  # fmt: skip

CLOSED_DAYS = 3
DESK_CLOSED_DAYS = 7
_MOST = 500


def unit_of_team(session: Session, municipality_id: int, team_id: UUID) -> UUID | None:
    return session.scalar(
        select(Team.reference_unit_id).where(Team.municipality_id == municipality_id, Team.id == team_id)
    )


def for_phone(
    session: Session, actor: Actor, now: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """Pull bodies: the teams' and the worker's own, open or closed in the last 3 days. `called` is for the caller."""
    handed_from = (
        select(Team.name)
        .join(TaskHandover, and_(TaskHandover.municipality_id == Team.municipality_id, TaskHandover.from_team_id == Team.id))
        .where(TaskHandover.municipality_id == Task.municipality_id, TaskHandover.task_id == Task.id)
        .order_by(TaskHandover.handed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Task, Worker.name, case((Task.handed_at.is_not(None), handed_from)))
        .join(Worker, and_(Worker.municipality_id == Task.municipality_id, Worker.id == Task.worker_id))
        .where(*_held_by(actor, now))
    )
    if ids is not None:
        query = query.where(Task.id.in_(ids))
    return {
        task.id: {
            "id": task.id,
            "team_id": task.team_id,
            "person_id": task.person_id,
            "household_id": task.household_id,
            "called": None,
            "what": task.what,
            "due_on": task.due_on,
            "due_time": task.due_time.strftime("%H:%M") if task.due_time else None,
            "place_text": task.place_text,
            "point_id": task.known_point_id,
            "assignee_id": task.assignee_id,
            "author_name": author,
            "status": task.status,
            "closed_at": task.closed_at,
            "handed_from": handed_from,
        }
        for task, author, handed_from in session.execute(query)
    }


def ids_for_phone(session: Session, actor: Actor, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The first ids of what `for_phone` gives behind one, sorted."""
    query = select(Task.id).where(*_held_by(actor, now))
    if after is not None:
        query = query.where(Task.id > after)
    return list(session.scalars(query.order_by(Task.id).limit(limit)))


def _held_by(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Task.municipality_id == actor.municipality_id,
        or_(Task.status == "open", Task.closed_at >= now - timedelta(days=CLOSED_DAYS)),
        or_(
            Task.team_id.in_(actor.team_ids("tasks.agree")),
            Task.assignee_id == actor.worker_id,
            # What she agreed stays with her until it goes to another team.
            and_(Task.worker_id == actor.worker_id, Task.handed_at.is_(None)),
        ),
    )


def had_by(session: Session, municipality_id: int, task_id: UUID) -> set[UUID]:
    """Teams that had it before another."""
    asked = select(TaskHandover.from_team_id).where(TaskHandover.municipality_id == municipality_id, TaskHandover.task_id == task_id)
    return set(session.scalars(asked))


def handovers_of(session: Session, municipality_id: int, task_id: UUID) -> list[dict[str, Any]]:
    """How it went from team to team, the first first: at, by, source, target, reason."""
    source, target = Team.__table__.alias("source"), Team.__table__.alias("target")
    hand = TaskHandover
    rows = session.execute(
        select(hand.handed_at.label("at"), Worker.name.label("by"), source.c.name.label("source"), target.c.name.label("target"), hand.reason)
        .join(Worker, and_(Worker.municipality_id == hand.municipality_id, Worker.id == hand.handed_by))
        .join(source, and_(source.c.municipality_id == hand.municipality_id, source.c.id == hand.from_team_id))
        .join(target, and_(target.c.municipality_id == hand.municipality_id, target.c.id == hand.to_team_id))
        .where(hand.municipality_id == municipality_id, hand.task_id == task_id)
        .order_by(hand.handed_at, hand.id)
    )
    return [dict(row) for row in rows.mappings()]


def of_teams_today(session: Session, municipality_id: int, team_ids: Collection[UUID], today: date) -> list[dict[str, Any]]:
    """{team_id, status, number} of what was agreed for a day, and of what is open since an earlier one (status `late`)."""
    status = case((and_(Task.status == "open", Task.due_on < today), "late"), else_=Task.status)
    rows = session.execute(
        select(Task.team_id, status.label("status"), func.count().label("number"))
        .where(
            Task.municipality_id == municipality_id,
            Task.team_id.in_(list(team_ids)),
            or_(Task.due_on == today, and_(Task.status == "open", Task.due_on < today)),
        )
        .group_by(Task.team_id, status)
    )
    return [dict(row) for row in rows.mappings()]


def of_person(session: Session, actor: Actor, person_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Every step agreed with a person (the ids that she has), open ones first by day, then the latest closed."""
    return _listed(session, actor, Task.person_id.in_(person_ids))


def of_household(session: Session, actor: Actor, household_id: UUID) -> list[dict[str, Any]]:
    """The same of a family."""
    return _listed(session, actor, Task.household_id == household_id)


def at_desk(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What whoever agrees at a unit, coordinates or follows has before her: open ones, and closed in the last week."""
    recent = or_(Task.status == "open", Task.closed_at >= now - timedelta(days=DESK_CLOSED_DAYS))
    mine = or_(Task.worker_id == actor.worker_id, Task.assignee_id == actor.worker_id, _of_reach(actor, "tasks.agree"))
    return _listed(session, actor, recent, mine)


def task_of(session: Session, actor: Actor, task_id: UUID) -> dict[str, Any] | None:
    """One step within the actor's reach, or None."""
    mine = or_(Task.worker_id == actor.worker_id, Task.assignee_id == actor.worker_id, _of_reach(actor, "tasks.agree"))
    return next(iter(_listed(session, actor, Task.id == task_id, mine)), None)


def overdue(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Steps whose day has passed, by team: how many, since when. No name, no place: who oversees counts.

    Each: team_id, team (None: of nobody's team), number, oldest_on, week (how many are late by more than 7 days).
    """
    require(actor, "tasks.oversee")
    today = today_of(session, actor.municipality_id, now)
    rows = session.execute(
        select(
            Task.team_id,
            Team.name.label("team"),
            func.count().label("number"),
            func.min(Task.due_on).label("oldest_on"),
            func.count().filter(Task.due_on < today - timedelta(days=7)).label("week"),
        )
        .outerjoin(Team, and_(Team.municipality_id == Task.municipality_id, Team.id == Task.team_id))
        .where(
            Task.municipality_id == actor.municipality_id,
            Task.status == "open",
            Task.due_on < today,
            _of_reach(actor, "tasks.oversee"),
        )
        .group_by(Task.team_id, Team.name)
        .order_by(func.count().desc(), Team.name)
    )
    return [dict(row) for row in rows.mappings()]


def teams_reached(session: Session, actor: Actor, verb: str) -> set[UUID]:
    """Teams of the verb's reach."""
    m = actor.municipality_id
    query = select(Team.id).where(Team.municipality_id == m)
    if not actor.everywhere(verb):
        query = query.where(or_(Team.id.in_(actor.team_ids(verb)), Team.reference_unit_id.in_(actor.unit_ids(verb))))
    return set(session.scalars(query))


def _of_reach(actor: Actor, verb: str) -> ColumnElement[bool]:
    """Of the teams that the verb reaches: itself, those of its units, those of its regions, or all."""
    if actor.everywhere(verb):
        return Task.municipality_id == actor.municipality_id
    m = actor.municipality_id
    units = select(Team.id).where(Team.municipality_id == m, Team.reference_unit_id.in_(actor.unit_ids(verb)))
    regions = select(TeamRegion.team_id).where(
        TeamRegion.municipality_id == m, TeamRegion.region_id.in_(actor.region_ids(verb))
    )
    return or_(Task.team_id.in_(actor.team_ids(verb)), Task.team_id.in_(units), Task.team_id.in_(regions))


def _listed(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    author, assignee = Worker.__table__.alias("author"), Worker.__table__.alias("assignee")
    rows = session.execute(
        select(Task, author.c.name.label("author"), assignee.c.name.label("assignee"), Team.name.label("team"))
        .join(author, and_(author.c.municipality_id == Task.municipality_id, author.c.id == Task.worker_id))
        .outerjoin(assignee, and_(assignee.c.municipality_id == Task.municipality_id, assignee.c.id == Task.assignee_id))
        .outerjoin(Team, and_(Team.municipality_id == Task.municipality_id, Team.id == Task.team_id))
        .where(Task.municipality_id == actor.municipality_id, *conditions)
        .order_by((Task.status != "open"), Task.closed_at.desc(), Task.due_on, Task.due_time, Task.id)
        .limit(_MOST)
    )
    names = (
        "id person_id household_id encounter_id team_id what due_on due_time place_text known_point_id assignee_id"
        " worker_id status agreed_at closed_at close_text moved_to_id"
    ).split()
    return [
        {name: getattr(row.Task, name) for name in names}
        | {"author": row.author, "assignee": row.assignee, "team": row.team}
        for row in rows
    ]
