"""`health`: what the page of the same name says, for a terminal and a timer. `check-config`: before the first start."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from app.core import clock, seal
from app.core.db import transaction
from app.core.jobs import every_city
from app.core.watch import facts, rules, settings
from app.desk import watching

_MARKS = {rules.OK: "certo   ", rules.SOON: "ATENÇÃO ", rules.BAD: "ERRADO  ", rules.UNKNOWN: "?       "}
# For a timer: 0 all is well, 1 something needs care, 2 something is wrong.
_CODES = {rules.OK: 0, rules.UNKNOWN: 0, rules.SOON: 1, rules.BAD: 2}


@click.command("health")
@click.option("--quiet", is_flag=True, help="Só o que precisa de alguém.")
@with_appcontext
def health(quiet: bool) -> None:
    """Diz em palavras o que está errado e o que fazer; o código é 0 (certo), 1 (atenção) ou 2 (errado)."""
    config, now = current_app.config["VINCULO"], clock.now()
    try:
        with transaction() as session:
            checks = watching.judge(watching.look(session, config, _migrations(), now), config, now)
    except OperationalError as error:
        checks = [_no_database(error)]
    _tell(checks, quiet)


@click.command("check-config")
@with_appcontext
def check_config() -> None:
    """Confere as configurações e diz o que está errado; o código é 0, 1 (atenção) ou 2 (errado)."""
    config, now = current_app.config["VINCULO"], clock.now()
    checks = settings.of_config(config, Path(current_app.root_path))
    try:
        with transaction() as session:
            checks += settings.of_connection(session, config)
            database = facts.of_database(session, _migrations(), now)
            checks += [check for check in rules.of_database(database) if check.key in ("schema", "clock", "connections")]
        if database.schema in (facts.HEAD, facts.AHEAD):
            keys = [(city, key.kid) for session, city in every_city() if (key := seal.public_key_of(session, city))]
            with transaction() as session:
                checks += settings.of_keys(session, config, keys)
    except OperationalError as error:
        checks.append(_no_database(error))
    checks += rules.of_disks(facts.disks(config.state_dir))
    if config.certificate and config.certificate.startswith("/"):
        checks.append(rules.of_certificate(watching.certificate_of(config), True, config.https, now))
    _tell(rules.ordered(checks), quiet=False)


commands = (health, check_config)


def _migrations() -> str:
    return f"{current_app.root_path}/migrations"


def _no_database(error: OperationalError) -> rules.Check:
    said = (str(error.orig).splitlines() or ["sem motivo dado"])[0]
    return rules.Check(
        "database", rules.BAD, "Banco de dados", f"Não responde: {said}", "Ligue-o.", "systemctl start postgresql"
    )


def _tell(checks: list[rules.Check], quiet: bool) -> None:
    for check in checks:
        if quiet and check.state in (rules.OK, rules.UNKNOWN):
            continue
        click.echo(f"{_MARKS[check.state]}{check.title}: {check.sentence}")
        for line in (check.todo, check.command and f"$ {check.command}"):
            if line and check.state != rules.OK:
                click.echo(f"          {line}")
    state = rules.worst(checks)
    if not quiet or _CODES[state]:
        needing = sum(check.state in (rules.SOON, rules.BAD) for check in checks)
        click.echo("Tudo certo." if not needing else f"{needing} a resolver." if needing > 1 else "Uma coisa a resolver.")
    raise click.exceptions.Exit(_CODES[state])
