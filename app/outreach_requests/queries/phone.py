"""What the phones of the team that was sent hold of a request, while it is with the team: the exact place and the words too."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.outreach_requests.models import OutreachRequest, RequestDispatch
from app.outreach_requests.rules import signs_in
from app.outreach_requests.sealing import words_of
from app.outreach_requests.terms import WITH_TEAM

VERB = "outreach_requests.close"
_AS_KEPT = (
    "id code channel purpose status is_urgent people_count with_children received_at dispatched_at set_out_at arrived_at team_id"
    " region_id neighbourhood street"
).split()


def for_phone(
    session: Session, actor: Actor, team_ids: Collection[UUID], ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """Bodies `request` of the pull: of those of these teams for which the actor answers, while it is with one of them. Never how
    to reach whoever asked."""
    teams = _answering(actor, team_ids)
    if not teams:
        return {}
    asked = select(OutreachRequest, func.ST_X(OutreachRequest.geom), func.ST_Y(OutreachRequest.geom)).where(
        OutreachRequest.municipality_id == actor.municipality_id,
        OutreachRequest.team_id.in_(teams),
        OutreachRequest.status.in_(sorted(WITH_TEAM)),
    )
    if ids is not None:
        asked = asked.where(OutreachRequest.id.in_(ids))
    found = {}
    for row, lon, lat in session.execute(asked):
        words = words_of(row)
        found[row.id] = {name: getattr(row, name) for name in _AS_KEPT} | {
            "lon": lon, "lat": lat, "point_id": row.known_point_id, "description": words.description or None,
            "place_text": words.place or None, "words_shut": words.is_shut,
            # That the words speak of a child or of violence: the phone proposes the alert, and never makes one.
            "suggests_flag": row.purpose == "child" or bool(signs_in(words.description, words.place)),
        }  # fmt: skip
    return found


def ids_held(session: Session, actor: Actor, team_ids: Collection[UUID], ids: Collection[UUID]) -> set[UUID]:
    """Of these, what a phone of these teams may have had once."""
    return set(
        session.scalars(
            select(RequestDispatch.request_id).where(
                RequestDispatch.municipality_id == actor.municipality_id,
                RequestDispatch.team_id.in_(_answering(actor, team_ids)),
                RequestDispatch.request_id.in_(ids),
            )
        )
    )




def _answering(actor: Actor, team_ids: Collection[UUID]) -> set[UUID]:
    return {id_ for id_ in team_ids if actor.everywhere(VERB) or id_ in actor.team_ids(VERB)}
