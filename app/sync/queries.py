"""What a lost phone may have held: the scope of its pull as it was when it was last heard of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.queries import InReach, deliverer
from app.accounts.service.devices import CONTACT_EVERY
from app.audit import trail
from app.core import days
from app.core.db import cleared
from app.encounters.models import Encounter
from app.home_visits.models import HomeVisit
from app.people.models import Household, Person
from app.referrals.models import Referral
from app.sync.pull import Bodies, Scope
from app.territory.queries import region_names

# Whatever came in later was not in the phone: the column that says when it came.
_CAME = {
    "person": (Person, Person.first_met_at),
    "encounter": (Encounter, Encounter.received_at),
    "home_visit": (HomeVisit, HomeVisit.received_at),
    "referral": (Referral, Referral.received_at),
}
_KINDS = (*_CAME, "household", "point")
_YOUNG = {"age_0_12", "age_13_17"}


@dataclass(frozen=True)
class Held:
    """`at`: until when the phone could read. `counts`: by kind of thing. `people`: who they are, by what they are
    called, for a role that sees their cases; None for any other. `hidden`: how many more, of teams it doesn't see.
    """

    at: datetime
    counts: dict[str, int]
    people: list[dict[str, Any]] | None
    hidden: int


def held_by(session: Session, actor: Actor, phone: InReach, now: datetime) -> Held:
    """What the phone may have held; who reads the names leaves a line in the trail."""
    device, m = phone.device, actor.municipality_id
    # The last contact is written down once in so long: what came within it may have been read too.
    at = min(device.last_seen_at + CONTACT_EVERY, device.revoked_at or now)
    owner = deliverer(session, m, phone.worker.id, device.id, at)
    if owner is None:
        raise LookupError("a device belongs to a worker")
    scope = Scope(session, owner, at, at.astimezone(days.zone_of(session, m)).date())
    # Figures count everybody, restricted persons too; who they are is read as this actor may see them.
    with cleared(session, "restricted"):
        bodies = _all_before(session, m, scope, at)
    members = [member for home in bodies["household"].values() for member in home["members"]]
    colleagues = {member["id"] for team in scope.teams for member in team["members"]} - {phone.worker.id}
    counts = {kind: len(found) for kind, found in bodies.items()} | {
        "member": len(members),
        "colleague": len(colleagues),
        "served": len(bodies["person"]) + len(members),
        "young": sum(body["age_band"] in _YOUNG for body in bodies["person"].values())
        + sum(member["kind"] == "child" for member in members),
    }
    if not actor.can("people.read_held"):
        return Held(at, counts, None, 0)
    people = _named(session, actor, scope, _all_before(session, m, scope, at))
    trail.record(session, actor, "people.read_held", now, "device", device.id)
    known = len(bodies["person"]) + len(bodies["household"]) + sum(bool(r["called"]) for r in bodies["referral"].values())
    return Held(at, counts, people, known - len(people))


def _all_before(session: Session, municipality_id: int, scope: Scope, at: datetime) -> dict[str, Bodies]:
    return {kind: _come_before(session, municipality_id, kind, scope.readers[kind](None), at) for kind in _KINDS}


def _come_before(session: Session, municipality_id: int, kind: str, bodies: Bodies, at: datetime) -> Bodies:
    if kind not in _CAME:
        return bodies
    model, came = _CAME[kind]
    asked = select(model.id).where(model.municipality_id == municipality_id, model.id.in_(list(bodies)), came <= at)
    return {key: bodies[key] for key in session.scalars(asked)}


def _named(session: Session, actor: Actor, scope: Scope, bodies: dict[str, Bodies]) -> list[dict[str, Any]]:
    """Persons, families and referrals of the teams and regions whose cases the actor sees, by what they are called."""
    verb, m = "people.read_held", actor.municipality_id
    team_ids = {
        team["id"]
        for team in scope.teams
        if actor.everywhere(verb)
        or team["id"] in actor.team_ids(verb)
        or team["reference_unit_id"] in actor.unit_ids(verb)
    }
    own = actor.region_ids(verb)
    regions = own | {region for team in scope.teams if team["id"] in team_ids for region in team["region_ids"]}
    names = region_names(session, m)
    found = [
        _entry("person", body, names) for body in bodies["person"].values() if body["region_id"] in regions
    ]
    for kind, model in (("household", Household), ("referral", Referral)):
        theirs = _of_teams(session, m, model, bodies[kind], team_ids)
        found += [
            _entry(kind, body, names)
            for key, body in bodies[kind].items()
            if body["called"] and (key in theirs or body.get("region_id") in own)
        ]
    return sorted(found, key=lambda entry: (entry["called"].casefold(), entry["kind"]))


def _of_teams(session: Session, municipality_id: int, model: Any, bodies: Bodies, team_ids: set[UUID]) -> set[UUID]:
    asked = select(model.id).where(
        model.municipality_id == municipality_id, model.id.in_(list(bodies)), model.team_id.in_(team_ids)
    )
    return set(session.scalars(asked))


def _entry(kind: str, body: dict[str, Any], regions: dict[UUID, str]) -> dict[str, Any]:
    return {
        "kind": kind,
        "called": body["called"],
        "members": [member["called"] for member in body.get("members", ())],
        "region": regions.get(body["region_id"]) if body.get("region_id") else None,
        "age_band": body.get("age_band"),
    }
