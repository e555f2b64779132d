"""`municipality create`: a city with its keys, its first administrator and its first units, all or nothing."""

from zoneinfo import ZoneInfo

import click
from flask import current_app
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.schemas import Login
from app.accounts.service.codes import shown
from app.accounts.service.workers import first_administrator
from app.cli import municipality, owner_url
from app.core import clock, recovery, seal
from app.core.db import bind, owner_transaction
from app.core.models import Municipality
from app.core.problems import Problem
from app.units.service import first_unit
from app.units.terms import UNIT_KINDS

# The group is of app/cli.py, which knows nothing of workers and units; this adds its command to it.
commands = (municipality,)


class Zone(click.ParamType):
    name = "zone"

    def convert(self, value, param, ctx):
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            self.fail(f"{value!r} não é um fuso horário; use por exemplo America/Fortaleza.", param, ctx)


class FirstUnit(click.ParamType):
    name = "KIND:Nome"

    def convert(self, value, param, ctx):
        kind, colon, name = value.partition(":")
        kind, name = kind.strip(), name.strip()
        if not colon or kind not in UNIT_KINDS or not 2 <= len(name) <= 80:
            self.fail(f"{value!r}: escreva TIPO:Nome, com TIPO um de {', '.join(UNIT_KINDS)}.", param, ctx)
        return kind, name


class NewLogin(click.ParamType):
    name = "login"

    def convert(self, value, param, ctx):
        try:
            return Login().deserialize(value)
        except ValidationError as error:
            self.fail(f"{value!r}: {' '.join(error.messages)}", param, ctx)


@municipality.command("create")
@click.argument("ibge", type=click.IntRange(1_000_000, 9_999_999))
@click.argument("name")
@click.option("--timezone", type=Zone(), default="America/Sao_Paulo", show_default=True)
@click.option("--uf", default="", help="Sigla do estado.")
@click.option("--admin-login", type=NewLogin(), help="Nome de acesso de quem vai administrar; a senha é pedida aqui.")
@click.option("--admin-name", help="Nome de quem vai administrar.")
@click.option("--code", "by_code", is_flag=True, help="Em vez de pedir a senha, imprime um código de primeiro acesso.")
@click.option("--unit", "units", type=FirstUnit(), multiple=True, help="Primeiras unidades, como creas:CREAS Norte.")
def create_municipality(
    ibge: int,
    name: str,
    timezone: str,
    uf: str,
    admin_login: str | None,
    admin_name: str | None,
    by_code: bool,
    units: tuple[tuple[str, str], ...],
) -> None:
    """Cria o município IBGE com NAME, seu par de chaves de lacre, quem o administra e as primeiras unidades."""
    if bool(admin_login) != bool(admin_name) or (by_code and not admin_login):
        raise click.ClickException("Diga --admin-login e --admin-name juntos.")
    if len({unit_name for _kind, unit_name in units}) != len(units):
        raise click.ClickException("Duas unidades com o mesmo nome.")
    config = current_app.config["VINCULO"]
    now, given = clock.now(), None
    password = None
    if admin_login and not by_code:
        password = click.prompt(f"Senha de {admin_login}", hide_input=True, confirmation_prompt="Outra vez")
    try:
        with recovery.first_code(config.keys_dir) as recovery_code, owner_transaction(owner_url()) as session:
            if session.get(Municipality, ibge):
                raise click.ClickException(f"O município {ibge} já existe.")
            found = session.scalar(select(seal.MunicipalityKey.kid).where(seal.MunicipalityKey.municipality_id == ibge))
            if found:
                raise click.ClickException(f"O município {ibge} já tem chave.")
            session.add(Municipality(id=ibge, name=name, uf=uf, timezone=timezone, created_at=now, settings={}))
            session.flush()
            bind(session, ibge)
            for kind, unit_name in units:
                first_unit(session, ibge, kind, unit_name)
            if admin_login:
                given = first_administrator(
                    session, ibge, admin_login, admin_name or "", password, now, config.secret_key
                )
            key = seal.create_key(session, ibge, now)
    except IntegrityError as error:
        raise click.ClickException("Este nome de acesso já está em uso nesta instalação. Nada foi criado.") from error
    except Problem as problem:
        why = " ".join(str(word) for words in problem.fields.values() for word in words)
        raise click.ClickException(f"{problem.sentence} {why} Nada foi criado.") from problem
    click.echo(f"{ibge} {name}: criado. Chave de lacre {key.kid}.")
    for kind, unit_name in units:
        click.echo(f"Unidade: {unit_name} ({UNIT_KINDS[kind]}).")
    if admin_login:
        click.echo(f"Administração: {admin_login}. Entre em /entrar e siga os primeiros passos em /admin/comecar.")
    if given:
        click.echo(f"Código de primeiro acesso (uma vez, por 7 dias, em /entrar/codigo): {shown(given.code)}")
    if recovery_code:
        click.echo(recovery.told(recovery_code))
