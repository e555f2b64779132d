"""`keys`: the recovery code and the sealing keys. `backup`: copies that restore."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade

from app.backup import create as making
from app.backup import keys as rings
from app.backup import restore as restoring
from app.backup.container import NotABackup
from app.backup.opened import Manifest, examined, opened
from app.cli import Group, owner_url
from app.core import clock, recovery, seal
from app.core.db import bind, owner_transaction
from app.core.models import Municipality
from app.core.recovery import BadCode
from app.core.seal import KeyLost

backup = Group("backup", help="Cópias de segurança: fazer, conferir, restaurar.")
keys = Group("keys", help="As chaves de lacre e o código de recuperação.")
commands = (keys, backup)

_COPY = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_CODE_FILE = click.option(
    "--code-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Lê o código deste arquivo."
)


def _config():
    return current_app.config["VINCULO"]


def _asked(code_file: Path | None):
    """The private key of the code that somebody types (again after a slip) or that a file holds."""
    while True:
        typed = code_file.read_text("utf-8", "replace") if code_file else click.prompt("Código de recuperação", err=True)
        try:
            return recovery.key_of(typed)
        except BadCode as error:
            if code_file or not click.get_text_stream("stdin").isatty():
                raise click.ClickException(f"{error}.") from error
            click.echo(f"{error}.", err=True)


@keys.command("check")
def check() -> None:
    """Diz de cada município se as chaves de lacre abrem e se o código de recuperação as recupera."""
    config = _config()
    with owner_transaction(owner_url()) as session:
        found = rings.states(session, config.keys_dir)
    for key in found:
        kind = "atual" if key.current else "antiga"
        opens = "abre" if key.opens else "NÃO ABRE com o segredo atual"
        kept = "recuperável" if key.recoverable else "SEM via de recuperação"
        click.echo(f"{key.municipality_id} chave {key.kid} ({kind}): {opens}; {kept}.")
    if not recovery.public_key(config.keys_dir):
        click.echo("Não há código de recuperação: keys code --new")
    if not all(key.opens for key in found):
        click.echo("Para recuperar: keys recover")
        raise click.exceptions.Exit(1)
    if not found:
        click.echo("Ainda não há chave nenhuma.")


@keys.command("code")
@click.option("--new", is_flag=True, help="Faz outro código e lacra com ele todas as chaves.")
def code(new: bool) -> None:
    """Diz se há código de recuperação; com --new, faz outro e o mostra esta única vez."""
    config = _config()
    present = recovery.public_key(config.keys_dir)
    if not new:
        click.echo(f"Há um código de recuperação (marca {present.kid})." if present else "Não há código de recuperação: keys code --new")
        return
    made = recovery.new()
    try:
        count = rings.seal_all(config.keys_dir, config.secret_key, made)
    except KeyLost as error:
        raise click.ClickException(
            "Há chave que não abre com o segredo atual, e o código novo não a guardaria: antes, keys recover."
        ) from error
    click.echo(recovery.told(made))
    click.echo(f"Chaves lacradas com este código: {count}.")
    if present:
        click.echo("Guarde também o código anterior enquanto houver cópias de segurança feitas com ele: só ele as abre.")


@keys.command("recover")
@_CODE_FILE
def recover(code_file: Path | None) -> None:
    """Pede o código de recuperação e volta a guardar as chaves, agora com o segredo atual da instalação."""
    config = _config()
    private = _asked(code_file)
    done = rings.recover(config.keys_dir, private, config.secret_key)
    public = recovery.public_key(config.keys_dir)
    if done.foreign and not done.made:
        raise click.ClickException(f"O código está bem escrito, mas não é o destas chaves: {', '.join(done.foreign)}.")
    if not done.made and not done.fine:
        raise click.ClickException(f"Não há via de recuperação em {config.keys_dir}: restaure a pasta de uma cópia de segurança.")
    click.echo(f"Chaves recuperadas: {len(done.made)}; que já abriam: {len(done.fine)}.")
    if public is None and done.made:
        click.echo("Falta o arquivo do código de recuperação: faça outro com keys code --new")
    if done.foreign:
        click.echo(f"Lacradas com outro código: {', '.join(done.foreign)}.")
        raise click.exceptions.Exit(1)


@keys.command("rotate")
@click.option("--municipality", "ibge", type=int, required=True, help="O código do IBGE.")
def rotate(ibge: int) -> None:
    """Faz uma chave de lacre nova para o município; o que foi lacrado com as antigas continua legível."""
    with owner_transaction(owner_url()) as session:
        if session.get(Municipality, ibge) is None:
            raise click.ClickException(f"O município {ibge} não existe.")
        bind(session, ibge)
        key = seal.create_key(session, ibge, clock.now())
    click.echo(f"{ibge}: chave de lacre {key.kid}; a anterior fica para ler. Faça agora uma cópia: backup create")
    if not recovery.public_key(_config().keys_dir):
        click.echo("Não há código de recuperação: keys code --new")


@contextmanager
def _stoppable() -> Iterator[None]:
    """A timer's stop ends the command as Ctrl-C does: what was begun is taken away, one line says it."""

    def stop(_number: int, _frame: object) -> None:
        raise click.ClickException("Interrompido: nada ficou pela metade.")

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@backup.command("create")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Pasta das cópias; senão, backups na pasta de estado.")
@click.option("--keep", type=click.IntRange(1), help="Depois de conferida a nova, apaga as mais velhas e deixa estas.")
def create_backup(folder: Path | None, keep: int | None) -> None:
    """Faz uma cópia cifrada de tudo (banco, chaves, arquivos), confere-a e diz onde está."""
    config = _config()
    folder = (folder or config.state_dir / "backups").absolute()
    owner_url()  # or a line that says that it is missing
    with _stoppable():
        try:
            made = making.create(config, config.database_owner_url, folder, clock.now())
            gone = making.retire(config, folder, keep) if keep else []
        except making.NotMade as error:
            raise click.ClickException(f"Cópia de segurança: {error}.") from error
    retired = f"; apagadas {len(gone)} antigas" if gone else ""
    click.echo(f"{folder / made.file_name}: {made.bytes / 2**20:.1f} MiB, conferida{retired}.")


