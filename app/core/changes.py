"""Announcing that something changed, for the phones' pull (design 5)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.db import insert_rows
from app.core.models import Change


def announce(session: Session, municipality_id: int, type_: str, ids: Iterable[UUID]) -> None:
    """Note that these entities changed in this transaction; bodies are read when a phone pulls."""
    rows = [{"municipality_id": municipality_id, "type": type_, "entity_id": entity_id} for entity_id in ids]
    insert_rows(session, Change.__table__, rows)  # type: ignore[arg-type]
