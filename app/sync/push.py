"""Commands in: each applied wholly or not at all, its outcome stored with it, none twice.

A push shares one commit. Runs of the same command go in bulk inside a savepoint and fall back to one by one
when the database objects; one bad command never blocks another. What is the server's own fault (no database,
lock time-out) fails the whole push, so that the phone keeps everything and tries again.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import structlog
from marshmallow import RAISE, Schema, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.service import devices
from app.audit import trail
from app.core import reading, seal
from app.core.http import by_constraint
from app.core.db import violated
from app.core.problems import Invalid, Problem
from app.core.sentences import told
from app.core.timing import Timing, judge
from app.outreach_requests import service as outreach
from app.protection import service as protection
from app.referrals import service as referrals
from app.sync.commands import COMMANDS, Command, Item
from app.sync.ledger import Ledger
from app.sync.problems import AlreadyDone, BadEnvelope, ChangedBody, LostDevice, Replaced, UnknownCommand
from app.sync.schemas import CommandIn, WhollySealedIn

log = structlog.get_logger()
_ENVELOPE = CommandIn(unknown=RAISE)
_SEALED = WhollySealedIn(unknown=RAISE)
_SEALED_DOMAIN = "protection."
_UNDOES = (".correct", ".withdraw", ".revoke")
_FIELD = re.compile(r"[a-z_]{1,40}|\d{1,4}")


@dataclass(frozen=True)
class Sent:
    """One command as it came: its envelope checked, its body still raw."""

    id: UUID
    name: str
    version: int
    after: tuple[UUID, ...]
    replaces: UUID | None
    body: dict[str, Any]
    sha256: bytes
    timing: Timing
    without_entering: bool


@cache
def _loader(schema: type[Schema]) -> Schema:
    """One instance of a schema for all commands: making one costs more than a load."""
    return schema(unknown=RAISE)


class Push:
    """One push of one actor. `secret` makes receipts; `now` is the instant of receipt."""

    def __init__(self, session: Session, actor: Actor, sent_at: datetime, now: datetime, secret: str):
        self.session, self.actor, self.sent_at, self.now = session, actor, sent_at, now
        self.secret = secret.encode()
        self.key = seal.public_key_of(session, actor.municipality_id)
        self.ledger = Ledger(session, actor.municipality_id, actor.worker_id)
        self.is_lost = devices.is_lost(session, actor)

    def run(self, raw_commands: Sequence[Any]) -> list[dict[str, Any]]:
        """Outcomes, one per command, in order."""
        # One push of a worker at a time: two tabs sending the same command must not meet half-way.
        self.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:worker, 7))"), {"worker": str(self.actor.worker_id)}
        )
        arrived = [self._open(raw) for raw in raw_commands]
        read = [sent for sent in arrived if isinstance(sent, Sent)]
        self.ledger.recall({named for sent in read for named in (sent.id, sent.replaces, *sent.after) if named})
        self._lock_ahead(read)
        outcomes: list[dict[str, Any] | None] = [None] * len(arrived)
        at = 0
        while at < len(arrived):
            sent = arrived[at]
            if not isinstance(sent, Sent):
                outcomes[at] = sent
                at += 1
                continue
            ready = self._standing(sent)
            if ready is not None:
                outcomes[at] = ready
                at += 1
                continue
            run = self._run_of(arrived, at)
            for offset, outcome in enumerate(self._do(run)):
                outcomes[at + offset] = outcome
            at += len(run)
        self.ledger.store()
        return outcomes  # type: ignore[return-value]

    def _lock_ahead(self, read: list[Sent]) -> None:
        """What commands of this push will lock, where it is several things, in the one order that all pushes keep (referrals.lock_ahead)."""
        asked = [sent.body for sent in read if sent.name.startswith("referrals.")]
        if len(asked) > 1 or any(referrals.locks_several(body) for body in asked):
            referrals.lock_ahead(self.session, self.actor.municipality_id, asked)
        answered = [sent.body for sent in read if sent.name.startswith("outreach_requests.")]
        if len(answered) > 1:
            outreach.lock_ahead(self.session, self.actor.municipality_id, answered)
        told = [sent.body for sent in read if sent.name.startswith(_SEALED_DOMAIN)]
        if len(told) > 1:
            protection.lock_ahead(self.session, self.actor.municipality_id, told)

    # -- reading ---------------------------------------------------------------------------------------------

    def _open(self, raw: Any) -> Sent | dict[str, Any]:
        """An envelope checked, or the outcome that refuses it."""
        claimed = raw.get("id") if isinstance(raw, dict) else None
        try:
            loaded = _ENVELOPE.load(self._unsealed(raw))
            body = loaded["body"]
            if (body is None) == (loaded["sealed"] is None):
                raise BadEnvelope(fields={"body": [str(BadEnvelope.sentence)]})
            if body is None:
                body = reading.loads(seal.open_sealed(self.actor.municipality_id, loaded["sealed"]))
                if not isinstance(body, dict):
                    raise BadEnvelope(fields={"sealed": [str(BadEnvelope.sentence)]})
            timing = judge(loaded["occurred_at"], self.sent_at, self.now)
            content = [loaded["name"], loaded["version"], loaded["occurred_at"].isoformat(), body]
            if loaded["name"].startswith(_SEALED_DOMAIN):
                # A fingerprint of so few closed lists would tell what a flag says: its id alone decides what is the same.
                content = [loaded["name"], str(loaded["id"])]
            digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
        except ValidationError as error:
            refusal: Problem = BadEnvelope(fields=told(error.normalized_messages()))
            return self._outcome(claimed if isinstance(claimed, str) else None, "refused", problem=refusal)
        except seal.KeyLost as problem:
            # Ours to mend, not the worker's: it stays in line on the phone until the key opens again.
            return self._outcome(claimed if isinstance(claimed, str) else None, "waiting", problem=problem)
        except Problem as problem:
            return self._outcome(claimed if isinstance(claimed, str) else None, "refused", problem=problem)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError, OverflowError, TypeError):
            return self._outcome(claimed if isinstance(claimed, str) else None, "refused", problem=BadEnvelope())
        return Sent(
            loaded["id"],
            loaded["name"],
            loaded["version"],
            tuple(loaded["after"]),
            loaded["replaces"],
            body,
            digest,
            timing,
            loaded["without_entering"],
        )

    def _unsealed(self, raw: Any) -> Any:
        """A wholly sealed command as it was before the phone sealed it, any other as it came.

        It is judged like an open one from here on; what is inside may not be sealed again, nor have another id.
        """
        if not isinstance(raw, dict) or set(raw) != {"id", "sealed"}:
            return raw
        outer = _SEALED.load(raw)
        inner = reading.loads(seal.open_sealed(self.actor.municipality_id, outer["sealed"]))
        if not isinstance(inner, dict) or inner.get("id") != raw["id"] or inner.get("sealed") is not None:
            raise BadEnvelope(fields={"sealed": [str(BadEnvelope.sentence)]})
        # Whose it is: another worker of the same phone must not deliver it as hers, nor take its id by being refused.
        if inner.pop("worker_id", str(self.actor.worker_id)) != str(self.actor.worker_id):
            raise BadEnvelope(fields={"sealed": [str(BadEnvelope.sentence)]})
        return inner

    def _standing(self, sent: Sent) -> dict[str, Any] | None:
        """The outcome that needs no doing: already done, changed, or waiting for another."""
        row = self.ledger.known.get(sent.id)
        if row is not None and row.worker_id != self.actor.worker_id:
            return self._outcome(str(sent.id), "conflict", problem=ChangedBody())
        if row is not None and row.status == "done":
            if hmac.compare_digest(bytes(row.body_sha256), sent.sha256):
                return self._outcome(str(sent.id), "repeated", row.receipt, said=self._said_besides(sent))
            return self._outcome(str(sent.id), "conflict", problem=ChangedBody())
        if row is not None and row.status == "withdrawn":
            return self._outcome(str(sent.id), "withdrawn")
        if self.ledger.is_replaced(sent.id):
            return self._outcome(str(sent.id), "refused", problem=Replaced())
        if sent.replaces not in (None, sent.id) and self.ledger.is_done(sent.replaces):
            return self._outcome(str(sent.id), "refused", problem=AlreadyDone())
        states = [self.ledger.state(before) for before in sent.after]
        if "withdrawn" in states:
            return self._outcome(str(sent.id), "withdrawn")
        if any(state != "done" for state in states):
            return self._outcome(str(sent.id), "waiting")
        return None

    def _run_of(self, arrived: list[Any], at: int) -> list[Sent]:
        """The longest run from `at` of one bulk command, new and ready; at least the command itself."""
        first: Sent = arrived[at]
        command = COMMANDS.get((first.name, first.version))
        run = [first]
        if command is None or command.many is None or first.replaces or first.id in self.ledger.known:
            return run
        ids = {first.id}
        for sent in arrived[at + 1 :]:
            alike = isinstance(sent, Sent) and (sent.name, sent.version) == (first.name, first.version)
            if not alike or sent.replaces or sent.id in self.ledger.known or sent.id in ids:
                break
            if self._standing(sent) is not None:
                break
            run.append(sent)
            ids.add(sent.id)
        return run

    # -- doing -----------------------------------------------------------------------------------------------

    def _do(self, run: list[Sent]) -> list[dict[str, Any]]:
        command = COMMANDS.get((run[0].name, run[0].version))
        if command is None:
            return [self._refuse(sent, UnknownCommand()) for sent in run]
        if len(run) == 1:
            return [self._do_one(command, run[0])]
        outcomes: dict[int, dict[str, Any]] = {}
        items: dict[int, Item] = {}
        for index, sent in enumerate(run):
            try:
                items[index] = self._load(command, sent)
                command.check(self.actor, items[index])  # type: ignore[misc]
            except Problem as problem:
                items.pop(index, None)
                outcomes[index] = self._refuse(sent, problem)
        if items:
            try:
                with self.session.begin_nested():
                    command.many(self.session, self.actor, list(items.values()))  # type: ignore[misc]
                for index, item in items.items():
                    outcomes[index] = self._note_done(run[index], item)
            except OperationalError:
                raise
            except Exception:  # whatever it was, one by one finds which
                for index in items:
                    outcomes[index] = self._do_one(command, run[index])
        return [outcomes[index] for index in range(len(run))]

    def _do_one(self, command: Command, sent: Sent) -> dict[str, Any]:
        if command.touches:
            self.ledger.store()
        try:
            item = self._load(command, sent)
            with self.session.begin_nested():
                command.one(self.session, self.actor, item)
                self.session.flush()
            if command.touches:
                self.ledger.recall({command.touches(item)})
        except Problem as problem:
            return self._refuse(sent, problem)
        except IntegrityError as error:
            return self._refuse(sent, by_constraint(violated(error)) or BadEnvelope())
        except OperationalError:
            raise  # no database, lock time-out: not the command's fault
        except Exception as error:  # a fault of ours in one command must not hold back the others
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.error("command_failed", error=type(error).__name__, code=sent.name)
            return self._refuse(sent, Problem())
        return self._note_done(sent, item)

    def _load(self, command: Command, sent: Sent) -> Item:
        if self.is_lost and sent.name.endswith(_UNDOES):
            raise LostDevice()
        try:
            data = _loader(command.schema).load(sent.body)
        except ValidationError as error:
            raise Invalid(fields=told(error.normalized_messages())) from error
        return Item(sent.id, data, sent.timing, self._receipt(sent.id), sent.without_entering)

    def _receipt(self, command_id: UUID) -> str:
        """Eight letters that only this installation can make for this command."""
        mac = hmac.new(self.secret, b"receipt:" + command_id.bytes, hashlib.sha256).digest()
        return base64.b32encode(mac[:5]).decode()

    # -- noting ----------------------------------------------------------------------------------------------

    def _note_done(self, sent: Sent, item: Item) -> dict[str, Any]:
        self._note(sent, "done", item.receipt, None)
        return self._outcome(str(sent.id), "done", item.receipt, said=self._said_besides(sent, item.data))

    def _said_besides(self, sent: Sent, data: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """What the outcome of a done command says besides; the loaded body when it is at hand."""
        command = COMMANDS.get((sent.name, sent.version))
        if command is None or command.told is None:
            return None
        loaded = data or _loader(command.schema).load(sent.body)
        return command.told(self.session, self.actor.municipality_id, loaded, self.now)

    def _refuse(self, sent: Sent, problem: Problem) -> dict[str, Any]:
        outcome = self._outcome(str(sent.id), "refused", problem=problem)
        self._note(sent, "refused", None, {"code": problem.code, "fields": _names(problem.fields)})
        trail.refused(
            self.session, self.actor, sent.name, self.now, problem.code, "sync_command", sent.id
        )
        return outcome

    def _note(self, sent: Sent, status: str, receipt: str | None, problem: dict[str, Any] | None) -> None:
        sealed = None
        if status == "refused" and self.key is not None:
            sealed = seal.seal(self.key, orjson.dumps(sent.body))
        self.ledger.note(
            {
                "municipality_id": self.actor.municipality_id,
                "id": sent.id,
                "worker_id": self.actor.worker_id,
                "device_id": self.actor.device_id,
                "name": sent.name[:60],
                "version": sent.version,
                "body_sha256": sent.sha256,
                "status": status,
                "receipt": receipt,
                "problem": problem,
                "occurred_at": sent.timing.occurred_at,
                "received_at": self.now,
                "replaces": sent.replaces,
                "sealed_body": sealed,
            }
        )

    def _outcome(
        self,
        command_id: str | None,
        status: str,
        receipt: str | None = None,
        problem: Problem | None = None,
        said: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        view = None
        if problem is not None:
            view = {"code": problem.code, "title": str(problem.sentence), "fields": problem.fields}
        return {"id": command_id, "status": status, "receipt": receipt, "problem": view} | ({"told": said} if said else {})


def _names(fields: Any) -> Any:
    """Names of fields without their sentences: what is stored of a refusal.

    A field that we don't know has a name that somebody else chose: it may hold anything, so it isn't kept.
    """
    if isinstance(fields, dict):
        named = {str(name) if _FIELD.fullmatch(str(name)) else "?": inner for name, inner in fields.items()}
        return {name: _names(inner) for name, inner in named.items() if isinstance(inner, dict)} or sorted(named)
    return []
