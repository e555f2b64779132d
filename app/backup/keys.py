"""The sealing keys of every city: whether they open, and what to do when they don't. Nothing here opens an envelope
that holds a person's words: only private keys change their wrapping.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import envelopes, recovery, seal
from app.core.envelopes import NotOpened
from app.core.models import MunicipalityKey
from app.core.seal import KeyLost
from app.core.written import write_whole


@dataclass(frozen=True)
class KeyState:
    municipality_id: int
    kid: str
    current: bool
    opens: bool
    recoverable: bool


@dataclass(frozen=True)
class Recovered:
    """Of the keys with a recovery file: made anew, were fine, sealed to another code or torn."""

    made: list[str]
    fine: list[str]
    foreign: list[str]


def states(session: Session, keys_dir: Path) -> list[KeyState]:
    """Every key that the database names, the present one of each city first. For the schema's owner."""
    code = recovery.public_key(keys_dir)
    rows = session.execute(
        select(MunicipalityKey.municipality_id, MunicipalityKey.kid, MunicipalityKey.retired_at).order_by(
            MunicipalityKey.municipality_id, MunicipalityKey.retired_at.desc().nulls_first()
        )
    )
    return [
        KeyState(
            row.municipality_id, row.kid, row.retired_at is None, seal.opens(row.municipality_id, row.kid),
            code is not None and _sealed_to(keys_dir / str(row.municipality_id) / f"{row.kid}.recovery") == code.kid,
        )
        for row in rows
    ]  # fmt: skip


def seal_all(keys_dir: Path, secret: str, code: str) -> int:
    """Make a code the one that every key is sealed to, and tell how many are. Raises KeyLost when one does not open:
    then nothing was changed.
    """
    opened = [(path, seal.unwrap(path, secret.encode())) for path in _files(keys_dir, ".key")]
    public = envelopes.public_half(recovery.key_of(code))
    for path, private in opened:
        write_whole(path.with_suffix(".recovery"), envelopes.seal(public, seal.as_der(private)).encode())
    recovery.keep(keys_dir, code)
    return len(opened)


def recover(keys_dir: Path, code: EllipticCurvePrivateKey, secret: str) -> Recovered:
    """Wrap under the present secret every key that the code opens."""
    made, fine, foreign = [], [], []
    for path in _files(keys_dir, ".recovery"):
        name = f"{path.parent.name}/{path.stem}"
        wrapped = path.with_suffix(".key")
        if _opens(wrapped, secret):
            fine.append(name)
            continue
        try:
            private = opened_by(code, path)
        except NotOpened:
            foreign.append(name)
            continue
        write_whole(wrapped, seal.wrap(private, path.stem, secret.encode()))
        made.append(name)
    return Recovered(made, fine, foreign)


def opened_by(code: EllipticCurvePrivateKey, path: Path) -> EllipticCurvePrivateKey:
    """The private key of a recovery file. Raises NotOpened."""
    try:
        private = seal.of_der(envelopes.open_with(code, path.read_text("ascii")))
    except (OSError, ValueError) as error:
        raise NotOpened() from error
    if envelopes.public_half(private).kid != path.stem:
        raise NotOpened()
    return private


def _sealed_to(path: Path) -> str | None:
    try:
        return envelopes.kid_of(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _opens(path: Path, secret: str) -> bool:
    try:
        seal.unwrap(path, secret.encode())
    except (KeyLost, NotOpened):
        return False
    return True


def _files(keys_dir: Path, suffix: str) -> Iterator[Path]:
    return iter(sorted(path for path in keys_dir.glob(f"*/*{suffix}") if path.parent.name.isdigit()))
