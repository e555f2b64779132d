"""`sync import FILE`: takes in the outbox that a phone exported encrypted."""

import sys
from pathlib import Path
from uuid import UUID

import click
import orjson
from flask import current_app

from app.cli import Group
from app.accounts import queries as accounts
from app.audit import trail
from app.core import clock, reading, seal
from app.core.db import transaction
from app.core.fields import Instant
from app.core.problems import Problem
from app.sync.push import Push
from app.sync.schemas import MOST_COMMANDS

sync = Group("sync", help="A porta dos aparelhos.")
commands = (sync,)

FORMAT = "vinculo-outbox-1"
LARGEST_FILE = 64 * 1024 * 1024


@sync.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_outbox(file: Path) -> None:
    """Recebe a caixa de saída exportada de um aparelho (FILE, cifrado para a chave do município)."""
    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException("O arquivo é grande demais (mais de 64 MiB).")
    try:
        outer = orjson.loads(file.read_bytes())
        if outer["format"] != FORMAT:
            raise click.ClickException("Este arquivo não é uma caixa de saída do Vínculo.")
        municipality_id, worker_id = int(outer["municipality_id"]), UUID(outer["worker_id"])
        device_id = UUID(outer["device_id"])
        sent_at = Instant().deserialize(outer["sent_at"])
        inner = reading.loads(seal.open_sealed(municipality_id, outer["sealed"]))
        sent = list(inner["commands"])
    except Problem as problem:
        raise click.ClickException(str(problem.sentence)) from problem
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException("O arquivo está incompleto ou não é uma caixa de saída.") from error
    counts: dict[str, int] = {}
    for start in range(0, len(sent), MOST_COMMANDS):
        batch = sent[start : start + MOST_COMMANDS]
        for outcome in _deliver(municipality_id, worker_id, device_id, sent_at, batch):
            counts[outcome["status"]] = counts.get(outcome["status"], 0) + 1
            if outcome["problem"]:
                click.echo(f"{outcome['id']}: {outcome['status']}: {outcome['problem']['title']}")
    click.echo(", ".join(f"{status}: {count}" for status, count in sorted(counts.items())) or "Nada a receber.")
    if set(counts) - {"done", "repeated"}:
        sys.exit(1)


def _deliver(municipality_id: int, worker_id: UUID, device_id: UUID, sent_at, batch: list) -> list[dict]:
    now = clock.now()
    # Days may lie between the file and its import: they are no fault of the phone's clock. Only a clock that was
    # ahead shows, by a file from the future.
    sent_at = max(sent_at, now)
    with transaction(municipality_id, worker_id) as session:
        actor = accounts.deliverer(session, municipality_id, worker_id, device_id, now)
        if actor is None:
            raise click.ClickException("O trabalhador deste arquivo não existe neste município.")
        outcomes = Push(session, actor, sent_at, now, current_app.config["SECRET_KEY"]).run(batch)
        trail.record(session, actor, "sync.import", now, "worker", worker_id)
    return outcomes
