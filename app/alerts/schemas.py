"""What the forms of alerts send."""

from marshmallow import Schema, fields, validate

from app.alerts.terms import ANSWERS, LONGEST_ANSWER
from app.core.fields import Line, Many, one_of
from app.notices.schemas import MaybeTime


class AnswerForm(Schema):
    answer = one_of(ANSWERS, required=True)
    words = Line(LONGEST_ANSWER, load_default="")


class DutyForm(Schema):
    """until: HH:MM of the city's clock."""

    until = MaybeTime(format="iso", load_default=None, allow_none=True)


class RulesForm(Schema):
    """minutes: `region:period=minutes` each, as typed, in the order of the page."""

    key = Many(fields.String(validate=validate.Regexp(r"[0-9a-f-]{36}:[a-z]{4,9}\Z")), load_default=list)
    minutes = Many(Line(20), load_default=list)
    listed = Many(fields.UUID(), load_default=list)
