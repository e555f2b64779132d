"""`units import` and `units export`: the network in from a spreadsheet, and out in the words of HSDS 3."""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import click
import orjson

from app.access.actor import Actor, Grant
from app.audit import trail
from app.cli import Group
from app.core import clock
from app.core.db import transaction
from app.core.models import Municipality
from app.core.problems import Problem
from app.units import hsds, queries, sheet
from app.units.service.importing import take_units

units = Group("units", help="Unidades da rede: planilha e dados abertos.")
commands = (units,)
_CITY = click.option("--municipality", "ibge", type=int, required=True)
_WORDS = {"included": "incluída", "changed": "atualizada", "same": "já estava assim", "refused": "não entra"}
_SPACE = UUID("6f1d2c0e-2b53-5d0a-9b57-3f3c8f0f5e11")


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv")
@_CITY
@click.option("--dry-run", is_flag=True, help="Só mostra o que cada linha faria.")
def import_file(file: Path, ibge: int, dry_run: bool) -> None:
    """Inclui as unidades de FILE.csv e atualiza, pelo nome, as que já existem; diz o que houve com cada linha."""
    with file.open("rb") as opened:
        raw = opened.read(sheet.LARGEST + 1)
    try:
        mapping, rows = sheet.read(raw)
        with transaction(ibge) as session:
            operator = _operator(session, ibge)
            lines = take_units(session, operator, rows, clock.now())
            if dry_run:
                session.rollback()
    except Problem as problem:
        raise click.ClickException(f"{problem.sentence} Nada foi gravado.") from problem
    for column, field in mapping.items():
        click.echo(f"coluna {column!r}: {field or 'deixada de lado'}")
    for line in lines:
        words = f"{_WORDS[line.done]}{': ' + line.refused if line.refused else ''}"
        click.echo(f"linha {line.number}: {line.name}: {words}" + "".join(f" · atenção: {each}" for each in line.warnings))
    counts = {done: sum(line.done == done for line in lines) for done in _WORDS}
    click.echo(", ".join(f"{counts[done]} {word}" for done, word in _WORDS.items()) + (" (nada foi gravado)." if dry_run else "."))
    if counts["refused"]:
        sys.exit(1)


@units.command("export")
@click.option("--hsds", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE.json")
@_CITY
def export(file: Path, ibge: int) -> None:
    """Grava em FILE.json as unidades abertas, como Open Referral HSDS 3: serviços, lugares, telefones e horários."""
    with transaction(ibge) as session:
        operator = _operator(session, ibge)
        city = session.get_one(Municipality, ibge)
        told: dict[str, Any] = {"id": uuid5(_SPACE, str(ibge)), "name": city.name, "uf": city.uf}
        written = hsds.exported(told, queries.for_phone(session, ibge))
        trail.record(session, operator, "units.manage", clock.now(), "unit", None, ["export"])
    file.write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))
    click.echo(f"{len(written['services'])} unidades em {file}.")


def _operator(session, municipality_id: int) -> Actor:
    """Whoever holds the shell of the server; the trail shows a line without a worker."""
    if not session.get(Municipality, municipality_id):
        raise click.ClickException(f"O município {municipality_id} não existe.")
    now = clock.now()
    grant = Grant("administrator", "municipality", None, now)
    return Actor(None, municipality_id, "linha de comando", "", "pt_BR", (grant,), now)  # type: ignore[arg-type]