@backup.command("verify")
@_COPY
@_CODE_FILE
def verify(file: Path, code_file: Path | None) -> None:
    """Lê a cópia FILE do começo ao fim com o código de recuperação, sem mudar nada, e diz o que há nela."""
    code = _asked(code_file)
    try:
        _, key = opened(file, code)
        manifest = examined(file, key)
    except NotABackup as error:
        raise click.ClickException(f"{error}.") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from error
    click.echo(f"{file}: inteira. {_told(manifest)}")


@backup.command("restore")
@_COPY
@_CODE_FILE
def restore(file: Path, code_file: Path | None) -> None:
    """Traz de volta a cópia FILE, para um banco vazio e uma pasta de estado nova: inteira, ou nada muda."""
    config = _config()
    owner_url()
    scripts = ScriptDirectory(str(Path(current_app.root_path) / "migrations"))
    known = [script.revision for script in scripts.walk_revisions()]
    code = _asked(code_file)
    with _stoppable():
        try:
            done = restoring.restore(config, file, code, known, clock.now())
        except NotABackup as error:
            raise click.ClickException(f"Nada foi mudado: {error}.") from error
        except restoring.NotRestored as error:
            raise click.ClickException(f"Nada foi mudado: {error}.") from error
    click.echo(f"Restaurado. {_told(done.manifest)}")
    if not done.bound:
        raise click.ClickException(
            "O papel de DATABASE_URL não está preso à segurança por linha, ou não entra: não ponha no ar antes de corrigir."
        )
    if done.manifest.schema != known[0]:
        click.echo(f"A cópia é de uma versão anterior ({done.manifest.version}); atualizando o esquema …")
        upgrade()
    for key in done.lost_keys:
        click.echo(f"A chave {key} já não abria quando a cópia foi feita: o que foi lacrado com ela não se lê.", err=True)
    if not done.same_secret:
        click.echo(
            "VINCULO_SECRET_KEY daqui não é a da cópia: as chaves de lacre foram envoltas de novo com a daqui, e os"
            " comprovantes já dados continuam guardados, mas outros do mesmo registro sairiam diferentes."
        )
    click.echo(
        "Os celulares continuam com o acesso que tinham e reenviam sozinhos os últimos sete dias; no painel e nas mesas"
        " é preciso entrar de novo. Refaça o que foi feito depois desta cópia: suspensões, aparelhos perdidos, senhas"
        " e perfis trocados. Depois: keys check, e backup create."
    )


@backup.command("resend")
def resend() -> None:
    """Faz os celulares reenviarem os últimos sete dias: para um banco que voltou por outro caminho (reserva, disco de ontem)."""
    owner_url()
    try:
        cities = restoring.resend(_config().database_owner_url, clock.now())
    except psycopg.Error as error:
        raise click.ClickException(f"O banco de dados recusa: {str(error).splitlines()[0]}") from error
    click.echo(f"Municípios com número novo: {', '.join(map(str, cities)) or 'nenhum'}. Cada celular reenvia no próximo contato.")


def _told(manifest: Manifest) -> str:
    rows = sum(manifest.counts.values())
    cities = ", ".join(map(str, manifest.cities)) or "nenhum"
    return f"Feita em {manifest.created_at[:16].replace('T', ' ')} UTC; municípios: {cities}; {rows} linhas em {len(manifest.counts)} tabelas; {len(manifest.files)} arquivos."
