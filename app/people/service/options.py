"""A city's own choices in the lists of the ficha."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.people import ficha
from app.people.models import MunicipalOption
from app.people.problems import UnknownList, UnknownOption
from app.people.queries import FICHA_ID


# What a federal code or a person's own word decides is closed: a city adds nothing there.
_CLOSED = {"sex", "age_band", "race", "uf", "document_state", "yes_no_unknown", "time", "contact", "gender_identity", "orientation"}
OPEN_LISTS = {
    list_: [field for group in ficha.GROUPS for field in group.fields if field.list == list_]
    for list_ in ficha.LISTS
    if list_ not in _CLOSED
}


def add_option(
    session: Session, actor: Actor, list_: str, label: str, official: str | None, today: date, now: datetime
) -> UUID:
    """Add a choice that counts as an official one (or as none). Raises UnknownList, OptionExists (by its constraint)."""
    require(actor, "people.write_options")
    if list_ not in OPEN_LISTS or (official is not None and ficha.official_of(list_, official) is None):
        raise UnknownList()
    row = MunicipalOption(
        municipality_id=actor.municipality_id, id=new_id(), list=list_, code=_code(label), label=label,
        official=ficha.official_of(list_, official) if official else None, valid_from=today,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, actor, row.id, now)
    return row.id


def end_option(session: Session, actor: Actor, option_id: UUID, today: date, now: datetime) -> str:
    """Ask it no more from today on; what was told with it stays readable. Gives its list. Raises UnknownOption."""
    require(actor, "people.write_options")
    row = session.get(MunicipalOption, (actor.municipality_id, option_id))
    if row is None:
        raise UnknownOption()
    row.valid_to = today - timedelta(days=1)
    session.flush()
    _note(session, actor, option_id, now)
    return row.list


def _code(label: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(c))
    word = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:40]
    return f"local_{word or new_id().hex[-8:]}"


def _note(session: Session, actor: Actor, option_id: UUID, now: datetime) -> None:
    trail.record(session, actor, "people.write_options", now, "option", option_id)
    announce(session, actor.municipality_id, "ficha", [FICHA_ID])
