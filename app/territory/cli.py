"""`territory import`, `territory list`, `basemap build`: layers and the map made of them, as the application's role."""

import os
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import text

from app.cli import Group
from app.access.actor import Actor, Grant
from app.core import clock
from app.core.db import bind, transaction
from app.core.models import Municipality
from app.core.problems import Problem
from app.territory import geojson, queries, service
from app.territory.basemap import queries as baked
from app.territory.basemap import service as baking
from app.territory.report import lines_of
from app.territory.terms import LAYERS

territory = Group("territory", help="Regiões, bairros, ruas e quadras do município.")
basemap = Group("basemap", help="O mapa da cidade, feito das camadas importadas.")
commands = (territory, basemap)
DEMONSTRATION = 2408102


@territory.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.geojson")
@click.option("--layer", type=click.Choice(list(LAYERS)), required=True, help="O que o arquivo traz.")
@click.option("--name-property", help="Propriedade que guarda o nome (adivinhada quando falta; '' = sem nomes).")
@click.option("--municipality", "ibge", type=int, help="Código IBGE (padrão: o único município real, ou o da demo).")
@click.option("--add", is_flag=True, help="Junta o arquivo à edição atual em vez de substituí-la.")
def import_file(file: Path, layer: str, name_property: str | None, ibge: int | None, add: bool) -> None:
    """Importa a camada de FILE.geojson como nova edição: tudo ou nada."""
    city = _municipality(ibge)
    try:
        raw = geojson.load(file)
        with transaction(city.id) as session:
            done = service.import_layer(
                session,
                _operator(city.id),
                layer,
                file.name,
                raw,
                clock.now(),
                name_property=name_property,
                add=add,
            )
    except Problem as problem:
        raise click.ClickException(_("%(what)s Nada foi gravado.", what=problem.sentence)) from problem
    click.echo(f"{city.name} ({city.id})")
    for line in lines_of(done.edition, [done.part]):
        click.echo(line)


@territory.command("list")
@click.option("--municipality", "ibge", type=int, help="Código IBGE (padrão: o único município real, ou o da demo).")
def list_editions(ibge: int | None) -> None:
    """Mostra as edições de cada camada com seu relatório."""
    city = _municipality(ibge)
    with transaction(city.id) as session:
        for edition in queries.editions(session, _operator(city.id)):
            for line in lines_of(edition, edition.report.get("files", [])):
                click.echo(line)


@basemap.command("build")
@click.option("--municipality", "ibge", type=int, help="Código IBGE (padrão: o único município real, ou o da demo).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pmtiles", help="Grava também uma cópia neste arquivo.")
@click.option("--anew", is_flag=True, help="Faz de novo, mesmo que as camadas sejam as mesmas.")
def build(ibge: int | None, out: Path | None, anew: bool) -> None:
    """Faz o mapa da cidade das camadas importadas: as mesmas camadas dão o mesmo arquivo."""
    city = _municipality(ibge)
    try:
        with transaction(city.id) as session:
            done = baking.bake(session, city.id, clock.now(), anew=anew)
            found = done.basemap
            raw = baked.piece(session, city.id, found.sha256, 0, found.size_bytes) if out else b""
    except Problem as problem:
        raise click.ClickException(problem.sentence) from problem
    if out:
        _write(out, raw)
    what = _("mapa novo") if done.is_new else _("o mapa já era este")
    size = f"{found.size_bytes / 1e6:.1f}".replace(".", ",")
    click.echo(f"{city.name} ({city.id}): {what} · {size} MB · {found.tile_count} quadros · sha256 {found.sha256}")


def _write(out: Path, raw: bytes) -> None:
    """Whole or not at all: whoever reads the file meanwhile has the one of before."""
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        half.write_bytes(raw)
        half.replace(out)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise click.ClickException(_("O arquivo não pôde ser gravado: %(path)s", path=str(out))) from error


def _municipality(ibge: int | None) -> Municipality:
    cities = []
    with transaction() as session:
        for known in session.scalars(text("SELECT all_municipalities()")).all():
            bind(session, known)
            cities.append(session.get_one(Municipality, known))
    return chosen(cities, ibge)


def chosen(cities: list[Municipality], ibge: int | None) -> Municipality:
    """The city asked for; without one the only real city, else the demonstration's. Raises ClickException."""
    if ibge is not None:
        for city in cities:
            if city.id == ibge:
                return city
        raise click.ClickException(f"O município {ibge} não existe. Há: {_listed(cities)}.")
    real = [city for city in cities if not city.is_demo]
    # The demonstration has a second, small city, which only proves that nothing crosses over.
    candidates = real or [city for city in cities if city.id == DEMONSTRATION] or cities
    if len(candidates) != 1:
        raise click.ClickException(f"Diga o município com --municipality IBGE. Há: {_listed(cities)}.")
    return candidates[0]


def _listed(cities: list[Municipality]) -> str:
    shown = ", ".join(f"{city.id} {city.name}" for city in cities[:12]) + (" …" if len(cities) > 12 else "")
    return shown or "nenhum; crie um com: municipality create"


def _operator(municipality_id: int) -> Actor:
    """Whoever holds the shell of the server administers it; the trail shows a line without a worker."""
    now = clock.now()
    grant: Any = Grant("administrator", "municipality", None, now)
    return Actor(None, municipality_id, "linha de comando", "", "pt_BR", (grant,), now)  # type: ignore[arg-type]
