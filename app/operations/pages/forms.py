"""What the forms of operations send."""

from datetime import time
from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

from app.core.fields import Line, Many, Maybe, Number, one_of
from app.encounters.terms import HANDED_OUT
from app.operations.rules import Agreed, Plan
from app.operations.terms import CLOSINGS, KINDS, MOST_NIGHTS, MOST_PLACES

DONE = ("iniciada", "ja", "mudada", "encerrada", "padrao")


class Hour(Maybe, fields.Time):
    """HH:MM of a form, of the city's own zone; an empty field is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        return found.replace(second=0, microsecond=0, tzinfo=None) if found else None


class UnitForm(Schema):
    unit_id = fields.UUID(required=True)
    agreed = fields.Boolean(load_default=False)
    places = Number(0, MOST_PLACES, load_default=0, allow_none=True)
    opens = Hour(load_default=None, allow_none=True)
    closes = Hour(load_default=None, allow_none=True)


class PlanForm(Schema):
    """Of each unit `agreed:<id>`, `places:<id>`, `opens:<id>`, `closes:<id>`; only those that agreed are taken."""

    kind = one_of(KINDS, required=True)
    trigger = Line(80, required=True, validate=validate.Length(min=1))
    opens = Hour(required=True)
    closes = Hour(required=True)
    closing = one_of(CLOSINGS, required=True)
    ends = Hour(load_default=None, allow_none=True)
    nights = Number(1, MOST_NIGHTS, load_default=1, allow_none=True)
    teams = Many(fields.UUID(), load_default=list)
    items = Many(one_of(HANDED_OUT), load_default=list)
    units = fields.List(fields.Nested(UnitForm), load_default=list)

    @pre_load
    def gather(self, form: dict[str, Any], **_how: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        units: dict[str, dict[str, Any]] = {}
        for name, value in form.items():
            what, mark, unit_id = name.partition(":")
            if mark:
                units.setdefault(unit_id, {"unit_id": unit_id})[what] = value
            else:
                told[name] = value
        return told | {"units": list(units.values())} if units else told

    @post_load
    def as_plan(self, data: dict[str, Any], **_how: Any) -> Plan:
        agreed = tuple(
            Agreed(each["unit_id"], each["places"] or 0, each["opens"], each["closes"])
            for each in data["units"] if each["agreed"]
        )  # fmt: skip
        return Plan(
            data["kind"], data["trigger"], data["opens"], data["closes"], data["closing"], data["ends"] or time(7), data["nights"] or 1,
            tuple(data["teams"]), tuple(data["items"]), agreed,
        )  # fmt: skip


class KindForm(Schema):
    kind = one_of(KINDS, required=True)


class EndForm(Schema):
    note = Line(200, load_default="")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(DONE))
