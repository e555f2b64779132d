"""What the board asks and answers. There is no field for a point, a name or a note: none can leak."""

from marshmallow import Schema, ValidationError, fields, validate

from app.core.fields import Instant
from app.coverage.rules import PERIODS, PRESET_DAYS

NO_REGION = "none"


class RegionChoice(fields.UUID):
    """A region's id, or `none` for what lies outside every region or has no place."""

    def _deserialize(self, value, attr, data, **kwargs):
        return NO_REGION if value == NO_REGION else super()._deserialize(value, attr, data, **kwargs)


class _Blank(Schema):
    """A form sends empty text for what nobody chose."""

    def load(self, data, **kwargs):  # type: ignore[override]
        return super().load({key: value for key, value in data.items() if value != ""}, **kwargs)


class BoardQuery(_Blank):
    period = fields.String(load_default="today", validate=validate.OneOf(PERIODS))
    since_on = fields.Date(load_default=None)
    until_on = fields.Date(load_default=None)
    region = RegionChoice(load_default=None)
    team = fields.UUID(load_default=None)


class CellsQuery(_Blank):
    """Presets and regions only: the map is never narrowed to a team nor to days of one's choice (rules.people_class)."""

    period = fields.String(load_default="today", validate=validate.OneOf(list(PRESET_DAYS)))
    region = RegionChoice(load_default=None)


class Cursor(fields.String):
    """Where the next page of the list begins: `instant_id` of the last one shown."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        at, _mark, found = text.rpartition("_")
        try:
            return Instant().deserialize(at), fields.UUID().deserialize(found)
        except ValidationError as error:
            raise self.make_error("invalid") from error


class ListQuery(BoardQuery):
    after = Cursor(load_default=None)


class MonthQuery(_Blank):
    """mes: YYYY-MM; unsaid: this month."""

    mes = fields.Date(format="%Y-%m", load_default=None)


class PeriodOut(Schema):
    key = fields.String()
    since = Instant()
    until = Instant()
    since_on = fields.Date()
    until_on = fields.Date()


class FiguresOut(Schema):
    """people: participations of those present, so the same person met twice counts twice."""

    encounters = fields.Integer()
    people = fields.Integer()
    home_visits = fields.Integer()
    home_visits_done = fields.Integer()
    teams = fields.List(fields.String())
    last_at = Instant(allow_none=True)


class RegionFiguresOut(FiguresOut):
    id = fields.UUID(allow_none=True)
    name = fields.String(allow_none=True)


class BoardOut(Schema):
    period = fields.Nested(PeriodOut)
    regions = fields.List(fields.Nested(RegionFiguresOut))
    totals = fields.Nested(FiguresOut)


class CellsOut(Schema):
    """GeoJSON; people of a cell by class (people_from, people_to), of a region exactly."""

    period = fields.Nested(PeriodOut)
    min_people = fields.Integer()
    cells = fields.Dict()
    regions = fields.Dict()


class EncounterOut(Schema):
    id = fields.UUID()
    occurred_at = Instant()
    team = fields.String(allow_none=True)
    region = fields.String(allow_none=True)
    neighbourhood = fields.String(allow_none=True)
    people_count = fields.Integer()
    time_uncertain = fields.Boolean()
    recorded_late = fields.Boolean()
    without_entering = fields.Boolean()


class EncountersOut(Schema):
    period = fields.Nested(PeriodOut)
    total = fields.Integer()
    encounters = fields.List(fields.Nested(EncounterOut))
    next = fields.String(allow_none=True)
