"""Giving up a refused command: what waited for it is told, and its sealed body goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.sync.models import SyncCommand
from app.sync.problems import NothingToWithdraw


def withdraw_command(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> None:
    """Mark one of the worker's own refused commands as withdrawn. Raises NothingToWithdraw."""
    done = session.execute(
        update(SyncCommand)
        .where(
            SyncCommand.municipality_id == actor.municipality_id,
            SyncCommand.id == data["command_id"],
            SyncCommand.worker_id == actor.worker_id,
            SyncCommand.status.in_(("refused", "withdrawn")),
        )
        .values(status="withdrawn", sealed_body=None)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:
        raise NothingToWithdraw()
    trail.record(session, actor, "sync.withdraw", now, "sync_command", data["command_id"])
