"""What is known of commands, stored or of this very push: which is done, refused, given up, or replaced by which.

A command belongs to the worker who sent it: nobody else repeats, replaces or gives it up.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, union_all, update
from sqlalchemy.orm import Session

from app.core.db import insert_rows
from app.core.problems import Busy
from app.sync.models import SyncCommand


_JUDGED_ANEW = (
    "device_id name version body_sha256 status receipt problem occurred_at received_at replaces sealed_body".split()
)
_OVER_A_REFUSAL = (
    "ON CONFLICT (municipality_id, id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _JUDGED_ANEW)
    + " WHERE sync_commands.status = 'refused' AND sync_commands.worker_id = excluded.worker_id"
    " RETURNING sync_commands.id"
)


@dataclass(frozen=True)
class Known:
    """A command of this very push, in the shape that the database gives."""

    id: UUID
    worker_id: UUID
    status: str
    body_sha256: bytes
    receipt: str | None
    replaces: UUID | None


class Ledger:
    """One worker's view while a push runs. `noted` waits in memory until `store`."""

    def __init__(self, session: Session, municipality_id: int, worker_id: UUID):
        self.session, self.municipality_id, self.worker_id = session, municipality_id, worker_id
        self.known: dict[UUID, Any] = {}
        self.replaced_by: dict[UUID, set[UUID]] = {}
        self.noted: dict[UUID, dict[str, Any]] = {}

    def recall(self, wanted: set[UUID]) -> None:
        """What is already known of these commands and of what replaced them. Only its worker replaces a command."""
        asked: set[UUID] = set()
        while wanted - asked:
            batch = list(wanted - asked)
            asked |= set(batch)
            known = select(
                SyncCommand.id,
                SyncCommand.worker_id,
                SyncCommand.status,
                SyncCommand.body_sha256,
                SyncCommand.receipt,
                SyncCommand.replaces,
            ).where(SyncCommand.municipality_id == self.municipality_id)
            # Two look-ups, each by its index: one WHERE with OR reads the whole table.
            rows = self.session.execute(
                union_all(known.where(SyncCommand.id.in_(batch)), known.where(SyncCommand.replaces.in_(batch)))
            ).all()
            for row in rows:
                self.known[row.id] = row
                if row.replaces and row.worker_id == self.worker_id:
                    self.replaced_by.setdefault(row.replaces, set()).add(row.id)
                    # A replacement may itself be refused and replaced: follow it.
                    wanted.add(row.id)

    def state(self, command_id: UUID) -> str | None:
        """`done` when the command or something that replaced it is; else what the last replacements are: `refused`
        while one may still be put right, `withdrawn` when none may; None when nothing of it is here.
        """
        seen: set[UUID] = set()
        pending, last, all_ = [command_id], set(), set()
        while pending:
            one = pending.pop()
            if one in seen:
                continue
            seen.add(one)
            pending += (after := self.replaced_by.get(one, set()))
            if one in self.known:
                all_.add(self.known[one].status)
                if not after:
                    last.add(self.known[one].status)
        held = all_ if "done" in all_ or not last else last
        return next((status for status in ("done", "refused", "withdrawn") if status in held), None)

    def is_replaced(self, command_id: UUID) -> bool:
        """True when a replacement of the command was done: the same thing must not be there twice."""
        return any(self.state(other) == "done" for other in self.replaced_by.get(command_id, set()) - {command_id})

    def is_done(self, command_id: UUID) -> bool:
        """True when this worker's command, or what replaced it, was done."""
        row = self.known.get(command_id)
        return (row is None or row.worker_id == self.worker_id) and self.state(command_id) == "done"

    def note(self, row: dict[str, Any]) -> None:
        """An outcome of this push, as a row of sync_commands; a later one of the same command takes its place."""
        command_id, replaces = row["id"], row["replaces"]
        self.known[command_id] = Known(
            command_id, self.worker_id, row["status"], row["body_sha256"], row["receipt"], replaces
        )
        if replaces:
            self.replaced_by.setdefault(replaces, set()).add(command_id)
        self.noted[command_id] = row

    def store(self) -> None:
        """Write outcomes: new ones in bulk, those that were refused before over their former row.

        Raises Busy when another worker's push stored one of these ids meanwhile: the next try will see it.
        """
        rows, self.noted = list(self.noted.values()), {}
        if not rows:
            return
        written = insert_rows(self.session, SyncCommand.__table__, rows, _OVER_A_REFUSAL).all()  # type: ignore[arg-type]
        if len(written) != len(rows):
            raise Busy(extra={"retry_after_s": 1})
        settled = [row["replaces"] for row in rows if row["replaces"] and row["status"] == "done"]
        if settled:
            self.session.execute(
                update(SyncCommand)
                .where(
                    SyncCommand.municipality_id == self.municipality_id,
                    SyncCommand.id.in_(settled),
                    SyncCommand.worker_id == self.worker_id,
                )
                .values(sealed_body=None)
                .execution_options(synchronize_session=False)
            )
