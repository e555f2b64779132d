"""What a request says in words, and how to reach whoever asked, in envelopes to the municipality's key.

An envelope carries the id of its row inside: moved to another row it is not taken for that row's. Sealing needs the public
half alone, so that a request is taken in also while the key is shut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from app.core import seal
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.problems import NoSealKey


@dataclass(frozen=True)
class Words:
    """description and place: as they were written, '' where nothing was. is_shut: they are there, and can't be read now."""

    description: str = ""
    place: str = ""
    is_shut: bool = False


def closer(session: Session, municipality_id: int) -> Callable[[UUID, dict[str, Any]], str]:
    """What seals content for a row, the key asked for once. Raises NoSealKey before a city's set-up is over."""
    key = seal.public_key_of(session, municipality_id)
    if key is None:
        raise NoSealKey()
    return lambda row, content: seal.seal(key, orjson.dumps({"row": str(row), **content}))


def words_of(request: OutreachRequest) -> Words:
    """What was written of a request. A key that is lost makes them unreadable, and nothing else of it."""
    if request.sealed_words is None:
        return Words()
    try:
        content = _opened(request, request.sealed_words)
    except (seal.KeyLost, seal.Unsealable):
        return Words(is_shut=True)
    return Words(content.get("description") or "", content.get("place") or "")


def contact_of(request: OutreachRequest) -> str | None:
    """How to reach whoever asked; None where nothing was told, '' where it can't be read now."""
    if request.sealed_contact is None:
        return None
    try:
        return str(_opened(request, request.sealed_contact).get("contact") or "")
    except (seal.KeyLost, seal.Unsealable):
        return ""


def _opened(request: OutreachRequest, envelope: str) -> dict[str, Any]:
    content = orjson.loads(seal.open_sealed(request.municipality_id, envelope))
    if not isinstance(content, dict) or content.pop("row", None) != str(request.id):
        raise seal.Unsealable()
    return content
