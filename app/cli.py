"""Commands of the installation itself: a city, its key, the job worker. Domains keep their own groups."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.core import clock, jobs, recovery, seal
from app.core.db import bind, owner_transaction
from app.core.models import Municipality

_NO_TABLE = "42P01"


class Group(AppGroup):
    """A group of commands whose database faults are one clear line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != _NO_TABLE:
                raise
            raise click.ClickException("O banco ainda não tem o esquema: execute antes “flask --app wsgi db upgrade”.") from error
        except OperationalError as error:
            raise click.ClickException(f"O banco de dados não responde: {str(error.orig).splitlines()[0]}") from error


municipality = Group("municipality", help="Municípios desta instalação.")
jobs_group = Group("jobs", help="A fila de tarefas.")
commands = (municipality, jobs_group)


def owner_url() -> str:
    """The owner's database address, or a clear line."""
    url = current_app.config["VINCULO"].sqlalchemy_owner_url
    if not url:
        raise click.ClickException("DATABASE_OWNER_URL não está definida: este comando precisa do dono do esquema.")
    return url


@municipality.command("create")
@click.argument("ibge", type=click.IntRange(1_000_000, 9_999_999))
@click.argument("name")
@click.option("--timezone", default="America/Sao_Paulo", show_default=True)
@click.option("--uf", default="")
def create_municipality(ibge: int, name: str, timezone: str, uf: str) -> None:
    """Cria o município IBGE com NAME e seu par de chaves de lacre."""
    keys_dir = current_app.config["VINCULO"].keys_dir
    with recovery.first_code(keys_dir) as code, owner_transaction(owner_url()) as session:
        if session.get(Municipality, ibge):
            raise click.ClickException(f"O município {ibge} já existe.")
        found = session.scalar(select(seal.MunicipalityKey.kid).where(seal.MunicipalityKey.municipality_id == ibge))
        if found:
            raise click.ClickException(f"O município {ibge} já tem chave.")
        now = clock.now()
        session.add(Municipality(id=ibge, name=name, uf=uf, timezone=timezone, created_at=now, settings={}))
        session.flush()
        bind(session, ibge)
        key = seal.create_key(session, ibge, now)
    click.echo(f"{ibge} {name}: criado. Chave de lacre {key.kid}.")
    if code:
        click.echo(recovery.told(code))


@municipality.command("list")
def list_municipalities() -> None:
    """Mostra os municípios."""
    with owner_transaction(owner_url()) as session:
        for city in session.scalars(select(Municipality).order_by(Municipality.id)):
            mark = " (demonstração)" if city.is_demo and "demonstra" not in city.name else ""
            click.echo(f"{city.id} {city.name}{mark} · {city.timezone}")


@jobs_group.command("work")
@click.option("--until-empty", is_flag=True, help="Termina quando a fila estiver vazia.")
def work(until_empty: bool) -> None:
    """Executa as tarefas até receber um sinal."""
    config = current_app.config["VINCULO"]
    jobs.work(current_app._get_current_object(), config.database_url, wait=not until_empty)  # type: ignore[attr-defined]
