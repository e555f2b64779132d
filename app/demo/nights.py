"""Nights and days at the doors: who sleeps where, who didn't fit, who came to the Centro POP."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo import names
from app.demo.cities import UnitPlan
from app.demo.roof import Roof

# Nights told of, before this one; days of the Centro POP.
_NIGHTS, _DAYS = 30, 14
_PARTIES = (3, 2, 4, 3, 1)  # of the rooms of a family shelter, in turn
_LEFT = {"morning": 88, "left": 8, "health": 2, "moved_on": 2}
_LEFT_HOUSE = {"housing": 40, "moved_on": 25, "left": 25, "term": 10}
_TURNED_AWAY = {"full": 30, "profile": 18, "late": 22, "cart": 10, "couple": 10, "rules": 6, "animal": 4}
_USED = {"meals": 6, "bath": 5, "laundry": 2, "lockers": 2, "documents": 2, "cadunico": 1.5, "address": 1}


def settle_in(roof: Roof, encounters: list[dict[str, Any]]) -> None:
    """Before anybody is referred: who has slept in these houses for days, and what is out of use."""
    roof.in_the_street = {
        person["person_id"] for row in encounters if roof.now - row["occurred_at"] < timedelta(hours=16)
        for person in row["people"] if person["person_id"]
    }  # fmt: skip
    for unit in _with_beds(roof):
        if unit.night_ends is None:
            _families(roof, unit)
        else:
            _regulars(roof, unit)
        bed_id = roof.city.beds[unit.key][-1][0]
        since = roof.now - timedelta(hours=roof.dice.uniform(20, 40))
        if roof.is_free(bed_id, since, None):
            until = since + timedelta(days=4)
            roof.claim(unit.key, bed_id, "block", since, until, roof.city.desks[unit.key], reason="repair")


def pass_nights(roof: Roof, days: int) -> None:
    """After the referrals: who came from the street, past nights and this one, until two beds of three are slept in."""
    for unit in _with_beds(roof):
        if unit.night_ends is None:
            continue
        for back in range(min(days, _NIGHTS), -1, -1):
            if not back and not roof.is_night(roof.now):
                break
            opened = roof.evening(back)
            last = min(opened + timedelta(hours=4), roof.now - timedelta(seconds=30))
            many = roof.dice.randint(5, 10) if back else len(roof.city.beds[unit.key]) * 2 // 3 - roof.open[unit.key]
            for _guest in range(many):
                _walk_in(roof, unit, opened + (last - opened) * roof.dice.uniform(0.02, 1), back)
            for _note in range(roof.dice.randint(0, 2) if back else 2):
                _turn_away(roof, unit, opened + (last - opened) * roof.dice.uniform(0.3, 1))
    for unit in roof.city.plan.units:
        if unit.kind == "centro_pop" and unit.services:
            for back in range(min(days, _DAYS), -1, -1):
                _day(roof, unit, back)


def _with_beds(roof: Roof) -> list[UnitPlan]:
    return [unit for unit in roof.city.plan.units if unit.beds and unit.key in roof.city.desks]


def _families(roof: Roof, unit: UnitPlan) -> None:
    """A party in each room, and one that was there before it."""
    dice, rooms = roof.dice, list(dict.fromkeys(room for _bed, room in roof.city.beds[unit.key]))
    for number, room in enumerate(rooms):
        beds = [bed_id for bed_id, of in roof.city.beds[unit.key] if of == room]
        came = roof.now - timedelta(days=dice.uniform(2, 24))
        before = came - timedelta(days=dice.uniform(4, 5.5))
        for start, end in ((before, came - timedelta(hours=dice.uniform(3, 20))), (came, None)):
            party_id = dice.uuid_at(start)
            many = _PARTIES[number % len(_PARTIES)]
            for place, bed_id in enumerate(beds[:many]):
                person_id = roof.somebody(start, end, "female") if not place else None
                profile = ["families"] if many > 1 else ["women"]
                called = names.person_called(dice, dice.choice(("female", "male")), "age_0_12")[0] if person_id is None else None
                roof.stay(
                    unit, party_id, bed_id, start, end, person_id, called, profile, reason=dice.one_of(_LEFT_HOUSE)
                )  # fmt: skip


def _regulars(roof: Roof, unit: UnitPlan) -> None:
    """Who comes every night: her place is renewed each morning, and kept by leave while the house is closed by day."""
    dice, now = roof.dice, roof.now
    for bed_id, _room in roof.city.beds[unit.key][: len(roof.city.beds[unit.key]) * 3 // 10]:
        came = roof.evening(dice.randint(2, 7)) + timedelta(minutes=dice.uniform(1, 200))
        person_id = roof.somebody(came, None)
        by_day = not roof.is_night(now)
        morning = roof.night_ends(unit, now - timedelta(days=1))
        absent = (min(morning + timedelta(minutes=40), now), roof.evening(0) + timedelta(hours=4)) if by_day and morning else None
        due = absent[1] if absent else roof.night_ends(unit, now)
        row = roof.stay(
            unit, dice.uuid_at(came), bed_id, came, None, person_id, _called(roof, person_id), roof.profile_of(person_id), due=due,
            absent=absent,
        )  # fmt: skip
        day = roof.night_ends(unit, came)
        while day is not None and day + timedelta(minutes=10) < now:
            roof.event(row, "renewed", day + timedelta(minutes=10))
            day += timedelta(days=1)
        if absent:
            roof.event(row, "absent", absent[0], "Trabalha de dia; volta à noite.")


def _walk_in(roof: Roof, unit: UnitPlan, came: datetime, back: int) -> None:
    dice, ends = roof.dice, roof.night_ends(unit, came)
    assert ends is not None
    left = ends + timedelta(minutes=dice.uniform(0, 35))
    # By day a few of the last night nobody spoke of yet: the desk is asked whether they left.
    is_due = back == 1 and not roof.is_night(roof.now) and dice.random() < 0.3
    end = None if left > roof.now or is_due else left
    beds = roof.find(unit.key, 1, came, end)
    if beds:
        person_id = roof.somebody(came, end) if dice.random() < 0.85 else None
        roof.stay(
            unit, dice.uuid_at(came), beds[0], came, end, person_id, _called(roof, person_id), roof.profile_of(person_id),
            due=ends, reason=dice.one_of(_LEFT),
        )  # fmt: skip


def _called(roof: Roof, person_id: UUID | None) -> str | None:
    """Of who isn't known: what she said at the door."""
    return None if person_id else names.person_called(roof.dice, "male", "age_18_59")[0]


