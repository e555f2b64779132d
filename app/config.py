"""The only reader of the environment. Everything else receives a `Config`.

A setting may also be given as `NAME_FILE`, the path of a file that holds it (secrets of containers and of systemd).
URLs are kept in libpq's form (`postgresql://…`), which psycopg, psql and procrastinate read; `sqlalchemy_url` and
`sqlalchemy_owner_url` name the driver for SQLAlchemy.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.core import cluster
from app.core.mail import SECURITIES, MailServer, is_address

ROOT = Path(__file__).resolve().parent.parent

SHORTEST_SECRET = 32
SHORTEST_TOKEN = 20
FEWEST_DISTINCT = 10
DEFAULT_PORT = 8000
LOG_LEVELS = ("debug", "info", "warning", "error")


class ConfigError(Exception):
    """One line that says which setting is wrong and what to do."""


@dataclass(frozen=True)
class Config:
    database_url: str = field(repr=False)
    database_owner_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    state_dir: Path
    port: int = DEFAULT_PORT
    demo_password: str | None = field(default=None, repr=False)
    https: bool = False
    origin: str | None = None
    proxies: int = 0
    testing: bool = False
    log_level: str = "info"
    version: str = ""
    revision: str = ""
    private_cluster: bool = False
    pooler: bool = False
    database_reading_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    metrics_dir: Path | None = None
    certificate: str | None = None
    mail: MailServer | None = None

    @property
    def sqlalchemy_url(self) -> str:
        return _with_driver(self.database_url)

    @property
    def sqlalchemy_owner_url(self) -> str | None:
        return self.database_owner_url and _with_driver(self.database_owner_url)

    @property
    def sqlalchemy_reading_url(self) -> str | None:
        return self.database_reading_url and _with_driver(self.database_reading_url)

    @property
    def cookie_secure(self) -> bool:
        return self.https

    @property
    def keys_dir(self) -> Path:
        return self.state_dir / "keys"

    @property
    def files_dir(self) -> Path:
        return self.state_dir / "files"


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Reads and checks every setting; raises ConfigError. Starts nothing: see `wsgi.py`."""
    environ = os.environ if environ is None else environ
    state_dir = default_state_dir(environ)
    database_url = _value(environ, "DATABASE_URL")
    owner_url = _value(environ, "DATABASE_OWNER_URL")
    reading_url = _value(environ, "DATABASE_READING_URL")
    secret = _value(environ, "VINCULO_SECRET_KEY")
    private = uses_private_cluster(environ)
    if private:
        if owner_url:
            raise ConfigError("DATABASE_OWNER_URL está definida e DATABASE_URL não: defina as duas ou nenhuma")
        try:
            database_url, owner_url = cluster.urls(state_dir)
            secret = secret or cluster.secret_key(state_dir)
        except cluster.ClusterError as error:
            raise ConfigError(str(error)) from error
    return Config(
        database_url=_checked_url("DATABASE_URL", database_url),
        database_owner_url=_checked_url("DATABASE_OWNER_URL", owner_url) if owner_url else None,
        secret_key=_checked_secret(secret),
        state_dir=state_dir,
        port=port(environ),
        demo_password=_value(environ, "VINCULO_DEMO_PASSWORD"),
        https=_flag(environ, "VINCULO_HTTPS"),
        origin=_checked_origin(_value(environ, "VINCULO_ORIGIN")),
        proxies=_number(environ, "VINCULO_PROXIES", 0, 0, 10),
        testing=_flag(environ, "VINCULO_TESTING"),
        log_level=_choice(environ, "VINCULO_LOG_LEVEL", "info", LOG_LEVELS),
        version=_version(),
        revision=_value(environ, "VINCULO_REVISION") or _revision(ROOT),
        private_cluster=private,
        pooler=_flag(environ, "VINCULO_POOLER"),
        database_reading_url=_checked_url("DATABASE_READING_URL", reading_url) if reading_url else None,
        metrics_token=_checked_token(_value(environ, "VINCULO_METRICS_TOKEN")),
        metrics_dir=_folder(environ, "PROMETHEUS_MULTIPROC_DIR"),
        certificate=_value(environ, "VINCULO_CERTIFICATE"),
        mail=_mail_server(environ),
    )


def uses_private_cluster(environ: Mapping[str, str]) -> bool:
    return not _value(environ, "DATABASE_URL")


def port(environ: Mapping[str, str]) -> int:
    return _number(environ, "VINCULO_PORT", DEFAULT_PORT, 1, 65535)


