"""`people import`, `imports`, `undo-import` and `export`: a city's spreadsheet in, and out again."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy import select

from app.access.actor import Actor, Grant
from app.audit import trail
from app.cli import Group
from app.core import clock, days
from app.core.db import transaction
from app.core.models import Municipality
from app.core.problems import Problem
from app.people.models import PersonImport
from app.people.queries.exporting import spreadsheet
from app.people.roster import LARGEST
from app.people.service import importing

people = Group("people", help="Pessoas atendidas: planilhas da cidade.")
commands = (people,)
_CITY = click.option("--municipality", "ibge", type=int, required=True)


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@_CITY
@click.option("--mapping", "named", multiple=True, metavar="COLUNA=CAMPO", help="Ou um FILE.json com {coluna: campo}.")
@click.option("--origin", default="", help="De onde veio a planilha.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD",
    help="De que dia são os dados da planilha; sem isto, de hoje. O que a equipe ouviu depois desse dia vale mais.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Só mostra o que cada linha faria.")
@click.option("--again", is_flag=True, help="Recebe de novo um arquivo que já foi recebido.")
def import_file(
    file: Path, ibge: int, named: tuple[str, ...], origin: str, as_of: datetime | None, dry_run: bool, again: bool
) -> None:  # fmt: skip
    """Inclui as pessoas de FILE (.xlsx ou CSV); diz o que houve com cada linha e propõe quem pode já estar no cadastro."""
    with file.open("rb") as opened:
        raw = opened.read(LARGEST + 1)
    now, mapping = clock.now(), _mapping(named)
    try:
        with transaction(ibge) as session:
            operator = _operator(session, ibge)
            if dry_run:
                roster, lines = importing.judge(session, ibge, raw, mapping, now)
                taken = importing.Taken(None, roster.mapping, lines)
            else:
                # Noon: the same day in every time zone of Brazil.
                day = as_of and as_of.replace(hour=15, tzinfo=UTC)
                taken = importing.take_in(
                    session, operator, raw, file.name, mapping, origin or file.name, now, again=again, as_of=day
                )
    except Problem as problem:
        raise click.ClickException(f"{problem.sentence} Nada foi gravado.") from problem
    for column, field in taken.mapping.items():
        click.echo(f"coluna {column!r}: {field or 'deixada de lado'}")
    for line in taken.lines:
        words = f"não entra: {line.refused}" if line.refused else "entra"
        click.echo(f"linha {line.number}: {words}" + "".join(f" · atenção: {warning}" for warning in line.warnings))
    refused = sum(bool(line.refused) for line in taken.lines)
    click.echo(f"{len(taken.lines) - refused} {'entrariam' if dry_run else 'entraram'}, {refused} não.")
    if taken.import_id:
        click.echo(f"Pares parecidos a conferir: {taken.pairs}. Para desfazer: people undo-import {taken.import_id} --municipality {ibge}")
    if refused:
        sys.exit(1)


@people.command("imports")
@_CITY
def list_imports(ibge: int) -> None:
    """Mostra as planilhas recebidas."""
    with transaction(ibge) as session:
        _operator(session, ibge)
        zone = days.zone_of(session, ibge)
        for row in session.scalars(
            select(PersonImport).where(PersonImport.municipality_id == ibge).order_by(PersonImport.imported_at)
        ):
            at = row.imported_at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
            state = "desfeita" if row.undone_at else f"{row.report.get('taken', 0)} pessoas"
            click.echo(f"{row.id} · {at} · {row.file_name} · {row.origin} · {state}")


@people.command("undo-import")
@click.argument("import_id", type=click.UUID)
@_CITY
def undo(import_id, ibge: int) -> None:
    """Retira tudo o que a planilha IMPORT_ID disse; o que outros registraram depois fica."""
    try:
        with transaction(ibge) as session:
            ended, kept = importing.undo_import(session, _operator(session, ibge), import_id, clock.now())
    except Problem as problem:
        raise click.ClickException(str(problem.sentence)) from problem
    click.echo(f"{ended} cadastros encerrados; {kept} ficam, porque há mais alguma coisa registrada deles.")


@people.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.csv")
@_CITY
def export(file: Path, ibge: int) -> None:
    """Grava em FILE.csv as pessoas da cidade, uma por linha; sem cadastros sigilosos, notas nem locais."""
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(f"{file} já existe.") from error
    with os.fdopen(opened, "wb") as target, transaction(ibge) as session:
        operator = _operator(session, ibge)
        text, number = spreadsheet(session, operator)
        trail.record(session, operator, "people.export", clock.now(), "person", None, ["names", "documents"])
        target.write(text.encode())
    click.echo(f"{number} pessoas em {file}, legível só por quem o criou: guarde-o como guarda os cadastros.")


def _mapping(named: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for each in named:
        column, equals, field = each.partition("=")
        if equals:
            mapping[column] = field
            continue
        try:
            mapping |= {str(key): str(value) for key, value in orjson.loads(Path(each).read_bytes()).items()}
        except (OSError, orjson.JSONDecodeError, AttributeError) as error:
            raise click.ClickException(f"{each!r} não é COLUNA=CAMPO nem um arquivo JSON.") from error
    return mapping


def _operator(session, municipality_id: int) -> Actor:
    """Whoever holds the shell of the server; the trail shows a line without a worker."""
    if not session.get(Municipality, municipality_id):
        raise click.ClickException(f"O município {municipality_id} não existe.")
    now = clock.now()
    grant: Any = Grant("administrator", "municipality", None, now)
    return Actor(None, municipality_id, "linha de comando", "", "pt_BR", (grant,), now)  # type: ignore[arg-type]
