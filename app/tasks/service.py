"""Verbs on agreed next steps. Never commits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.db import cleared, insert_rows
from app.core.timing import Timing
from app.tasks.models import Task
from app.tasks.problems import AlreadyClosed, NotYours, UnknownTask
from app.tasks.queries import unit_of_team
from app.tasks.rules import check_task, may_close


def agree_task(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Somebody said what, when, where and with whom. `data` is TaskIn's.

    Of a person who is restricted meanwhile it is taken in like any other. Raises NothingAgreed, DayUnlikely, Forbidden;
    by constraint what it names and isn't there.
    """
    then = actor.at(timing.occurred_at)
    require(then, "tasks.agree")
    if data["team_id"] and not _reaches(session, then, "tasks.agree", data["team_id"]):
        raise NotYours(fields={"team_id": [str(NotYours.sentence)]})
    check_task(data, today_of(session, actor.municipality_id, timing.occurred_at))
    insert_rows(
        session,
        Task.__table__,  # type: ignore[arg-type]
        [
            {
                "municipality_id": actor.municipality_id,
                "id": data["task_id"],
                "person_id": data["person_id"],
                "household_id": data["household_id"],
                "encounter_id": data["encounter_id"],
                "team_id": data["team_id"],
                "worker_id": actor.worker_id,
                "assignee_id": data["assignee_id"],
                "what": data["what"],
                "due_on": data["due_on"],
                "due_time": data["due_time"],
                "place_text": data["place_text"] or None,
                "known_point_id": data["point_id"],
                "status": "open",
                "agreed_at": timing.occurred_at,
                "received_at": timing.received_at,
            }
        ],
    )
    trail.record(session, actor, "tasks.agree", timing.received_at, "task", data["task_id"])
    announce(session, actor.municipality_id, "task", [data["task_id"]])


def close_task(
    session: Session, actor: Actor, data: dict[str, Any], timing: Timing, moved_to_id: UUID | None = None
) -> None:
    """It was done, or why it wasn't. `data` is CloseIn's. Two who say the same are both right; the first stays. What
    somebody did is done, though a teammate who didn't know of it said otherwise.

    Raises UnknownTask, NotYours, AlreadyClosed.
    """
    # A phone that knew the person before she was restricted still closes what it held.
    with cleared(session, "restricted"):
        task = session.scalar(
            select(Task)
            .where(Task.municipality_id == actor.municipality_id, Task.id == data["task_id"])
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if task is None:
            raise UnknownTask()
        then = actor.at(timing.occurred_at)
        require(then, "tasks.close")
        own = actor.worker_id in (task.worker_id, task.assignee_id)
        if not own and not (task.team_id and _reaches(session, then, "tasks.close", task.team_id)):
            raise NotYours()
        if not may_close(task.status, data["result"]):
            raise AlreadyClosed()
        if task.status != data["result"]:
            _close(task, actor, data, timing.occurred_at, moved_to_id)
            session.flush()
    trail.record(session, actor, "tasks.close", timing.received_at, "task", task.id, ["status"])
    announce(session, actor.municipality_id, "task", [task.id])


def _close(task: Task, actor: Actor, data: dict[str, Any], at: datetime, moved_to_id: UUID | None) -> None:
    task.status = data["result"]
    task.closed_at = max(at, task.agreed_at)
    task.closed_by = actor.worker_id
    # What was said before it was known to be done stays readable.
    task.close_text = " · ".join(filter(None, (data["text"], task.close_text))) or None
    task.moved_to_id = moved_to_id or task.moved_to_id


def _reaches(session: Session, actor: Actor, verb: str, team_id: UUID) -> bool:
    """The team itself, or the unit for which it works."""
    return allows(actor, verb, team_id=team_id) or allows(
        actor, verb, team_id=team_id, unit_id=unit_of_team(session, actor.municipality_id, team_id)
    )
