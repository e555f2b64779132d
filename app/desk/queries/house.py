"""A house as its desk sees it: rooms, beds, who sleeps where by the name she goes by, who is expected."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.models import Worker
from app.core.problems import Problem
from app.desk.problems import NoDayUnit, NoHouse
from app.people import queries as people
from app.referrals import queries as referrals
from app.units import queries as units
from app.units.models import Stay, StayEvent, Unit
from app.units.problems import StayNotFound
from app.units.queries import BedState, Free, Sleeper


@dataclass(frozen=True)
class Bed:
    """A bed as it stands. sleeper None in a bed that is slept in: somebody whom this worker isn't shown. expected: the open
    referral (item of inbox_of) to which it is promised."""

    state: BedState
    sleeper: Sleeper | None
    expected: dict[str, Any] | None


@dataclass(frozen=True)
class HousePage:
    """Sleepers carry the name to say; their person_id only where this worker may open her page. overtaken: open referrals
    whose promised bed somebody sleeps in."""

    unit: Unit
    free: Free
    rooms: list[tuple[str | None, list[Bed]]]
    sleepers: list[Sleeper]
    waiting: list[Sleeper]
    due: list[Sleeper]
    term_near: list[Sleeper]
    overtaken: list[dict[str, Any]]
    free_beds: list[tuple[BedState, str | None]]


def house_page(
    session: Session, actor: Actor, unit: Unit, now: datetime, expected: Iterable[dict[str, Any]] = ()
) -> HousePage:
    """The house at an instant. `expected`: open referrals to it, to say for whom a bed is kept."""
    house = units.house_of(session, actor, unit.id, now)
    coming = {item["id"]: item for item in expected}
    named = {each.stay_id: each for each in sleepers_named(session, actor, house.stays)}
    rooms: dict[str | None, list[Bed]] = {}
    for each in house.beds:
        sleeper = named.get(each.guest.stay_id) if each.guest else None
        rooms.setdefault(each.room, []).append(Bed(each.bed, sleeper, coming.get(each.bed.referral_id)))

    def these(stays: Iterable[Sleeper]) -> list[Sleeper]:
        return [named[each.stay_id] for each in stays]

    return HousePage(
        unit=unit,
        free=house.free,
        # Rooms by name, 2 before 10; beds of no room last.
        rooms=sorted(rooms.items(), key=lambda room: (room[0] is None, len(room[0] or ""), room[0] or "")),
        sleepers=these(house.stays),
        waiting=these(house.waiting_for_bed),
        due=these(house.due),
        term_near=these(house.term_near),
        overtaken=[coming[id_] for id_ in house.overtaken if id_ in coming],
        free_beds=[(each.bed, each.room) for each in house.beds if each.bed.state == "free"],
    )


def sleepers_named(session: Session, actor: Actor, sleepers: Collection[Sleeper]) -> list[Sleeper]:
    """The same with the name that each goes by, and a person_id only where this worker may open her page."""
    known = people.called_of(session, actor.municipality_id, [each.person_id for each in sleepers])
    opens = actor.can("people.read")
    found = []
    for each in sleepers:
        person = known.get(each.person_id) if each.person_id else None
        found.append(
            replace(
                each,
                called=each.called or (person.called if person else None),
                person_id=person.id if person and opens else None,
            )
        )
    return found


def stay_page(session: Session, actor: Actor, stay_id: UUID, now: datetime) -> dict[str, Any]:
    """One stay, an ended one too, with what happened in it and its house. Raises StayNotFound, also for another house's."""
    m = actor.municipality_id
    stay = session.scalar(units.shown_stays(actor).where(Stay.id == stay_id))
    if stay is None:
        raise StayNotFound()
    unit = session.get(Unit, (m, stay.unit_id))
    page = house_page(session, actor, unit, now)
    sleeper = next((each for each in page.sleepers if each.stay_id == stay_id), None)
    if sleeper is None:
        [sleeper] = sleepers_named(session, actor, [_gone(stay)])
    events = session.execute(
        select(StayEvent, Worker.name)
        .join(Worker, (Worker.municipality_id == StayEvent.municipality_id) & (Worker.id == StayEvent.worker_id))
        .where(StayEvent.municipality_id == m, StayEvent.stay_id == stay_id)
        .order_by(StayEvent.at, StayEvent.id)
    )
    return {
        "page": page,
        "sleeper": sleeper,
        "left_at": stay.left_at,
        "referral_id": stay.referral_id if actor.can("referrals.read_inbox") else None,
        "events": [
            {"kind": event.kind, "at": event.at, "recorded_at": event.recorded_at, "reason": event.reason, "worker": name}
            for event, name in events
        ],
    }


def figure_of(session: Session, actor: Actor, unit_id: UUID, now: datetime) -> dict[str, Any] | None:
    """The unit's figure of free places with its age, as phones see it, for who may confirm it."""
    if not actor.can("units.note_vacancies"):
        return None
    return next((each for each in units.vacancies_of(session, actor, now) if each["id"] == unit_id), None)


def party_here(session: Session, municipality_id: int, party_id: UUID) -> list[UUID]:
    """Stays of one party: what a form made, by the id that it carried."""
    return list(
        session.scalars(
            select(Stay.id).where(Stay.municipality_id == municipality_id, Stay.party_id == party_id).order_by(Stay.id)
        )
    )


def the_house(session: Session, actor: Actor, verb: str, unit_id: UUID | None) -> tuple[Unit, list[Unit]]:
    """The house asked for, or the first, and all where the actor holds the verb. Raises NoHouse."""
    return _one_of(units_here(session, actor, verb, with_beds=True), unit_id, NoHouse)


def the_day_unit(session: Session, actor: Actor, verb: str, unit_id: UUID | None) -> tuple[Unit, list[Unit]]:
    """The same of units without beds. Raises NoDayUnit."""
    return _one_of(units_here(session, actor, verb, with_beds=False), unit_id, NoDayUnit)


def units_here(session: Session, actor: Actor, verb: str, *, with_beds: bool) -> list[Unit]:
    """Active units where the actor holds the verb: those that give places for the night, or those of the day."""
    return [unit for unit in units.units_of(session, actor, verb) if (unit.place_rule != "none") == with_beds]


def expected_at(session: Session, actor: Actor, unit_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Who is expected at a unit, the longest on the way first; nobody for who doesn't read its inbox."""
    if not actor.can("referrals.read_inbox"):
        return []
    found = referrals.inbox_of(session, actor, now, now, unit_id)
    return sorted([*found["new"], *found["coming"]], key=lambda item: (item["sent_at"], item["id"]))


def _gone(stay: Stay) -> Sleeper:
    return Sleeper(
        stay.id, stay.party_id, stay.referral_id, stay.person_id, stay.called, stay.profile, stay.arrived_at, stay.recorded_at,
        stay.due_at, None, None, False, None, None, None, None,
    )  # fmt: skip


def _one_of(found: list[Unit], unit_id: UUID | None, nobody: type[Problem]) -> tuple[Unit, list[Unit]]:
    one = next((unit for unit in found if unit_id in (None, unit.id)), None)
    if one is None:
        raise nobody()
    return one, found
