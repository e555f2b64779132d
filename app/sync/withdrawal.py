"""Giving up a refused command: what waited for it is told, and its sealed body goes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.sync.models import SyncCommand
from app.sync.problems import NothingToWithdraw


def withdraw_command(session: Session, actor: Actor, own_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """Mark one of the worker's own commands as withdrawn: a refused one, or one that never came in (what the
    server couldn't read isn't kept, yet others may wait for it). Raises NothingToWithdraw.
    """
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
        _bury(session, actor, own_id, data["command_id"], now)
    trail.record(session, actor, "sync.withdraw", now, "sync_command", data["command_id"])


def _bury(session: Session, actor: Actor, own_id: UUID, command_id: UUID, now: datetime) -> None:
    """Keep the place of a command that isn't here, so that it isn't done if it comes after all."""
    held = session.scalar(
        select(SyncCommand.status).where(
            SyncCommand.municipality_id == actor.municipality_id, SyncCommand.id == command_id
        )
    )
    if held is not None or command_id == own_id:
        raise NothingToWithdraw()
    session.execute(
        insert(SyncCommand.__table__),
        [
            {
                "municipality_id": actor.municipality_id,
                "id": command_id,
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "name": "sync.never_came",
                "version": 1,
                "body_sha256": b"",
                "status": "withdrawn",
                "occurred_at": now,
                "received_at": now,
            }
        ],
    )
