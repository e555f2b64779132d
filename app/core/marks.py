"""Marks: the same for the same thing in the same city, and nothing to whoever lacks the city's key. By them sealed facts are
found again and counted, also by domains that may not open them.
"""

import hashlib
import hmac
import os
from datetime import datetime

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import seal
from app.core.ids import new_id
from app.core.models import MarkKey


def key_of(session: Session, municipality_id: int, now: datetime) -> bytes:
    """The city's key, made on first use. Raises KeyLost while the municipality's key is shut (seal.KeyLost).

    The lock is taken only where there is none yet: whoever pushes holds other locks too, and would meet another in a ring.
    """
    if (known := _known(session, municipality_id)) is not None:
        return known
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('mark_keys', :m))"), {"m": municipality_id})
    if (known := _known(session, municipality_id)) is not None:
        return known
    public = seal.public_key_of(session, municipality_id)
    if public is None:
        raise seal.KeyLost()
    key = os.urandom(32)
    sealed = seal.seal(public, orjson.dumps({"mark_key": key.hex()}))
    seal.open_sealed(municipality_id, sealed)  # one that can't be opened again would be lost with this transaction
    session.add(MarkKey(municipality_id=municipality_id, id=new_id(), sealed_key=sealed, made_at=now))
    session.flush()
    return key


def _known(session: Session, municipality_id: int) -> bytes | None:
    sealed = session.scalar(select(MarkKey.sealed_key).where(MarkKey.municipality_id == municipality_id))
    if sealed is None:
        return None
    return bytes.fromhex(orjson.loads(seal.open_sealed(municipality_id, sealed))["mark_key"])


def mark(key: bytes, kind: str, value: str) -> bytes:
    """16 bytes. kind says of what: 'person' (value: her id), 'flag' (its id), 'what' (what is counted)."""
    return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).digest()[:16]
