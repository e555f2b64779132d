"""Pure rules of accounts: what a password must be, where a role may be given, what a key of slips is."""

import base64
import binascii
import re
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask_babel import lazy_gettext as _

from app.access.roles import ROLES, SCOPES_OF
from app.accounts.problems import BadDates, BadScope, WeakPassword

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_DISTINCT = 5
FURTHEST_START = timedelta(days=366)
_COMMON = ("1234567890", "0123456789", "qwertyuiop", "senhasenha", "abcdefghij", "passwordpassword", "mudar12345")


def check_new_password(password: str, login: str) -> None:
    """Raise WeakPassword, saying what is wrong with it."""
    lowered = password.lower()
    if len(password) < SHORTEST_PASSWORD:
        raise _weak(_("Use 10 caracteres ou mais."))
    if len(set(password)) < FEWEST_DISTINCT or any(lowered.startswith(common) for common in _COMMON):
        raise _weak(_("Esta é fácil demais de adivinhar."))
    if login and login.lower() in lowered:
        raise _weak(_("A senha não pode conter o nome de acesso."))


def _weak(why) -> WeakPassword:
    return WeakPassword(fields={"new_password": [str(why)]})


def check_scope(role: str, scope_kind: str, has_id: bool) -> None:
    """Raise BadScope unless the role may be held there."""
    if role not in ROLES or scope_kind not in SCOPES_OF[role] or has_id == (scope_kind == "municipality"):
        raise BadScope(fields={"scope": [str(BadScope.sentence)]})


def check_dates(begins: datetime, ends: datetime | None, now: datetime) -> None:
    """Raise BadDates for an end before its beginning, a beginning long past or far ahead."""
    if (ends is not None and ends <= begins) or begins < now - timedelta(days=1) or begins > now + FURTHEST_START:
        raise BadDates()


def is_slip_key(value: Any) -> bool:
    """Whether this is the public half of a key of slips: a point of P-256, uncompressed (65 bytes), base64url."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{87}", value):
        return False
    try:
        point = base64.urlsafe_b64decode(value + "=")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        return False
    return point[0] == 4
