"""What the forms of requests send."""

from marshmallow import Schema, fields, validate

from app.accounts.terms import HANDING_REASONS
from app.core.fields import Chosen, Coordinate, Line, Number, one_of
from app.outreach_requests.queries import SHOWN
from app.outreach_requests.terms import (
    BY_HAND, LONGEST_DESCRIPTION, LONGEST_PLACE, OUT_REASONS, PURPOSES,
)  # fmt: skip


class PlaceForm(Schema):
    """no_pin: what was marked on the map is not meant any more."""

    street = Line(120, load_default="")
    street_choice = Line(120, load_default="")
    neighbourhood = Line(120, load_default="")
    place_text = Line(LONGEST_PLACE, load_default="")
    lon = Coordinate(180)
    lat = Coordinate(90)
    no_pin = fields.Boolean(load_default=False)


class AskedForm(PlaceForm):
    purpose = one_of(PURPOSES, required=True)
    description = Line(LONGEST_DESCRIPTION, load_default="")
    people_count = Number(1, 300, load_default=None, allow_none=True)
    with_children = fields.Boolean(load_default=False)
    contact = Line(120, load_default="")


class NewForm(AskedForm):
    """`form_id`: made with the page, so that a second tap is not a second request. hour: HH:MM, where it was asked before now.
    origin: the number by which the central knows it."""

    form_id = fields.UUID(required=True)
    channel = one_of(BY_HAND, required=True)
    point_id = Chosen(load_default=None, allow_none=True)
    is_urgent = fields.Boolean(load_default=False)
    hour = fields.String(load_default="", validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$|^$"))
    origin = Line(40, load_default="")


class InboxQuery(Schema):
    mostrar = fields.String(load_default="open", validate=validate.OneOf(list(SHOWN)))
    regiao = Chosen(load_default=None, allow_none=True)
    feito = fields.String(load_default=None)


class DoneQuery(Schema):
    feito = fields.String(load_default=None)


class TriageForm(Schema):
    purpose = one_of(PURPOSES, required=True)
    is_urgent = fields.Boolean(load_default=False)
    with_children = fields.Boolean(load_default=False)
    people_count = Number(1, 300, load_default=None, allow_none=True)


class OutForm(Schema):
    reason = one_of(OUT_REASONS, required=True)


class OtherForm(Schema):
    """keep: `this`, or `other`: which of the two goes on."""

    other_id = fields.UUID(required=True)
    keep = one_of(("this", "other"), load_default="other")


class TeamForm(Schema):
    """seen: the team that had it on the page from which it was decided, '' for none; then reason says why another."""

    team_id = fields.UUID(required=True)
    seen = Chosen(load_default=None, allow_none=True)
    reason = one_of(HANDING_REASONS, load_default=None, allow_none=True)


class Nothing(Schema):
    pass
