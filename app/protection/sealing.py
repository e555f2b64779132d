"""What a row of a case says, in envelopes to the municipality's key.

An envelope carries the id of its row inside: moved to another row it is not taken for that row's. Sealing needs the public
half alone, so a flag is taken in also while the key is shut; its marks (core/marks) wait until it opens.
"""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from app.core import seal
from app.protection.problems import NoSealKey

CLEARANCE = "protection"


def close_up(session: Session, municipality_id: int, row: UUID, content: dict[str, Any]) -> str:
    """Content sealed for one row. Raises NoSealKey before a city's set-up is over."""
    key = seal.public_key_of(session, municipality_id)
    if key is None:
        raise NoSealKey()
    return seal.seal(key, orjson.dumps({"row": str(row), **content}))


def open_up(municipality_id: int, row: UUID, envelope: str) -> dict[str, Any]:
    """What was sealed for that row. Raises Unsealable for another row's or a torn one, KeyLost while the key is shut."""
    content = orjson.loads(seal.open_sealed(municipality_id, envelope))
    if not isinstance(content, dict) or content.pop("row", None) != str(row):
        raise seal.Unsealable()
    return content
