"""When a telephone is answered, and where the city's table has holes. Pure: local instants without a zone come in.

The phone holds the same rule (static/src/rules/duty.ts); tests/contract/duty.json binds the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.protection.terms import NATIONAL_PHONES, RECIPIENTS


def on_duty(
    weekdays: int, from_time: time | None, to_time: time | None, starts_on: date | None, ends_on: date | None, local: datetime
) -> bool:
    """Whether it is answered at a local instant. A span that ends before it begins runs over midnight and belongs to the
    day on which it began, also for the weekday and the dates; without hours it is the whole day. `to_time` itself is out.
    """
    clock, day = local.time(), local.date()
    if from_time is not None and to_time is not None and from_time != to_time:
        if from_time < to_time:
            if not from_time <= clock < to_time:
                return False
        elif clock < to_time:
            day -= timedelta(days=1)
        elif clock < from_time:
            return False
    if starts_on is not None and day < starts_on or ends_on is not None and day > ends_on:
        return False
    return bool(weekdays >> day.weekday() & 1)


@dataclass(frozen=True)
class Ring:
    """A telephone to ring now. recipient_id None: a national number, the same everywhere."""

    recipient: str
    name: str
    phone: str
    label: str
    recipient_id: Any
    region_id: Any


def rings_of(named: Iterable[dict[str, Any]], code: str, region_id: Any, local: datetime) -> list[Ring]:
    """Whom to ring of a recipient at a local instant: of the region, then of the whole city, then of other regions (who does
    not answer is covered by the next), each in its own order; at last the national number.

    named: {id, code, name, region_id, phones: [with the columns of RecipientPhone]}.
    """
    found: list[tuple[tuple, Ring]] = []
    for one in named:
        for phone in one["phones"] if one["code"] == code else ():
            if not on_duty(phone.weekdays, phone.from_time, phone.to_time, phone.starts_on, phone.ends_on, local):
                continue
            where = phone.region_id or one["region_id"]
            near = 1 if where is None else 0 if where == region_id else 2
            ring = Ring(code, one["name"], phone.phone, phone.label, one["id"], where)
            found.append(((near, phone.position, one["name"].lower()), ring))
    rings = [ring for _key, ring in sorted(found, key=lambda each: each[0])]
    national = NATIONAL_PHONES.get(code)
    if national and national not in {ring.phone for ring in rings}:
        rings.append(Ring(code, str(RECIPIENTS[code]), national, "", None, None))
    return rings


# For so long ahead gaps between telephones are looked for.
_AHEAD = 7


def gap_of(phones: Sequence[Any], local: datetime) -> datetime | None:
    """The first instant of the next days at which none of them is answered: coverage ends only where an hour or a day does."""
    ends = {time.min, *(phone.to_time for phone in phones if phone.to_time is not None)}
    asked = [datetime.combine(local.date() + timedelta(days=day), end) for day in range(_AHEAD + 1) for end in ends]
    for at in sorted({local, *asked}):
        if local <= at <= local + timedelta(days=_AHEAD) and not any(
            on_duty(p.weekdays, p.from_time, p.to_time, p.starts_on, p.ends_on, at) for p in phones
        ):
            return at
    return None


def holes_of(
    lines: Iterable[Any], named: Sequence[dict[str, Any]], regions: Sequence[tuple[UUID, str]], local: datetime
) -> list[dict[str, Any]]:
    """What is missing: {recipient, what, region, why, at}. A mandatory recipient needs somebody by that name in each region; an
    immediate one (within an hour) a telephone that is answered at any hour of the next days (`at`: the first at which none is).
    Who has a national number is never missing.
    """
    needed: dict[str, bool] = {}
    for line in lines:
        if line.obligation == "mandatory" and line.recipient not in NATIONAL_PHONES:
            immediate = line.minutes is not None and line.minutes <= 60
            needed[line.recipient] = needed.get(line.recipient, False) or immediate
    found: list[dict[str, Any]] = []

    def missing(code: str, why: str, region: str | None = None, at: datetime | None = None) -> None:
        words = next((one["name"] for one in named if one["code"] == code), None) or RECIPIENTS.get(code, code)
        found.append({"recipient": code, "what": words, "region": region, "why": why, "at": at})

    for code, immediate in needed.items():
        theirs = [one for one in named if one["code"] == code]
        phones = [(phone, phone.region_id or one["region_id"]) for one in theirs for phone in one["phones"]]
        if not theirs or (immediate and not phones):
            missing(code, "no_phone" if theirs else "nobody")
            continue
        for region_id, name in regions or [(None, None)]:
            here = [phone for phone, where in phones if where is None or region_id is None or where == region_id]
            if not immediate:
                if region_id is not None and not any(one["region_id"] in (None, region_id) for one in theirs) and not here:
                    missing(code, "nobody", name)
            elif not here:
                missing(code, "no_phone", name)
            elif (at := gap_of(here, local)) is not None:
                missing(code, "off_duty", name, at)
    return found
