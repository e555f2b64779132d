"""Verbs on agreed next steps. Never commits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.accounts.queries import teams_of_reach, teams_of_worker
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.db import cleared, insert_rows
from app.core.ids import new_id
from app.core.timing import Timing
from app.tasks.models import Task, TaskHandover
from app.tasks.problems import AlreadyClosed, NotYours, OtherKindOfTeam, TeamOutOfReach, UnknownTask
from app.tasks.queries import had_by, unit_of_team
from app.tasks.rules import check_handing, check_task, may_close


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


def agree_once(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """The same from a page of the desk: sent twice it is one step; gone back to and filled in anew, another. Raises as agree_task."""
    with cleared(session, "restricted"):
        already = session.get(Task, (actor.municipality_id, data["task_id"]))
    if already is not None:
        if all(getattr(already, name) == data[name] for name in ("what", "due_on", "team_id", "person_id", "household_id")):
            return
        data = data | {"task_id": new_id()}
    agree_task(session, actor, data, timing)


def close_task(
    session: Session, actor: Actor, data: dict[str, Any], timing: Timing, moved_to_id: UUID | None = None
) -> None:
    """It was done, or why it wasn't. `data` is CloseIn's. Two who say the same are both right; the first stays. What
    somebody did is done, though a teammate who didn't know of it said otherwise.

    Raises UnknownTask, NotYours, AlreadyClosed.
    """
    # A phone that knew the person before she was restricted still closes what it held.
    with cleared(session, "restricted"):
        task = _locked(session, actor, data["task_id"])
        then = actor.at(timing.occurred_at)
        require(then, "tasks.close")
        own = actor.worker_id in (task.worker_id, task.assignee_id)
        # Of a team that had it before too: it may have been offline when the step went to another.
        teams = {task.team_id, *had_by(session, task.municipality_id, task.id)} - {None}
        if not own and not any(_reaches(session, then, "tasks.close", each) for each in teams):
            raise NotYours()
        if not may_close(task.status, data["result"]):
            raise AlreadyClosed()
        if task.status != data["result"]:
            _close(task, actor, data, timing.occurred_at, moved_to_id)
            session.flush()
    trail.record(session, actor, "tasks.close", timing.received_at, "task", task.id, ["status"])
    announce(session, actor.municipality_id, "task", [task.id])


def move_task(session: Session, actor: Actor, task_id: UUID, due_on: date, text: str | None, timing: Timing) -> None:
    """For another day: it closes as moved, and the same is agreed anew. A second tap, for the same day, agrees nothing more.

    Raises what close_task and agree_task raise; AlreadyClosed where it was moved to another day meanwhile.
    """
    with cleared(session, "restricted"):
        task = _locked(session, actor, task_id)
        if task.status == "moved":
            if session.scalar(select(Task.due_on).where(Task.municipality_id == task.municipality_id, Task.id == task.moved_to_id)) != due_on:
                raise AlreadyClosed()
            return
        kept = ("person_id", "household_id", "encounter_id", "team_id", "what", "due_time", "place_text", "assignee_id")
        again = {name: getattr(task, name) for name in kept} | {"task_id": new_id(), "due_on": due_on, "point_id": task.known_point_id}
    agree_task(session, actor, again, timing)
    close_task(session, actor, {"task_id": task_id, "result": "moved", "text": text}, timing, moved_to_id=again["task_id"])


def hand_task(session: Session, actor: Actor, task_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """From now on another team's. `data` is HandForm's. Both teams within the actor's reach and of one kind.

    Whoever was to go is still to go only if she is of the new team. Raises Forbidden, UnknownTask, NotYours, TeamOutOfReach,
    OtherKindOfTeam, NotOpen, OfNoTeam, SameTeam, HandedMeanwhile.
    """
    require(actor, "tasks.hand")
    task, teams = _locked(session, actor, task_id), teams_of_reach(session, actor, "tasks.hand")
    if task.team_id is not None and not _reaches(session, actor, "tasks.hand", task.team_id) and task.team_id not in teams:
        raise NotYours()
    check_handing(task.status, task.team_id, data["seen"], data["team_id"])
    if data["team_id"] not in teams:
        raise TeamOutOfReach(fields={"team_id": [str(TeamOutOfReach.sentence)]})
    if task.team_id in teams and teams[task.team_id][1] != teams[data["team_id"]][1]:
        raise OtherKindOfTeam(fields={"team_id": [str(OtherKindOfTeam.sentence)]})
    session.add(
        TaskHandover(
            municipality_id=task.municipality_id, id=new_id(), task_id=task.id, from_team_id=task.team_id, to_team_id=data["team_id"],
            reason=data["reason"], handed_by=actor.worker_id, handed_at=now,
        )
    )  # fmt: skip
    task.team_id, task.handed_at = data["team_id"], now
    if task.assignee_id:
        today = today_of(session, task.municipality_id, now)
        theirs = {team["id"] for team in teams_of_worker(session, task.municipality_id, task.assignee_id, today)}
        task.assignee_id = task.assignee_id if task.team_id in theirs else None
    session.flush()
    trail.record(session, actor, "tasks.hand", now, "task", task.id, ["team_id"])
    announce(session, task.municipality_id, "task", [task.id])


def _locked(session: Session, actor: Actor, task_id: UUID) -> Task:
    """Held until the end of the transaction. Raises UnknownTask."""
    task = session.scalar(
        select(Task)
        .where(Task.municipality_id == actor.municipality_id, Task.id == task_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if task is None:
        raise UnknownTask()
    return task


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
