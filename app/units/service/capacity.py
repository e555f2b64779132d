"""Rooms, beds and plain capacity. A bed is never erased, only ended; none is taken from under who sleeps in it or is
promised it: the unit is held while beds are counted, as it is while they are promised."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.units.models import Bed, Room, Unit
from app.units.problems import (
    BadDays,
    BedInUse,
    BedNotFound,
    OtherPlaces,
    PlacesInUse,
    RoomNotFound,
)
from app.units.queries.places import beds_of
from app.units.service.network import changeable

_VERB = "units.set_beds"
_LONGEST_EXTRA = timedelta(days=400)


def set_place_rule(session: Session, actor: Actor, unit_id: UUID, rule: str, now: datetime) -> None:
    """How a unit gives places (PLACE_RULES). The places counted the other way end; raises PlacesInUse when one can't."""
    unit = changeable(session, actor, _VERB, unit_id)
    if unit.place_rule == rule:
        return
    beds = _present(session, unit, now)
    used = in_use(session, unit, now)
    if used:
        raise PlacesInUse(len(used))
    for bed in beds:
        end_bed(session, bed, now)
    unit.place_rule = rule
    _written(session, actor, unit_id, ["place_rule"], now)


def set_capacity(session: Session, actor: Actor, unit_id: UUID, groups: Sequence[tuple[Sequence[str], int]], now: datetime) -> None:
    """So many numbered places for each: [(whom (WHO, wheelchair; empty: all whom the house receives), how many)].

    Those that stay keep their numbers. Raises PlacesInUse with the number in use below which it can't go, OtherPlaces.
    """
    unit = changeable(session, actor, _VERB, unit_id)
    if unit.place_rule != "capacity":
        raise OtherPlaces()
    wanted: dict[tuple[str, ...], int] = {}
    for receives, count in groups:
        key = tuple(sorted(receives))
        wanted[key] = wanted.get(key, 0) + count
    beds = [bed for bed in _present(session, unit, now) if bed.is_counted and not bed.is_extra]
    used = in_use(session, unit, now)
    free_numbers = _numbers({bed.name for bed in _present(session, unit, now)})
    for key in dict.fromkeys([*wanted, *(tuple(sorted(bed.receives)) for bed in beds)]):
        there = [bed for bed in beds if tuple(sorted(bed.receives)) == key]
        surplus = len(there) - wanted.get(key, 0)
        idle = [bed for bed in there if bed.id not in used]
        if surplus > len(idle):
            raise PlacesInUse(len(there) - len(idle))
        # The highest numbers go first.
        for bed in sorted(idle, key=lambda bed: (len(bed.name), bed.name), reverse=True)[: max(surplus, 0)]:
            end_bed(session, bed, now)
        for _new in range(-surplus):
            session.add(_bed(unit, next(free_numbers), key, now, is_counted=True))
    _written(session, actor, unit_id, ["capacity"], now)


def add_room(session: Session, actor: Actor, unit_id: UUID, name: str, beds: int, receives: Sequence[str], now: datetime) -> Room:
    """A room with so many beds, numbered on. Raises RoomNameTaken by the constraint, OtherPlaces."""
    unit = _with_rooms(session, actor, unit_id)
    room = Room(municipality_id=unit.municipality_id, id=new_id(), unit_id=unit_id, name=name)
    session.add(room)
    session.flush()
    numbers = _numbers({bed.name for bed in _present(session, unit, now)})
    session.add_all(_bed(unit, next(numbers), receives, now, room_id=room.id) for _each in range(beds))
    _written(session, actor, unit_id, ["rooms", "beds"], now)
    return room


def add_bed(
    session: Session, actor: Actor, unit_id: UUID, name: str, receives: Sequence[str], room_id: UUID | None, now: datetime
) -> Bed:
    """One bed more. Raises BedNameTaken by the constraint, RoomNotFound, OtherPlaces."""
    unit = _with_rooms(session, actor, unit_id)
    _check_room(session, unit, room_id)
    bed = _bed(unit, name, receives, now, room_id=room_id)
    session.add(bed)
    _written(session, actor, unit_id, ["beds"], now)
    return bed


def edit_bed(
    session: Session, actor: Actor, unit_id: UUID, bed_id: UUID, name: str, receives: Sequence[str], room_id: UUID | None, now: datetime
) -> None:  # fmt: skip
    """What a bed is called, whom it is for, where it stands; who sleeps in it stays. Raises BedNotFound, RoomNotFound."""
    unit = changeable(session, actor, _VERB, unit_id)
    bed = _bed_of(session, unit, bed_id, now)
    _check_room(session, unit, room_id)
    bed.name, bed.receives, bed.room_id = name, list(receives), room_id
    _written(session, actor, unit_id, ["beds"], now)


