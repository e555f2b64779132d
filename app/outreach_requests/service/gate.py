"""The gate of the public form: nobody is kept out for an address shared with others, and the desk goes on working.

Three measures: a page must be as old as a person needs to fill it in (its token says when it was made); who sends much from one
network waits longer for each, at most a minute, and shares half of what the city takes; and a city takes so many in a minute and no
more. No address is kept: a bucket
is named by a keyed digest of the network and the day.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.models import Municipality
from app.outreach_requests.models import RequestGate
from app.outreach_requests.problems import FormBusy, FormTooOld, FormTooSoon
from app.outreach_requests.terms import CITY_PER_MINUTE

PATIENCE_S = 4
LONGEST_PATIENCE_S = 60
OLDEST_S = 6 * 3600
# Of one network (IPv4 /24, IPv6 /48): so many one after another, and one more each so many seconds.
NETWORK_TOKENS, NETWORK_REFILL_S = 6.0, 60.0

_TAKE = text(
    "INSERT INTO request_gates (municipality_id, id, tokens, filled_at) VALUES (:m, :id, :full - 1, :now)"
    " ON CONFLICT (municipality_id, id) DO UPDATE SET filled_at = :now, tokens = greatest(:least,"
    " least(:full, request_gates.tokens + greatest(0, extract(epoch FROM :now - request_gates.filled_at)) * :rate) - 1)"
    " RETURNING tokens"
)


@dataclass(frozen=True)
class Bucket:
    id: UUID
    full: float
    rate: float  # tokens a second


def token(secret: str, municipality_id: int, now: datetime) -> str:
    """What a form carries: the id of the request that it will be, and when the page was made."""
    said = f"{new_id()}.{int(now.timestamp())}"
    return f"{said}.{_mac(secret, municipality_id, said)}"


def opened(secret: str, municipality_id: int, told: str, now: datetime) -> tuple[UUID, float]:
    """The id and the age in seconds of a form's token. Raises FormTooOld for one that isn't ours or isn't fresh."""
    said, _dot, mac = told.rpartition(".")
    if not hmac.compare_digest(mac.encode(), _mac(secret, municipality_id, said).encode()):
        raise FormTooOld()
    id_, _dot, made = said.partition(".")
    age = now.timestamp() - int(made)
    if not -60 <= age <= OLDEST_S:
        raise FormTooOld()
    return UUID(id_), age


def pass_through(session: Session, municipality_id: int, address: str, secret: str, age_s: float, now: datetime) -> None:
    """Count one form, or raise FormTooSoon (with how long to wait) or FormBusy. What is refused is not counted: hammering makes
    nobody's waiting longer than the longest."""
    network = _network_bucket(municipality_id, address, secret, now)
    city = _city_bucket(session, municipality_id, secret)
    left = _left(session, municipality_id, network, now)
    # Who has sent much takes of the first half of the city's alone: one that hammers never leaves nothing for the others.
    kept = (city.full - 1) / 2 if left < 1 else 0.0
    # Looked at without a lock first: a flood is turned away without standing in line.
    if _left(session, municipality_id, city, now) < 1 + kept:
        raise FormBusy(extra={"retry_after_s": LONGEST_PATIENCE_S})
    wanted = patience(left)
    if age_s < wanted:
        raise FormTooSoon(extra={"retry_after_s": int(wanted - age_s) + 1})
    _take(session, municipality_id, network, now)
    if _take(session, municipality_id, city, now) < 0:
        raise FormBusy(extra={"retry_after_s": LONGEST_PATIENCE_S})


def patience(left: float) -> float:
    """Seconds for which a page must have been open, by what is left in its network's bucket: double for each one below."""
    return min(LONGEST_PATIENCE_S, PATIENCE_S * 2 ** max(0.0, 1 - left))


def network_of(address: str) -> str:
    """The neighbourhood of an address; '' where it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    # An IPv4 address as a socket of both kinds tells it: else all of them were one network.
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _network_bucket(municipality_id: int, address: str, secret: str, now: datetime) -> Bucket:
    name = f"gate:{municipality_id}:{now.date()}:{network_of(address)}"
    return Bucket(_uuid(secret, name), NETWORK_TOKENS, 1 / NETWORK_REFILL_S)


def _city_bucket(session: Session, municipality_id: int, secret: str) -> Bucket:
    settings = session.get_one(Municipality, municipality_id).settings
    each = float(CITY_PER_MINUTE.of(settings))
    return Bucket(_uuid(secret, f"gate:{municipality_id}"), each, each / 60)


def _left(session: Session, municipality_id: int, bucket: Bucket, now: datetime) -> float:
    row = session.execute(
        select(RequestGate.tokens, RequestGate.filled_at).where(RequestGate.municipality_id == municipality_id, RequestGate.id == bucket.id)
    ).one_or_none()
    if row is None:
        return bucket.full
    return min(bucket.full, row.tokens + max(0.0, (now - row.filled_at).total_seconds()) * bucket.rate)


def _take(session: Session, municipality_id: int, bucket: Bucket, now: datetime) -> float:
    asked = {"m": municipality_id, "id": bucket.id, "full": bucket.full, "rate": bucket.rate, "now": now, "least": -4.0}
    return float(session.scalar(_TAKE, asked))  # type: ignore[arg-type]


def _uuid(secret: str, name: str) -> UUID:
    return UUID(bytes=hmac.new(secret.encode(), name.encode(), hashlib.sha256).digest()[:16])


def _mac(secret: str, municipality_id: int, said: str) -> str:
    return hmac.new(secret.encode(), f"request-form:{municipality_id}:{said}".encode(), hashlib.sha256).hexdigest()[:32]
