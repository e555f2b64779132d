from datetime import date
from typing import Any

from marshmallow import Schema, fields

from app.accounts.terms import HANDING_REASONS
from app.core.fields import Line, one_of
from app.tasks.terms import LONGEST_WHAT, RESULTS


class AnyDay(fields.Date):
    """A date within the years that a calendar on a wall could show."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        found = super()._deserialize(value, attr, data, **kwargs)
        if not 2000 <= found.year <= 2200:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


class TaskIn(Schema):
    """tasks.agree v1: due_on and due_time as the city's own calendar and clock say them (HH:MM)."""

    task_id = fields.UUID(required=True)
    team_id = fields.UUID(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    household_id = fields.UUID(load_default=None, allow_none=True)
    encounter_id = fields.UUID(load_default=None, allow_none=True)
    what = Line(LONGEST_WHAT, required=True)
    due_on = AnyDay(required=True)
    due_time = fields.Time(load_default=None, allow_none=True)
    place_text = Line(200, load_default=None, allow_none=True)
    point_id = fields.UUID(load_default=None, allow_none=True)
    assignee_id = fields.UUID(load_default=None, allow_none=True)


class CloseIn(Schema):
    """tasks.close v1. Moved to another day: closed as `moved`, and a new one is agreed."""

    task_id = fields.UUID(required=True)
    result = one_of(RESULTS, required=True)
    text = Line(500, load_default=None, allow_none=True)


class HandForm(Schema):
    """seen: the team that had it on the page from which it was decided."""

    team_id = fields.UUID(required=True)
    seen = fields.UUID(required=True)
    reason = one_of(HANDING_REASONS, required=True)
