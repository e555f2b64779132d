"""Opening and closing a shift, asked once so that the required fields cost no tap later."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.ids import new_id
from app.core.timing import Timing
from app.shifts.models import Shift, ShiftCompanion
from app.shifts.problems import UnknownShift


def start_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A worker goes out with a team. Raises Forbidden for a team that isn't theirs."""
    require(actor.at(timing.occurred_at), "shifts.start", team_id=data["team_id"])
    session.execute(
        insert(Shift.__table__),
        [
            {
                "municipality_id": actor.municipality_id,
                "id": data["shift_id"],
                "team_id": data["team_id"],
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "reference_unit_id": data["reference_unit_id"],
                "started_at": timing.occurred_at,
                "received_at": timing.received_at,
            }
        ],
    )
    companions = [
        {
            "municipality_id": actor.municipality_id,
            "id": new_id(),
            "shift_id": data["shift_id"],
            "worker_id": worker_id,
        }
        for worker_id in sorted(set(data["companion_ids"]) - {actor.worker_id})
    ]
    if companions:
        session.execute(insert(ShiftCompanion.__table__), companions)
    trail.record(session, actor, "shifts.start", timing.received_at, "shift", data["shift_id"])


def end_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Close the worker's own shift; closing twice keeps the first instant."""
    require(actor.at(timing.occurred_at), "shifts.end")
    shift = session.scalar(
        select(Shift)
        .where(
            Shift.municipality_id == actor.municipality_id,
            Shift.id == data["shift_id"],
            Shift.worker_id == actor.worker_id,
        )
        .with_for_update()
    )
    if shift is None:
        raise UnknownShift()
    if shift.ended_at is None:
        shift.ended_at = max(timing.occurred_at, shift.started_at)
        session.flush()
    trail.record(session, actor, "shifts.end", timing.received_at, "shift", shift.id)
