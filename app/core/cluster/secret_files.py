"""Secrets that an installation makes for itself, once: one file each, readable by its user only."""

import os
import secrets
from pathlib import Path

from app.core.cluster.errors import ClusterError


def secret_key(state_dir: Path) -> str:
    return made_once(state_dir, "secret_key")


def made_once(state_dir: Path, name: str) -> str:
    """The secret of that name, made at the first call; two processes that race get the same one."""
    folder = state_dir / "secrets"
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _publish(path, secrets.token_hex(32))
        text = path.read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise ClusterError(
            f"{state_dir} é de outro usuário: entre como ele, ou indique outra pasta em VINCULO_STATE"
        ) from error
    except OSError as error:
        raise ClusterError(f"não é possível guardar segredos em {state_dir}: {error.strerror}") from error
    if len(text) < 32:
        raise ClusterError(f"{path} está danificado: recupere-o de uma cópia de segurança")
    return text


def _publish(path: Path, text: str) -> None:
    """Written whole and linked into place: never half a secret, and never one in place of another's."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
