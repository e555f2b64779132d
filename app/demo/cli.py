"""`demo load`: the invented city in which everybody may try everything."""

import os
import secrets
import time

import click
from flask import current_app
from sqlalchemy import select, update

from app.accounts.models import Worker
from app.accounts.service import hash_password
from app.cli import Group, owner_url
from app.core import clock
from app.core.db import owner_transaction
from app.core.models import Municipality
from app.demo import alerts, asking
from app.demo import load as loading

PASSWORD_FILE = "demo-password"
DEFAULT_SEED = 2408102

demo = Group("demo", help="A cidade de demonstração.")
commands = (demo,)


@demo.command("load")
@click.option("--days", type=click.IntRange(1, 730), default=90, show_default=True, help="Dias de vida para trás.")
@click.option("--scale", type=click.FloatRange(0.01, 100), default=1.0, show_default=True, help="Multiplica pessoas e encontros.")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="A mesma semente faz a mesma cidade.")
@click.option("--replace", is_flag=True, help="Apaga a demonstração que houver e faz outra.")
def load(days: int, scale: float, seed: int, replace: bool) -> None:
    """Carrega Natal (demonstração) e a cidade vizinha; imprime os acessos e a senha."""
    config = current_app.config["VINCULO"]
    password = config.demo_password or secrets.token_urlsafe(9)
    started = time.monotonic()
    try:
        with owner_transaction(owner_url()) as session:
            loading.make_room(session, replace)
            now = clock.now()
            cities = loading.load(session, now, days=days, scale=scale, seed=seed, password_hash=hash_password(password))
            raised = {city.plan.id: alerts.raise_some(session, city.plan, now) for city in cities}
            requested = {city.plan.id: asking.ask_some(session, city.plan, now) for city in cities}
    except loading.Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _keep(config.state_dir / PASSWORD_FILE, password)
    for city in cities:
        n = city.written
        click.echo(
            f"{city.plan.name}: {n['people']} pessoas, {n['encounters']} encontros, {n['referrals']} encaminhamentos, "
            f"{n['households']} famílias, {n['home_visits']} visitas, {raised[city.plan.id]} alertas, {requested[city.plan.id]} solicitações."
        )
        for persona in city.plan.personas:
            click.echo(f"  {persona.login:<12} {persona.name}")
    click.echo(f"Senha de todos os acessos: {password}")
    click.echo(f"Carregado em {time.monotonic() - started:.1f} s.")


@demo.command("password")
def password() -> None:
    """Troca a senha de todos os acessos da demonstração pela de VINCULO_DEMO_PASSWORD (ou por uma sorteada)."""
    config = current_app.config["VINCULO"]
    new = config.demo_password or secrets.token_urlsafe(9)
    with owner_transaction(owner_url()) as session:
        invented = select(Municipality.id).where(Municipality.is_demo)
        changed = session.execute(
            update(Worker).where(Worker.municipality_id.in_(invented)).values(password_hash=hash_password(new))
        )
        if not changed.rowcount:
            raise click.ClickException("não há demonstração carregada.")
    _keep(config.state_dir / PASSWORD_FILE, new)
    click.echo(f"Senha de todos os acessos: {new}")


def _keep(path, password: str) -> None:
    """For whoever starts the demonstration again: readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
