from marshmallow import Schema, fields, validate

from app.core.fields import Instant, Line, Note, Whole, one_of
from app.encounters.terms import (
    AGE_BANDS,
    CALLED_KINDS,
    CERTAINTIES,
    HANDED_OUT,
    LARGEST_GROUP,
    MOST_HANDED_OUT,
    MOST_OFFERS,
    NEEDS,
    OFFER_ANSWERS,
    OFFER_REASONS,
    ORIGINS,
    OUTCOMES,
    SEXES,
    SITUATIONS,
    UNLINK_REASONS,
    WITHDRAW_REASONS,
)
from app.territory.place import PlaceIn


class PresentIn(Schema):
    """person_id: somebody known already; `possible` counts as unknown until somebody is sure. Old phones send neither."""

    participation_id = fields.UUID(required=True)
    age_band = one_of(AGE_BANDS, load_default=None, allow_none=True)
    sex = one_of(SEXES, load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    certainty = one_of(CERTAINTIES, load_default="sure")


class ShelterAnswerIn(Schema):
    """What was answered to the offer of a night under a roof, by all who were there. `refused` without a reason: not said."""

    answer = one_of(OFFER_ANSWERS, required=True)
    reason = one_of(OFFER_REASONS, load_default=None, allow_none=True)


class EncounterIn(Schema):
    """encounters.record v1. request_id: the request (solicitação) because of which the team was there.

    shelter, handed_out: of the six-field form of an operation; null where it was not asked, and old phones send neither.
    """

    encounter_id = fields.UUID(required=True)
    shift_id = fields.UUID(load_default=None, allow_none=True)
    team_id = fields.UUID(required=True)
    reference_unit_id = fields.UUID(load_default=None, allow_none=True)
    situation = one_of(SITUATIONS, load_default=None, allow_none=True)
    outcome = one_of(OUTCOMES, load_default=None, allow_none=True)
    origin = one_of(ORIGINS, load_default=None, allow_none=True)
    people_count = Whole(0, LARGEST_GROUP, required=True)
    people = fields.List(
        fields.Nested(PresentIn), load_default=list, validate=validate.Length(max=LARGEST_GROUP)
    )
    place = fields.Nested(PlaceIn, required=True)
    late = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    recorded_at = Instant(required=True)
    note = Note(load_default=None, allow_none=True)
    request_id = fields.UUID(load_default=None, allow_none=True)
    shelter = fields.Nested(ShelterAnswerIn, load_default=None, allow_none=True)
    handed_out = fields.Dict(
        keys=one_of(HANDED_OUT), values=Whole(0, MOST_HANDED_OUT), load_default=None, allow_none=True
    )


class CorrectionIn(EncounterIn):
    """encounters.correct v1: a whole new record that names the one it replaces."""

    replaces_id = fields.UUID(required=True)
    reason_text = Line(200, load_default=None, allow_none=True)


class WithdrawalIn(Schema):
    encounter_id = fields.UUID(required=True)
    reason = one_of(WITHDRAW_REASONS, required=True)


class NamedIn(Schema):
    participation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    called = Line(required=True)
    called_kind = one_of(CALLED_KINDS, load_default="nickname")


class AdditionIn(Schema):
    """encounters.complete v1: what was told after saving."""

    encounter_id = fields.UUID(required=True)
    addition_id = fields.UUID(required=True)
    note = Note(load_default=None, allow_none=True)
    outcome = one_of(OUTCOMES, load_default=None, allow_none=True)
    needs = fields.List(one_of(NEEDS), load_default=list, validate=validate.Length(max=len(NEEDS)))
    names = fields.List(fields.Nested(NamedIn), load_default=list, validate=validate.Length(max=LARGEST_GROUP))


class LinkedIn(Schema):
    participation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    certainty = one_of(CERTAINTIES, required=True)


class LinkIn(Schema):
    """encounters.link v1."""

    encounter_id = fields.UUID(required=True)
    links = fields.List(fields.Nested(LinkedIn), required=True, validate=validate.Length(1, LARGEST_GROUP))


class UnlinkIn(Schema):
    """encounters.unlink v1."""

    encounter_id = fields.UUID(required=True)
    participation_id = fields.UUID(required=True)
    reason = one_of(UNLINK_REASONS, required=True)


class OfferedIn(Schema):
    """participation_id null: offered to all. A reason stands with `refused` and `unavailable`, each its own list."""

    offer_id = fields.UUID(required=True)
    participation_id = fields.UUID(load_default=None, allow_none=True)
    kind = one_of(NEEDS, required=True)
    answer = one_of(OFFER_ANSWERS, required=True)
    reason = one_of(OFFER_REASONS, load_default=None, allow_none=True)


class OfferIn(Schema):
    """encounters.offer v1."""

    encounter_id = fields.UUID(required=True)
    offers = fields.List(fields.Nested(OfferedIn), required=True, validate=validate.Length(1, MOST_OFFERS))


class JoinIn(Schema):
    """encounters.join v1: the joined record counts in the kept one."""

    join_id = fields.UUID(required=True)
    kept_id = fields.UUID(required=True)
    joined_id = fields.UUID(required=True)


class UnjoinIn(Schema):
    """encounters.unjoin v1."""

    join_id = fields.UUID(required=True)