def default_state_dir(environ: Mapping[str, str]) -> Path:
    """Where the private cluster, keys and files live; always absolute, so that every command means the same place."""
    named = environ.get("VINCULO_STATE", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/vinculo")
    return Path("~/.local/state/vinculo").expanduser().absolute()


def _value(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "").strip()
    path = environ.get(f"{name}_FILE", "").strip()
    if value and path:
        raise ConfigError(f"{name} e {name}_FILE estão definidas: deixe só uma")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE não pode ser lido: {path}") from error
    return value or None


def _checked_secret(secret: str | None) -> str:
    how = "crie uma com: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if not secret:
        raise ConfigError(f"falta VINCULO_SECRET_KEY; {how}")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_DISTINCT:
        raise ConfigError(f"VINCULO_SECRET_KEY é fraca (ao menos {SHORTEST_SECRET} caracteres variados); {how}")
    return secret


def _checked_token(token: str | None) -> str | None:
    if token and (len(token) < SHORTEST_TOKEN or len(set(token)) < FEWEST_DISTINCT):
        raise ConfigError(f"VINCULO_METRICS_TOKEN é fraca (ao menos {SHORTEST_TOKEN} caracteres variados)")
    return token


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name, "").strip()
    return Path(value).absolute() if value else None


def _checked_url(name: str, url: str) -> str:
    scheme, mark, rest = url.partition("://")
    if not mark or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise ConfigError(f"{name} deve começar com postgresql://")
    return f"postgresql://{rest}"


def _checked_origin(origin: str | None) -> str | None:
    """Where people reach the installation, as browsers write it: passkeys are bound to its name."""
    if origin is None:
        return None
    parts = urlsplit(origin)
    local = parts.scheme == "http" and parts.hostname == "localhost"
    whole = f"{parts.scheme}://{parts.netloc}"
    if not (parts.scheme == "https" or local) or not parts.hostname or "@" in parts.netloc or origin.rstrip("/") != whole:
        raise ConfigError("VINCULO_ORIGIN deve ser o endereço sem caminho, como https://vinculo.cidade.gov.br")
    return whole.lower()


def _mail_server(environ: Mapping[str, str]) -> MailServer | None:
    """None without VINCULO_SMTP_HOST: then nobody is written to."""
    host = _value(environ, "VINCULO_SMTP_HOST")
    if host is None:
        return None
    if not all(char.isalnum() or char in "-.:" for char in host):
        raise ConfigError("VINCULO_SMTP_HOST deve ser o nome do servidor de e-mail, como smtp.cidade.gov.br")
    sender = _value(environ, "VINCULO_SMTP_FROM") or ""
    if not is_address(sender):
        raise ConfigError("VINCULO_SMTP_FROM deve ser o endereço de quem envia, como vinculo@cidade.gov.br")
    security = _choice(environ, "VINCULO_SMTP_SECURITY", "starttls", SECURITIES)
    user, password = _value(environ, "VINCULO_SMTP_USER"), _value(environ, "VINCULO_SMTP_PASSWORD")
    if bool(user) != bool(password):
        raise ConfigError("VINCULO_SMTP_USER e VINCULO_SMTP_PASSWORD: defina as duas ou nenhuma")
    if user and security == "none":
        raise ConfigError("VINCULO_SMTP_SECURITY=none mandaria a senha aberta pela rede: use starttls ou tls")
    port = _number(environ, "VINCULO_SMTP_PORT", {"tls": 465, "none": 25}.get(security, 587), 1, 65535)
    return MailServer(host, port, sender, user, password, security)


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = _value(environ, name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} deve ser um número inteiro de {least} a {most}, não {text!r}")
    return int(text)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = (_value(environ, name) or "0").lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    raise ConfigError(f"{name} deve ser 1 ou 0, não {text!r}")


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = (_value(environ, name) or default).lower()
    if text not in allowed:
        raise ConfigError(f"{name} deve ser um de {', '.join(allowed)}, não {text!r}")
    return text


def _version() -> str:
    with open(ROOT / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]["version"]


def _revision(root: Path) -> str:
    """The commit that runs, read without git; empty outside a clone."""
    try:
        head = (root / ".git" / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head[:12]
        name = head.removeprefix("ref: ")
        loose = root / ".git" / name
        if loose.exists():
            return loose.read_text().strip()[:12]
        for line in (root / ".git" / "packed-refs").read_text().splitlines():
            commit, _, ref = line.partition(" ")
            if ref == name:
                return commit[:12]
    except OSError:
        pass
    return ""
