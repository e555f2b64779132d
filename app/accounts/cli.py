"""`worker create`, `import` and `forget-second-step`: accounts from the command line."""

import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access.actor import Actor, Grant
from app.access.roles import ROLES
from app.accounts import rules, service, signin
from app.accounts.models import Team
from app.accounts.roster import LARGEST
from app.accounts.service import codes, importing
from app.accounts.totp import service as totp
from app.audit import trail
from app.cli import Group, owner_url
from app.core import clock
from app.core.db import bind, owner_transaction, transaction
from app.core.models import Municipality
from app.core.problems import Problem

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


_WORDS = {"new": "entra", "known": "já estava", "wrong": "não entra"}


@worker.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv")
@click.option("--municipality", "ibge", type=int, required=True)
@click.option("--dry-run", is_flag=True, help="Só mostra o que cada linha faria.")
def import_file(file: Path, ibge: int, dry_run: bool) -> None:
    """Inclui as pessoas ou as equipes de FILE.csv; diz o que houve com cada linha e imprime os códigos de acesso."""
    with file.open("rb") as opened:
        raw = opened.read(LARGEST + 1)
    now = clock.now()
    try:
        with transaction(ibge) as session:
            if not session.get(Municipality, ibge):
                raise click.ClickException(f"O município {ibge} não existe.")
            operator = _operator(ibge)
            if dry_run:
                lines, given = importing.judge(session, operator, raw)[1], []
            else:
                secret = current_app.config["SECRET_KEY"]
                _kind, lines, given = importing.take_in(session, operator, raw, now, secret)
    except Problem as problem:
        raise click.ClickException(f"{problem.sentence} Nada foi gravado.") from problem
    for line in lines:
        why = f": {line.why}" if line.state == "wrong" else ""
        click.echo(f"linha {line.number}: {_WORDS[line.state]}{why}")
    if given:
        click.echo("Códigos de primeiro acesso (uma vez, por 7 dias, em /entrar/codigo); aparecem só agora:")
        for one in given:
            click.echo(f"  {one.login} · {one.name}: {codes.shown(one.code)}")
    if any(line.state == "wrong" for line in lines):
        sys.exit(1)


@worker.command("forget-second-step")
@click.argument("login")
def forget_second_step(login: str) -> None:
    """Desliga a segunda etapa de LOGIN, que perdeu o celular e os códigos do papel: basta de novo a senha."""
    with transaction() as session:
        found = signin.find_worker(session, login.strip().lower())
        if found is None:
            raise click.ClickException(f"Ninguém tem o nome de acesso {login!r}.")
        if not totp.forget(session, found.municipality_id, found.worker_id):
            raise click.ClickException(f"A segunda etapa de {login!r} não está ligada.")
        operator = _operator(found.municipality_id)
        trail.record(session, operator, "accounts.remove_totp", clock.now(), "worker", found.worker_id)
    click.echo(f"{login}: segunda etapa desligada.")


def _operator(municipality_id: int) -> Actor:
    """Whoever holds the shell of the server administers it; the trail shows a line without a worker."""
    now = clock.now()
    grant: Any = Grant("administrator", "municipality", None, now)
    return Actor(None, municipality_id, "linha de comando", "", "pt_BR", (grant,), now)  # type: ignore[arg-type]
