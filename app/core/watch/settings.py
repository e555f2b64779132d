"""What is wrong with an installation's settings, in words: for `check-config`, before anybody depends on them."""

import os
import stat
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.demonstration import holds_demonstration
from app.core.watch.facts import passes_over_policies
from app.core.watch.rules import BAD, OK, SOON, Check

_ENCRYPTED = ("require", "verify-ca", "verify-full")


def of_config(config: Any, root: Path) -> list[Check]:
    """Settings and files, without the database."""
    return [
        _https(config),
        *_leftovers(config),
        *_folder(config.state_dir, "VINCULO_STATE", others_may=stat.S_IXOTH | stat.S_IXGRP | stat.S_IRGRP),
        *_folder(config.keys_dir, _("chaves"), others_may=0, needed=False),
        line_to_database(config.database_url),
        _front_end(root),
    ]


def of_connection(session: Session, config: Any) -> list[Check]:
    """What only the database can tell: who we are to it, its time limits, whose keys are missing here."""
    checks = [_role(session)]
    if config.pooler:
        checks.append(_limits(session))
    return checks


def of_keys(session: Session, config: Any, keys: list[tuple[int, str]]) -> list[Check]:
    """Each city's current sealing key must lie in the folder: `keys` are (city, kid)."""
    lost = [str(city) for city, kid in keys if not (config.keys_dir / str(city) / f"{kid}.key").exists()]
    title = _("Chaves de lacre")
    if lost:
        return [
            Check(
                "keys", BAD, title,
                _("Falta a chave de %(cities)s em %(folder)s: o que os celulares lacraram não abre.", cities=", ".join(lost), folder=config.keys_dir),
                _("Traga a pasta de chaves da cópia de segurança; confira VINCULO_STATE."),
            )
        ]  # fmt: skip
    checks = [Check("keys", OK, title, _("Cada município tem a sua."))] if keys else []
    if config.https and holds_demonstration():
        checks.append(
            Check("demo", SOON, _("Demonstração"), _("Esta instalação guarda a cidade de demonstração: não a use com pessoas reais."))
        )
    return checks


def _https(config: Any) -> Check:
    title = _("HTTPS e proxy")
    if config.https and not config.proxies:
        return Check(
            "https", BAD, title,
            _("Com HTTPS há um proxy na frente, e VINCULO_PROXIES é 0: todos pareceriam vir do mesmo endereço."),
            _("Defina VINCULO_PROXIES=1 (um Caddy na frente)."),
        )  # fmt: skip
    if config.proxies and not config.https:
        return Check(
            "https", BAD, title,
            _("VINCULO_PROXIES está definida e VINCULO_HTTPS não: o cookie não fica preso ao HTTPS, e sem proxy qualquer um inventa o próprio endereço."),
            _("Defina VINCULO_HTTPS=1, ou tire as duas."),
        )  # fmt: skip
    if not config.https:
        return Check(
            "https", SOON, title, _("Sem HTTPS: serve só nesta máquina. Em outro aparelho não há uso sem sinal, nem localização."),
            _("Para os celulares: docs/instalar.md, HTTPS."),
        )  # fmt: skip
    return Check("https", OK, title, _("HTTPS com %(n)d proxy de confiança na frente.", n=config.proxies))


def _leftovers(config: Any) -> list[Check]:
    found = []
    if config.testing:
        found.append((BAD, _("VINCULO_TESTING está ligada: é só para os testes.")))
    if config.demo_password and config.https:
        found.append((SOON, _("VINCULO_DEMO_PASSWORD está definida: uma cidade real não precisa dela.")))
    if config.log_level == "debug":
        found.append((SOON, _("VINCULO_LOG_LEVEL=debug enche o disco.")))
    if config.https and config.private_cluster:
        found.append((SOON, _("DATABASE_URL não está definida: o banco privado cai junto com o processo que o ligou. Em produção use o PostgreSQL do sistema.")))  # fmt: skip
    return [Check("leftover", state, _("Sobras"), sentence, _("Corrija o arquivo de configuração.")) for state, sentence in found]


def _folder(folder: Path, name: str, others_may: int, needed: bool = True) -> list[Check]:
    """Ours, writable by us, and by nobody else; `others_may` are the permission bits that do no harm."""
    title = _("Pasta de dados (%(name)s)", name=name)
    try:
        found = folder.stat()
    except FileNotFoundError:
        if not needed:
            return []
        return [Check("folder", BAD, title, _("%(folder)s não existe.", folder=folder), _("Crie-a em nome do usuário do serviço."))]
    except OSError as error:
        return [Check("folder", BAD, title, f"{folder}: {error.strerror}.", _("Entre como o usuário do serviço."))]
    shared = stat.S_IMODE(found.st_mode) & 0o077 & ~others_may
    if found.st_uid != os.geteuid() or not os.access(folder, os.W_OK | os.X_OK):
        sentence = _("%(folder)s é de outro usuário, ou não pode ser escrita.", folder=folder)
        return [Check("folder", BAD, title, sentence, _("Dê-a ao usuário do serviço."), f"chown -R vinculo: {folder}")]
    if shared:
        sentence = _("Outros usuários desta máquina entram em %(folder)s.", folder=folder)
        return [Check("folder", BAD, title, sentence, _("Feche-a."), f"chmod 700 {folder}")]
    return [Check("folder", OK, title, _("%(folder)s é só do serviço.", folder=folder))]


def line_to_database(url: str) -> Check:
    """Whether what goes to a database on another machine is encrypted."""
    title = _("Caminho até o banco")
    parts = conninfo_to_dict(url)
    host = str(parts.get("host") or "")
    if not host or host.startswith(("/", "@")) or host in ("localhost", "127.0.0.1", "::1"):
        return Check("line", OK, title, _("O banco está nesta máquina."))
    if parts.get("sslmode") in _ENCRYPTED:
        return Check("line", OK, title, _("O banco está em outra máquina, por um caminho cifrado."))
    return Check(
        "line", BAD, title, _("O banco está em outra máquina e o caminho até ele não é cifrado."),
        _("Acrescente ?sslmode=verify-full a DATABASE_URL."),
    )  # fmt: skip


def _front_end(root: Path) -> Check:
    title = _("Interface")
    missing = [name for name in ("manifest.json", "manifest.desk.json", "sw.js", "desk-sw.js") if not (root / "static" / "dist" / name).exists()]
    if missing:
        return Check("front", BAD, title, _("Os arquivos das telas ainda não foram preparados."), _("Prepare-os com o comando."), "bin/prepare")
    return Check("front", OK, title, _("Está construída."))


def _role(session: Session) -> Check:
    title = _("Papel no banco")
    if passes_over_policies(session):
        return Check(
            "role", BAD, title,
            _("DATABASE_URL usa um papel que passa por cima da segurança por linha: o servidor se recusa a atender com ele."),
            _("Dê ao servidor um papel próprio, membro de vinculo_app (deploy/database.sql)."),
        )  # fmt: skip
    return Check("role", OK, title, _("Está sob a segurança por linha."))


def _limits(session: Session) -> Check:
    title = _("Limites de tempo no banco")
    if session.scalar(text("SELECT current_setting('statement_timeout')")) == "0":
        return Check(
            "limits", BAD, title,
            _("Atrás do PgBouncer os limites de tempo vêm do papel, e este não os tem: um pedido perdido ocuparia o banco para sempre."),
            _("Execute de novo deploy/database.sql."),
        )  # fmt: skip
    return Check("limits", OK, title, _("O papel os traz."))