def remove_bed(session: Session, actor: Actor, unit_id: UUID, bed_id: UUID, now: datetime) -> None:
    """It is taken away, with a block that lay on it. Raises BedInUse, BedNotFound."""
    unit = changeable(session, actor, _VERB, unit_id)
    bed = _bed_of(session, unit, bed_id, now)
    if bed.id in in_use(session, unit, now):
        raise BedInUse()
    end_bed(session, bed, now)
    _written(session, actor, unit_id, ["beds"], now)


def add_extra(
    session: Session, actor: Actor, unit_id: UUID, count: int, until: datetime, now: datetime, receives: Sequence[str] = (),
    form_id: UUID | None = None,
) -> None:  # fmt: skip
    """Extra places until an instant: a cold night, a flood. Raises BadDays, OtherPlaces for a house without places.

    form_id: of the page, so that the same form sent again opens no places that aren't there.
    """
    unit = changeable(session, actor, _VERB, unit_id)
    if unit.place_rule == "none":
        raise OtherPlaces()
    if not now < until <= now + _LONGEST_EXTRA:
        raise BadDays()
    ids = [uuid5(form_id, str(number)) if form_id else new_id() for number in range(count)]
    if session.get(Bed, (unit.municipality_id, ids[0])) is not None:
        return
    numbers = _numbers({bed.name for bed in _present(session, unit, now)}, "extra ")
    for id_ in ids:
        bed = _bed(unit, next(numbers), receives, now, is_counted=unit.place_rule == "capacity")
        bed.id = id_
        bed.is_extra, bed.valid_to = True, until
        session.add(bed)
    _written(session, actor, unit_id, ["extra"], now)


def _with_rooms(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    unit = changeable(session, actor, _VERB, unit_id)
    if unit.place_rule != "beds":
        raise OtherPlaces()
    return unit


def _present(session: Session, unit: Unit, now: datetime) -> list[Bed]:
    return list(
        session.scalars(
            select(Bed).where(
                Bed.municipality_id == unit.municipality_id, Bed.unit_id == unit.id, or_(Bed.valid_to.is_(None), Bed.valid_to > now)
            )
        )
    )


def in_use(session: Session, unit: Unit, now: datetime) -> set[UUID]:
    """Beds slept in or promised, now or later, and those of whose promise nobody knows what became."""
    claimed = session.scalars(
        text(
            "SELECT bed_id FROM bed_claims WHERE municipality_id = :m AND unit_id = :u AND kind IN ('hold', 'stay')"
            " AND (upper_inf(during) OR upper(during) > :now)"
        ),
        {"m": unit.municipality_id, "u": unit.id, "now": now},
    )
    states = beds_of(session, unit.municipality_id, [unit.id], now)
    return {*claimed, *(bed.id for bed in states if bed.state in ("hold", "stay", "lapsed"))}


def end_bed(session: Session, bed: Bed, now: datetime) -> None:
    """It exists no more, and a block that lay on it ends."""
    bed.valid_to = now
    session.execute(
        text(
            "UPDATE bed_claims SET during = tstzrange(lower(during), GREATEST(lower(during), :now))"
            " WHERE municipality_id = :m AND bed_id = :b AND kind = 'block' AND (upper_inf(during) OR upper(during) > :now)"
        ),
        {"m": bed.municipality_id, "b": bed.id, "now": now},
    )


def numbers_after(session: Session, unit: Unit, now: datetime, before: str = "") -> Iterator[str]:
    """Names that no place of the unit bears now."""
    return _numbers({bed.name for bed in _present(session, unit, now)}, before)


def bed_of_number(unit: Unit, name: str, now: datetime) -> Bed:
    """A place for all whom the house receives, counted as its others are."""
    return _bed(unit, name, (), now, is_counted=unit.place_rule == "capacity")


def _bed_of(session: Session, unit: Unit, bed_id: UUID, now: datetime) -> Bed:
    bed = session.get(Bed, (unit.municipality_id, bed_id))
    if bed is None or bed.unit_id != unit.id or (bed.valid_to is not None and bed.valid_to <= now):
        raise BedNotFound()
    return bed


def _check_room(session: Session, unit: Unit, room_id: UUID | None) -> None:
    room = session.get(Room, (unit.municipality_id, room_id)) if room_id else None
    if room_id and (room is None or room.unit_id != unit.id):
        raise RoomNotFound()


def _bed(
    unit: Unit, name: str, receives: Sequence[str], now: datetime, room_id: UUID | None = None, is_counted: bool = False
) -> Bed:
    return Bed(
        municipality_id=unit.municipality_id, id=new_id(), unit_id=unit.id, room_id=room_id, name=name, receives=list(receives),
        is_counted=is_counted, is_extra=False, valid_from=now,
    )  # fmt: skip


def _numbers(taken: set[str], before: str = "") -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"{before}{number}" not in taken:
            yield f"{before}{number}"


def _written(session: Session, actor: Actor, unit_id: UUID, fields: list[str], now: datetime) -> None:
    session.flush()
    trail.record(session, actor, _VERB, now, "unit", unit_id, fields)
    announce(session, actor.municipality_id, "unit", [unit_id])
