"""Web push by the book: VAPID (RFC 8292), content encrypted to the browser (RFC 8291, one aes128gcm record of RFC 8188).

Written on `cryptography`, which is here anyway: pywebpush would bring aiohttp and six compiled packages along for one
POST. The installation's key pair lies in the keys folder (`web_push.pem`) and goes into every backup with the others;
subscriptions are bound to it, so that with another key every browser must subscribe anew.
"""

import hmac
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.envelopes import CURVE, b64, public_half, unb64
from app.core.written import make_private

KEY_FILE = "web_push.pem"
# The push services of Chrome and Samsung, Firefox, Edge and Safari; a browser names the address, so it is not trusted.
SERVICES = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com")
SERVICE_DOMAINS = (".notify.windows.com",)
LONGEST_ENDPOINT = 1024
TOKEN_LIFE = timedelta(hours=12)
TIMEOUT_S = 5.0
# One record, all of the same length: its size tells a push service nothing.
PADDED = 512
_RECORD = 4096


@dataclass(frozen=True)
class Target:
    """A subscription of a browser: the service's address, the browser's public point and its secret of 16 bytes."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Message:
    """`topic`: a later one with the same takes its place while the browser is away. `ttl`: how long it may wait."""

    content: bytes
    ttl: timedelta
    urgent: bool
    topic: str


def acceptable(endpoint: str) -> bool:
    """Whether this is the address of a push service that we know, and of nothing else."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = len(endpoint) <= LONGEST_ENDPOINT and endpoint.isascii() and not any(c.isspace() or ord(c) < 33 for c in endpoint)
    known = host in SERVICES or host.endswith(SERVICE_DOMAINS)
    return plain and parts.scheme == "https" and known and port in (None, 443) and "@" not in parts.netloc and not parts.fragment


def fits(p256dh: str, auth: str) -> bool:
    """Whether content can be encrypted to these: a point of the curve and 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(p256dh))
        return len(unb64(auth)) == 16
    except ValueError:
        return False


def key_of(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The installation's key, made when it is asked for first. Two processes that ask at once get the same."""
    path = folder / KEY_FILE
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    make_private(folder)
    made = ec.generate_private_key(CURVE).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f".{KEY_FILE}.{os.urandom(6).hex()}.part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # not rename: who comes second must not replace what the first has told a browser
        except FileExistsError:
            pass
    finally:
        draft.unlink(missing_ok=True)
    return _read(path)


def public_key(folder: Path) -> str:
    """What a browser subscribes with (`applicationServerKey`): the public point, base64url."""
    return b64(public_half(key_of(folder)).point)


def encrypted(target: Target, content: bytes) -> bytes:
    """One aes128gcm record that only this browser reads. Raises ValueError where the subscription's keys are torn."""
    theirs = unb64(target.p256dh)
    secret = unb64(target.auth)
    ephemeral = ec.generate_private_key(CURVE)
    ours = public_half(ephemeral).point
    shared = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    material = _hkdf(secret, b"WebPush: info\0" + theirs + ours, 32, shared)
    salt = os.urandom(16)
    key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", 16, material)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\0", 12, material)
    # 2 ends the last record; zeros fill it up.
    padded = (content + b"\x02").ljust(PADDED, b"\0")
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, padded, None)


def authorization(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> str:
    """Who sends, for this service only: a signed token (ES256) and the public key that the browser subscribed with."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"https://{parts.netloc}", "exp": int((now + TOKEN_LIFE).timestamp()), "sub": contact}
    signed = b64(orjson.dumps({"typ": "JWT", "alg": "ES256"})) + "." + b64(orjson.dumps(claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={b64(public_half(key).point)}"


def send(target: Target, message: Message, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> int:
    """One POST to the push service: its status, 0 where it was not reached. Follows nobody elsewhere."""
    if not acceptable(target.endpoint):
        return 410
    try:
        body = encrypted(target, message.content)
    except ValueError:
        return 410
    request = urllib.request.Request(
        target.endpoint,
        data=body,
        method="POST",
        headers={
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(message.ttl.total_seconds())),
            "Urgency": "high" if message.urgent else "normal",
            "Topic": _topic(target, message.topic),
            "Authorization": authorization(target.endpoint, key, contact, now),
        },
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, HTTPException, ValueError):
        return 0


def _topic(target: Target, topic: str) -> str:
    """The same for the same topic of one browser, and a word that tells the service nothing (at most 32 characters)."""
    return b64(hmac.digest(unb64(target.auth), topic.encode(), "sha256")[:18])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_named):
        return None


# The machine's own proxy settings hold; a redirect is an answer like any other.
_opener = urllib.request.build_opener(_NoRedirect())


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise ValueError(f"{path} holds no key of P-256")
    return key


def _hkdf(salt: bytes, info: bytes, length: int, material: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)
