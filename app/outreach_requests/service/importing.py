"""Requests from a call centre's spreadsheet: judged line by line, shown, then taken in; the same line is taken in once.

Judging changes nothing and is done again at the taking in, so that what was shown can't have been tampered with, and a file
that is sent twice finds its lines there already.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core import days
from app.core.ids import new_id
from app.core.problems import Problem
from app.outreach_requests import rules, sheet
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.schemas import asked
from app.outreach_requests.service.taking import VERB, lock_intake, settled, take_in_many
from app.outreach_requests.terms import LONGEST_DESCRIPTION, LONGEST_PLACE
from app.territory import queries as territory

# Digits that people type: `²` is a digit too, to Python, and no number.
_COUNT = re.compile("[0-9]{1,3}")


@dataclass
class Judged:
    """One line: `new`, `known` (there already) or `wrong`, with why. words: street and neighbourhood, never what was written."""

    number: int
    state: str
    words: str
    why: str = ""
    body: dict[str, Any] = field(default_factory=dict)


def judge(session: Session, actor: Actor, raw: bytes, now: datetime) -> list[Judged]:
    """What each line of the file would do; changes nothing. Raises Forbidden, BadSpreadsheet, TooManyLines."""
    require(actor, VERB)
    m = actor.municipality_id
    rows, zone = sheet.read(raw), days.zone_of(session, m)
    names = {
        layer: {territory.key_of(name): name for name in territory.layer_names(session, m, layer)} for layer in ("street", "neighbourhood")
    }
    lines = [_judged(row, names, zone, now) for row in rows]
    _place(session, m, lines)
    _known(session, m, lines)
    return lines


def take_in_file(session: Session, actor: Actor, raw: bytes, now: datetime) -> list[Judged]:
    """Judge again and take the new lines in. What was new and is another's meanwhile is told as known."""
    lock_intake(session, actor.municipality_id)
    lines = judge(session, actor, raw, now)
    take_in_many(session, actor, [line.body for line in lines if line.state == "new"], now)
    return lines


def _judged(row: sheet.Row, names: dict[str, dict[str, str]], zone: tzinfo, now: datetime) -> Judged:
    told = row.cells
    street = names["street"].get(territory.key_of(told.get("street", "")), told.get("street", ""))[:120]
    near = names["neighbourhood"].get(territory.key_of(told.get("neighbourhood", "")), told.get("neighbourhood", ""))[:120]
    line = Judged(row.number, "new", " · ".join(filter(None, (street, near))))
    purpose = sheet.purpose_of(told.get("purpose", ""))
    received = sheet.instant_of(told["asked_at"], told.get("hour", ""), zone, now) if "asked_at" in told else now
    lon, lat = (sheet.degrees(told[name]) if name in told else None for name in ("lon", "lat"))
    people = told.get("people_count", "")
    wrong = (
        (purpose is None, _("o tipo não é conhecido: %(words)s", words=told.get("purpose", "")[:40])),
        (received is None, _("a data não pôde ser lida")),
        (("lon" in told or "lat" in told) and (lon is None or lat is None), _("a coordenada não pôde ser lida")),
        (lon is not None and not -180 <= lon <= 180 or lat is not None and not -90 <= lat <= 90, _("a coordenada não existe")),
        (people != "" and not (_COUNT.fullmatch(people) and 1 <= int(people) <= 300), _("o número de pessoas vai de 1 a 300")),
        (len(told.get("description", "")) > LONGEST_DESCRIPTION, _("a descrição passa de 1.000 letras")),
        (len(_place_text(told)) > LONGEST_PLACE or max(len(told.get(name, "")) for name in ("street", "neighbourhood")) > 120,
         _("o lugar é longo demais: a rua e o bairro vão até 120 letras, a referência até 200")),
        (len(told.get("contact", "")) > 120, _("o contato passa de 120 letras")),
        (any(ord(char) < 32 and char not in "\n\t" for cell in told.values() for char in cell), _("há caracteres que não podem ser guardados")),
    )
    line.why = next((why for is_wrong, why in wrong if is_wrong), "")
    if not line.why and received is not None:
        try:
            received = rules.check_asked(received, now)
        except Problem as problem:
            line.why = str(problem.sentence)
    if line.why:
        line.state = "wrong"
        return line
    line.body = asked(
        request_id=new_id(), channel="csv", purpose=purpose, description=told.get("description", ""), contact=told.get("contact", ""),
        people_count=int(people) if people else None, is_urgent=sheet.yes(told.get("urgent", "")),
        with_children=sheet.yes(told.get("children", "")), lon=lon, lat=lat, street=street, neighbourhood=near, place_text=_place_text(told),
        received_at=received, source_key=_key(told),
    )  # fmt: skip
    return line


def _place_text(told: dict[str, str]) -> str:
    return " · ".join(filter(None, (told.get("number"), told.get("place_text"))))


def _key(told: dict[str, str]) -> str:
    """By the call centre's own number where it has one, else by all that the line says."""
    said = f"origin\0{told['origin'].casefold()}" if "origin" in told else "\0".join(f"{name}={told[name]}" for name in sorted(told))
    return hashlib.sha256(f"csv\0{said}".encode()).hexdigest()


def _place(session: Session, municipality_id: int, lines: list[Judged]) -> None:
    """The place of each, settled once for those that say the same."""
    seen: dict[tuple, dict[str, Any] | str] = {}
    for line in lines:
        if line.state == "wrong":
            continue
        body = line.body
        has_words = bool(body["place_text"])
        asked_for = (body["lon"], body["lat"], body["street"], body["neighbourhood"], has_words)
        if asked_for not in seen:
            try:
                seen[asked_for] = settled(session, municipality_id, body)
            except Problem as problem:
                seen[asked_for] = str(problem.sentence)
        found = seen[asked_for]
        if isinstance(found, str):
            line.state, line.why = "wrong", found
        else:
            body["settled"] = found


def _known(session: Session, municipality_id: int, lines: list[Judged]) -> None:
    keys = {line.body["source_key"] for line in lines if line.state == "new"}
    here = set(
        session.scalars(
            select(OutreachRequest.source_key).where(
                OutreachRequest.municipality_id == municipality_id, OutreachRequest.source_key.in_(keys)
            )
        )
    )
    first: dict[str, int] = {}
    for line in lines:
        if line.state != "new":
            continue
        key = line.body["source_key"]
        if key in here:
            line.state = "known"
        elif key in first:
            line.state, line.why = "known", _("repetida da linha %(n)d", n=first[key])
        else:
            first[key] = line.number
