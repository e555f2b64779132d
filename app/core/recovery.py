"""The recovery code: printed once, kept on paper, it opens backups and sealing keys when the secret is lost.

28 letters and digits drawn at random (138 bits) in seven groups of four, each with a fifth that checks it, so that a
slip of the pen is told by its group. A P-256 key pair is derived from them; only the public half stays here, in
`keys/recovery.pub`. Whatever is sealed to it (core/envelopes) no machine of the installation can open.
"""

import binascii
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from app.core.envelopes import CURVE, PublicKey, b64, derive, of_point, public_half, unb64
from app.core.ids import CODE_ALPHABET, new_code
from app.core.written import write_whole

GROUPS, GROUP = 7, 4
FILE = "recovery.pub"
_FORMAT = "vinculo-recovery-1"
# The alphabet's size is a prime: one wrong letter, or two that changed places, always shows.
_WEIGHTS = (1, 2, 3, 4)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class BadCode(ValueError):
    """One line in Portuguese that says what is wrong with a code as it was typed."""


def new() -> str:
    """A fresh code, as it is printed: 7 groups of 5 with hyphens."""
    groups = [new_code(GROUP) for _ in range(GROUPS)]
    return "-".join(group + _check(index, group) for index, group in enumerate(groups))


def key_of(code: str) -> ec.EllipticCurvePrivateKey:
    """The private key of a code as somebody typed it. Raises BadCode."""
    random = _read(code).encode()
    number = int.from_bytes(derive(random, b"vinculo/recovery/v1", 48)) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, CURVE)


def public_key(keys_dir: Path) -> PublicKey | None:
    """The public half that this installation seals to; None when no code was ever made (or its file is torn)."""
    try:
        name, kid, point = (keys_dir / FILE).read_text("ascii").split()
        key = of_point(unb64(point))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key.point)
    except (OSError, ValueError, binascii.Error):
        return None
    return key if (name, kid) == (_FORMAT, key.kid) else None


def keep(keys_dir: Path, code: str) -> PublicKey:
    """Keep a code's public half as the one to seal to."""
    key = public_half(key_of(code))
    write_whole(keys_dir / FILE, f"{_FORMAT} {key.kid} {b64(key.point)}\n".encode())
    return key


@contextmanager
def first_code(keys_dir: Path) -> Iterator[str | None]:
    """Around the set-up of a city: a fresh code to print afterwards when this installation has none, else None.

    What fails inside leaves no public half behind: a code that was never printed would open nothing for anybody.
    """
    if (keys_dir / FILE).exists():
        yield None
        return
    code = new()
    keep(keys_dir, code)
    # A line that drops or a machine that stops must not leave the public half of a code that nobody has read either.
    ours = {number: signal.signal(number, _ended) for number in (signal.SIGTERM, signal.SIGHUP)} if _in_main_thread() else {}
    try:
        yield code
    except BaseException:
        (keys_dir / FILE).unlink(missing_ok=True)
        raise
    finally:
        for number, before in ours.items():
            signal.signal(number, before)


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def told(code: str) -> str:
    """How a code is shown, once, to whoever sets the installation up."""
    return (
        f"Código de recuperação desta instalação:\n\n    {code}\n\n"
        "Escreva-o em papel, agora: ele não aparece outra vez e não fica guardado aqui. Sem ele não há como abrir as"
        " cópias de segurança, nem recuperar as chaves de lacre quando o segredo da instalação se perde. Guarde duas"
        " vias em lugares diferentes, longe deste servidor."
    )


def _read(code: str) -> str:
    """The drawn letters without their checks. Raises BadCode."""
    letters = "".join(code.upper().replace("-", " ").split())
    if len(letters) != GROUPS * (GROUP + 1):
        raise BadCode(f"o código de recuperação tem {GROUPS} grupos de {GROUP + 1}; este tem {len(letters)} letras e números ao todo")
    groups = [letters[at : at + GROUP + 1] for at in range(0, len(letters), GROUP + 1)]
    for index, group in enumerate(groups):
        strange = [letter for letter in group if letter not in CODE_ALPHABET]
        if strange:
            raise BadCode(f"o código de recuperação não usa “{strange[0]}”: confira o {index + 1}º grupo")
        if _check(index, group[:GROUP]) != group[GROUP]:
            raise BadCode(f"o {index + 1}º grupo do código de recuperação está errado: confira letra por letra")
    return "".join(group[:GROUP] for group in groups)


def _check(index: int, group: str) -> str:
    """The fifth letter; groups that changed places show too."""
    size = len(CODE_ALPHABET)
    total = sum(weight * CODE_ALPHABET.index(letter) for weight, letter in zip(_WEIGHTS, group, strict=True))
    return CODE_ALPHABET[(total + 17 * (index + 1)) % size]
