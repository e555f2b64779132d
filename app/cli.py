"""Commands of the installation itself: a city, its key, the job worker. Domains keep their own groups."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.core import jobs
from app.core.db import owner_transaction
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