def _turn_away(roof: Roof, unit: UnitPlan, at: datetime) -> None:
    reason = roof.dice.one_of(_TURNED_AWAY)
    profile = ["couples"] if reason == "couple" else ["women"] if reason == "profile" else ["men"]
    roof.rows.add(
        "turned_away", id=roof.dice.uuid_at(at), unit_id=roof.city.units[unit.key], worker_id=roof.city.desks[unit.key], at=at,
        recorded_at=min(at + timedelta(minutes=2), roof.now), people_count=2 if reason == "couple" else roof.dice.choice((1, 1, 1, 2)),
        profile=profile, reason=reason, taken_back_at=None,
    )  # fmt: skip


def _day(roof: Roof, unit: UnitPlan, back: int) -> None:
    """One day of the Centro POP: who came, once each, and what she used."""
    dice, zone = roof.dice, roof.city.zone
    on = roof.now.astimezone(zone).date() - timedelta(days=back)
    opens, closes = (datetime.combine(on, time(hour), zone) for hour in (7, 18))
    last = min(closes, roof.now)
    if last <= opens:
        return
    seen: set[UUID] = set()
    for _visit in range(max(1, round(dice.randint(11, 17) * ((last - opens) / (closes - opens))))):
        at = opens + (last - opens) * dice.uniform(0.02, 0.99)
        person_id = roof.somebody(at, at + timedelta(minutes=1), but=seen) if dice.random() < 0.8 else None
        seen |= {person_id} if person_id else set()
        used = sorted({dice.one_of(_USED) for _service in range(dice.randint(1, 3))} & set(unit.services))
        roof.rows.add(
            "unit_visits", id=dice.uuid_at(at), unit_id=roof.city.units[unit.key], person_id=person_id,
            called=_called(roof, person_id), referral_id=None, at=at, recorded_at=min(at + timedelta(minutes=3), roof.now),
            services=used, worker_id=roof.city.desks[unit.key], taken_back_at=None,
        )  # fmt: skip
