"""The cursor as a phone holds it: opaque, and made by this installation only."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import asdict, dataclass

import orjson

from app.sync.problems import BadCursor


@dataclass(frozen=True)
class Cursor:
    """m, w: municipality and worker; f: scope fingerprint; e: epoch; x, s: last change read; me: version of
    `me` last sent; page: [type index, last id] while a listing is under way."""

    m: int
    w: str
    f: str
    e: int
    x: int
    s: int
    me: str = ""
    page: list | None = None


def written(cursor: Cursor, secret: str) -> str:
    body = orjson.dumps(asdict(cursor))
    return f"{_b64(body)}.{_b64(_mac(body, secret))}"


def read(cursor: str, secret: str) -> Cursor:
    try:
        packed, _, mac = cursor.partition(".")
        body = _unb64(packed)
        if not hmac.compare_digest(_unb64(mac), _mac(body, secret)):
            raise BadCursor()
        return Cursor(**orjson.loads(body))
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor() from error


def _mac(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), b"cursor:" + body, hashlib.sha256).digest()[:16]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
