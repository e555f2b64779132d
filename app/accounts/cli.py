"""`worker create`: accounts from the command line."""

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access.roles import ROLES
from app.accounts import rules, service
from app.accounts.models import Team
from app.cli import Group, owner_url
from app.core import clock
from app.core.db import bind, owner_transaction
from app.core.models import Municipality

worker = Group("worker", help="Trabalhadores que usam o sistema.")
commands = (worker,)


@worker.command("create")
@click.argument("login")
@click.argument("name")
@click.option("--municipality", "ibge", type=int, required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice(sorted(ROLES)), required=True)
@click.option("--team", help="Nome da equipe: o perfil vale nela, e a pessoa entra na equipe.")
@click.option("--unit-id", type=click.UUID, help="Unidade em que o perfil vale.")
@click.password_option(help="Senha inicial (pedida no terminal quando falta).")
def create(login: str, name: str, ibge: int, roles: tuple[str, ...], team: str | None, unit_id, password: str) -> None:
    """Cria o trabalhador LOGIN chamado NAME."""
    if len(password) < rules.SHORTEST_PASSWORD:
        raise click.ClickException(f"A senha precisa de {rules.SHORTEST_PASSWORD} caracteres ou mais.")
    now = clock.now()
    try:
        with owner_transaction(owner_url()) as session:
            if not session.get(Municipality, ibge):
                raise click.ClickException(f"O município {ibge} não existe.")
            bind(session, ibge)
            created = service.create_worker(session, ibge, login, name, password, now)
            created.must_change_password = True
            scope = ("unit", unit_id) if unit_id else ("municipality", None)
            if team:
                found = session.scalar(select(Team).where(Team.municipality_id == ibge, Team.name == team))
                if not found:
                    raise click.ClickException(f"A equipe {team!r} não existe.")
                service.join_team(session, found, created.id, now.date())
                scope = ("team", found.id)
            for role in roles:
                service.grant_role(session, ibge, created.id, role, now, *scope)
    except IntegrityError as error:
        raise click.ClickException("Este nome de acesso já está em uso, ou a unidade não existe.") from error
    click.echo(f"{login}: criado.")
