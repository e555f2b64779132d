from typing import Any

from marshmallow import Schema, fields, validate

from app.core.fields import Degrees, Instant, Line, one_of
from app.encounters.terms import NEEDS
from app.outreach_requests.terms import (
    CHANNELS, LONGEST_DESCRIPTION, LONGEST_PLACE, OUTCOMES, PURPOSES,
)  # fmt: skip


class RequestIn(Schema):
    """What is taken in, by whichever way. lon, lat: of a pin. street and neighbourhood: names of the imported layers."""

    request_id = fields.UUID(required=True)
    channel = one_of(CHANNELS, required=True)
    purpose = one_of(PURPOSES, required=True)
    description = Line(LONGEST_DESCRIPTION, load_default="")
    people_count = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 300))
    with_children = fields.Boolean(load_default=False)
    is_urgent = fields.Boolean(load_default=False)
    lon = Degrees(180, load_default=None, allow_none=True)
    lat = Degrees(90, load_default=None, allow_none=True)
    point_id = fields.UUID(load_default=None, allow_none=True)
    street = Line(120, load_default="")
    neighbourhood = Line(120, load_default="")
    place_text = Line(LONGEST_PLACE, load_default="")
    contact = Line(120, load_default="")
    received_at = Instant(load_default=None, allow_none=True)
    source_key = fields.String(load_default=None, allow_none=True)


class OfRequestIn(Schema):
    """outreach_requests.set_out v1, outreach_requests.arrive v1."""

    request_id = fields.UUID(required=True)


class CloseIn(Schema):
    """outreach_requests.close v1. offers: what was offered there, kinds of need."""

    request_id = fields.UUID(required=True)
    outcome = one_of(OUTCOMES, required=True)
    offers = fields.List(one_of(NEEDS), load_default=list, validate=validate.Length(max=len(NEEDS)))


def asked(**told: Any) -> dict[str, Any]:
    """A body as RequestIn loads it, with what was not told left empty."""
    empty = {
        "description": "", "people_count": None, "with_children": False, "is_urgent": False, "lon": None, "lat": None,
        "point_id": None, "street": "", "neighbourhood": "", "place_text": "", "contact": "", "received_at": None, "source_key": None,
    }  # fmt: skip
    return empty | told


