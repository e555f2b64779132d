"""`territory import` and `territory list`: layers from the command line, as the application's role."""

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
from app.territory.report import lines_of
from app.territory.terms import LAYERS

territory = Group("territory", help="Regiões, bairros, ruas e quadras do município.")
commands = (territory,)
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
