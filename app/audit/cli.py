"""`audit verify`: walks the trail's chain."""

import click
from sqlalchemy import select

from app.audit.chain import verify
from app.cli import Group, owner_url
from app.core.db import bind, owner_transaction
from app.core.models import Municipality

audit = Group("audit", help="A trilha de auditoria.")
commands = (audit,)


@audit.command("verify")
@click.option("--municipality", "ibge", type=int, help="Só este município.")
def verify_chain(ibge: int | None) -> None:
    """Confere a corrente da trilha de cada município e diz quantas linhas esperam na ponta."""
    broken = False
    with owner_transaction(owner_url()) as session:
        cities = session.scalars(select(Municipality.id).order_by(Municipality.id)).all()
        for city in [ibge] if ibge else cities:
            bind(session, city)
            verdict = verify(session, city)
            broken = broken or verdict.broken_at is not None
            state = f"QUEBRADA na linha {verdict.broken_at}" if verdict.broken_at else "inteira"
            click.echo(f"{city}: corrente {state}, {verdict.lines} linhas conferidas, {verdict.tail} na ponta.")
    if broken:
        raise click.exceptions.Exit(1)
