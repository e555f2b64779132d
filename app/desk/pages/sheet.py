"""/mesa/folha: the night on paper, for when there is no network or no screen; and what was noted on it, entered late."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint
from marshmallow import Schema, ValidationError, fields, pre_load, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Day, Line, one_of
from app.core.ids import new_id
from app.desk import rules, service
from app.desk.pages.house import led, words
from app.desk.queries import house as queries
from app.desk.service import Row

blueprint = Blueprint("desk_sheet", __name__)

_LINES, _MOST_LINES = 15, 40
_KINDS = ("expected", "left", "came", "no_room")
_PARTS = ("kind", "hour", "called", "bed")


class SheetQuery(Schema):
    unidade = fields.UUID(load_default=None)


class EntryQuery(SheetQuery):
    noite = Day(load_default=None, allow_none=True)
    linhas = fields.Integer(load_default=_LINES, validate=validate.Range(1, _MOST_LINES))


class RowForm(Schema):
    kind = one_of(_KINDS, required=True)
    of = fields.UUID(required=True)
    hour = Line(10, load_default="")
    called = Line(load_default="")
    bed = Line(load_default="")


class SheetForm(Schema):
    """`<part>-<id>` for each line of the paper: kind, hour, called, bed. Lines left empty are no lines."""

    night = Day(required=True)
    rows = fields.List(fields.Nested(RowForm), load_default=list, validate=validate.Length(max=600))

    @pre_load
    def gather(self, data: Any, **_kw: Any) -> Any:
        if "rows" in data:
            raise ValidationError({"rows": ["?"]})
        rest, lines = {}, {}
        for name, value in data.items():
            part, _dash, of = name.partition("-")
            if part in _PARTS and of:
                lines.setdefault(of, {"of": of})[part] = value
            else:
                rest[name] = value
        return rest | {"rows": [line for line in lines.values() if _is_written(line)]}


def _is_written(line: dict[str, Any]) -> bool:
    """A printed line counts when an hour was noted on it; a blank one when anything was."""
    own = ("hour",) if line.get("kind") in ("expected", "left") else ("hour", "called", "bed")
    return any(str(line.get(part) or "").strip() for part in own)


@blueprint.get("/mesa/folha")
@page_door("units.read_stays", query=SheetQuery)
def sheet(session, actor, query):
    now = clock.now()
    unit, houses = queries.the_house(session, actor, "units.read_stays", query["unidade"])
    expected = queries.expected_at(session, actor, unit.id, now)
    return desk_page(
        session,
        actor,
        "desk/sheet.html",
        page=queries.house_page(session, actor, unit, now, expected),
        expected=expected,
        houses=houses,
        night=rules.night_of(now, days.zone_of(session, actor.municipality_id)),
        blank=range(_LINES),
        **words(actor, unit),
    )


@blueprint.get("/mesa/folha/lancar")
@page_door("units.check_in", query=EntryQuery)
def entry(session, actor, query):
    unit, houses = queries.the_house(session, actor, "units.check_in", query["unidade"])
    return _page(session, actor, unit, houses, query["noite"], lines=query["linhas"])


@blueprint.post("/mesa/folha/<uuid:unit_id>/lancar")
@page_door("units.check_in", takes=SheetForm, limit=256 * 1024)
def enter(session, actor, data, unit_id: UUID):
    unit, houses = queries.the_house(session, actor, "units.check_in", unit_id)
    rows = [Row(**row) for row in data["rows"]]
    taken, wrong = service.enter_sheet(session, actor, unit, data["night"], rows, clock.now())
    if not wrong:
        return led("casa", unit.id, "folha")
    # What stands is kept; what was refused comes back as it was written, with the reason beside it.
    return _page(session, actor, unit, houses, data["night"], typed={row.of: row for row in wrong}, taken=taken), 422


def _page(
    session: Session, actor: Actor, unit: Any, houses: list, night: date | None, *, lines: int = _LINES,
    typed: dict[UUID, Row] | None = None, taken: int | None = None,
) -> str:  # fmt: skip
    now, typed = clock.now(), typed or {}
    expected = queries.expected_at(session, actor, unit.id, now)
    page = queries.house_page(session, actor, unit, now, expected)
    printed = {item["id"] for item in expected} | {sleeper.stay_id for sleeper in page.sleepers}
    gone = [row for of, row in typed.items() if of not in printed and row.kind in ("expected", "left")]
    kept = [row for of, row in typed.items() if of not in printed and row.kind in ("came", "no_room")]
    blank = [Row("came", new_id(), "") for _line in range(max(lines - len(kept), 3))]
    return desk_page(
        session,
        actor,
        "desk/sheet_entry.html",
        page=page,
        expected=expected,
        houses=houses,
        night=night or rules.night_of(now, days.zone_of(session, actor.municipality_id)),
        typed=typed,
        rows=[*kept, *blank],
        gone=gone,
        taken=taken,
        beds=[bed.state.name for _room, beds in page.rooms for bed in beds],
        **words(actor, unit),
    )
