"""Verbs on home visits: the visitor's own families, one visit at a time."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared
from app.core.timing import Timing
from app.home_visits.models import HomeVisit
from app.home_visits.problems import NoFamily, NotValid, UnknownFamily, UnknownVisit
from app.people.queries import family_of_visitor
from app.territory.place import check_place, settle


def record_visit(
    session: Session,
    actor: Actor,
    data: dict[str, Any],
    timing: Timing,
    receipt: str,
    verb: str = "home_visits.record",
) -> None:
    """Record a visit, whatever its result. Raises NoFamily, UnknownFamily and the Problems of a place."""
    team = {"team_id": data["team_id"]} if data["team_id"] else {}
    require(actor.at(timing.occurred_at), verb, **team)
    check_place(data["place"], data["late"])
    if data["household_id"] is None and not data["called"]:
        raise NoFamily(fields={"called": [str(NoFamily.sentence)]})
    region_id = _family_region(session, actor.at(timing.occurred_at), verb, data)
    [place] = settle(session, actor.municipality_id, [data["place"]])
    place.pop("cell")  # a visit is never in a cell
    place["region_id"] = place["region_id"] or region_id
    session.execute(
        insert(HomeVisit.__table__),
        [
            place
            | {
                "municipality_id": actor.municipality_id,
                "id": data["visit_id"],
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "team_id": data["team_id"],
                "household_id": data["household_id"],
                "called": data["called"] or None,
                "result": data["result"],
                "present": sorted(set(data["present"])),
                "member_ids": sorted(str(member) for member in set(data["member_ids"])),
                "note": data["note"] or None,
                "next_on": data["next_on"],
                "occurred_at": timing.occurred_at,
                "device_at": timing.device_at,
                "recorded_at": timing.corrected(data["recorded_at"]),
                "received_at": timing.received_at,
                "clock_offset_s": timing.offset_s,
                "time_uncertain": timing.uncertain,
                "recorded_late": data["late"],
                "replaces_id": data.get("replaces_id"),
                "status": "valid",
                "receipt": receipt,
            }
        ],
    )
    trail.record(session, actor, verb, timing.received_at, "home_visit", data["visit_id"])
    announce(session, actor.municipality_id, "home_visit", [data["visit_id"]])
    if data["household_id"]:
        announce(session, actor.municipality_id, "household", [data["household_id"]])


def correct_visit(session: Session, actor: Actor, data: dict[str, Any], timing: Timing, receipt: str) -> None:
    """A new visit takes the place of another, which stays readable as `corrected`."""
    former = _own(session, actor, data["replaces_id"])
    former.status = "corrected"
    session.flush()
    record_visit(session, actor, data, timing, receipt, "home_visits.correct")
    _announce(session, former)


def withdraw_visit(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Registered by mistake: stays, counts nowhere, says why."""
    require(actor.at(timing.occurred_at), "home_visits.withdraw")
    former = _own(session, actor, data["visit_id"])
    former.status, former.withdrawn_reason = "withdrawn", data["reason"]
    session.flush()
    trail.record(
        session, actor, "home_visits.withdraw", timing.received_at, "home_visit", former.id, ["status", "reason"]
    )
    _announce(session, former)


def _announce(session: Session, visit: HomeVisit) -> None:
    """A visit that no longer counts; its family's last and next days are others now."""
    announce(session, visit.municipality_id, "home_visit", [visit.id])
    if visit.household_id:
        announce(session, visit.municipality_id, "household", [visit.household_id])


def _family_region(session: Session, then: Actor, verb: str, data: dict[str, Any]) -> UUID | None:
    if data["household_id"] is None:
        return None
    # A visitor who may not see the family any more delivers what was recorded before she knew.
    with cleared(session, "restricted"):
        own = family_of_visitor(session, then, verb, data["household_id"])
    if own is None:
        raise UnknownFamily(fields={"household_id": [str(UnknownFamily.sentence)]})
    return own.region_id


def _own(session: Session, actor: Actor, visit_id: UUID) -> HomeVisit:
    """The visitor's own visit, locked; a visit of another is unknown."""
    visit = session.scalar(
        select(HomeVisit)
        .where(
            HomeVisit.municipality_id == actor.municipality_id,
            HomeVisit.id == visit_id,
            HomeVisit.worker_id == actor.worker_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if visit is None:
        raise UnknownVisit()
    if visit.status != "valid":
        raise NotValid()
    return visit
