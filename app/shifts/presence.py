"""Where teams were (pure): checked in and not left, in a region; made certain by what they recorded there.

Shifts, what was said of them and signs in; stretches of team and region out. Nobody's position is followed: a team is where
it said, or where it last recorded something. A long attendance without a record is presence; a break and the end cut it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Worked:
    """One phone's shift; ended_at None: open. by_rule: the system put its end, and a later sign proves it wrong."""

    id: UUID
    team_id: UUID
    started_at: datetime
    ended_at: datetime | None = None
    by_rule: bool = False


@dataclass(frozen=True)
class Said:
    """kind: entered | paused | resumed; region_id of `entered`."""

    shift_id: UUID
    at: datetime
    kind: str
    region_id: UUID | None = None


@dataclass(frozen=True)
class Sign:
    """Something that proves where a team was: a mark, an encounter, a request answered. region_id None: no region covers it."""

    team_id: UUID
    at: datetime
    region_id: UUID | None = None
    shift_id: UUID | None = None


@dataclass(frozen=True)
class Facts:
    """What the database knows of a window (queries.presence_facts); add the signs of higher floors to `signs`."""

    worked: tuple[Worked, ...]
    said: tuple[Said, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Present:
    """A team in a region, since ≤ t < until; since == until: a sign outside any shift. region_id None: it did not say where.

    certain_at: the instants within at which it left a sign, in order.
    """

    team_id: UUID
    region_id: UUID | None
    since: datetime
    until: datetime
    certain_at: tuple[datetime, ...] = ()


_Key = tuple[UUID, UUID | None]
_RANK = {"entered": 0, "resumed": 1, "sign": 2, "paused": 3}


def presence_of(facts: Facts, since: datetime, until: datetime, now: datetime) -> list[Present]:
    """Presence within since ≤ t < until, never after `now`. The phones of a team are one team: what they share counts once.

    The newest word wins, said or shown: a sign in another region moves the team there until the next word, and a sign in a
    break ends the break, because people forget to tell. A sign outside its shift is presence at that instant alone.
    """
    shown = [_in_its_shift(sign, facts.worked) for sign in facts.signs]
    said, signs = _by_shift(facts.said), _by_shift(shown)
    stretches: dict[_Key, list[tuple[datetime, datetime]]] = defaultdict(list)
    certain: dict[_Key, set[datetime]] = defaultdict(set)
    loose = [sign for sign in shown if sign.shift_id is None]
    known = {shift.id for shift in facts.worked}
    loose += [sign for sign in shown if sign.shift_id is not None and sign.shift_id not in known]
    for shift in facts.worked:
        own, steps = signs[shift.id], said[shift.id]
        end = _end_of(shift, [each.at for each in (*own, *steps)], now)
        loose += [sign for sign in own if not shift.started_at <= sign.at <= end]
        for region_id, start, stop, is_sign in _walk(shift.started_at, end, steps, own):
            stretches[shift.team_id, region_id].append((start, stop))
            if is_sign:
                certain[shift.team_id, region_id].add(start)
    for sign in loose:
        stretches[sign.team_id, sign.region_id].append((sign.at, sign.at))
        certain[sign.team_id, sign.region_id].add(sign.at)
    found = [
        Present(*key, start, stop, tuple(sorted(at for at in certain[key] if start <= at <= stop)))
        for key, pieces in stretches.items()
        for start, stop in _joined(_clipped(pieces, since, min(until, now)))
    ]
    return sorted(found, key=lambda each: (each.since, each.until, str(each.team_id), str(each.region_id)))


def _in_its_shift(sign: Sign, worked: Iterable[Worked]) -> Sign:
    """A sign that names no shift is of the only one that its team had then; of two nobody knows which phone went there."""
    if sign.shift_id is not None:
        return sign
    then = {
        shift.id for shift in worked
        if shift.team_id == sign.team_id and shift.started_at <= sign.at and (shift.ended_at is None or sign.at <= shift.ended_at)
    }  # fmt: skip
    return replace(sign, shift_id=then.pop()) if len(then) == 1 else sign


def _by_shift(things: Iterable) -> dict[UUID, list]:
    found: dict[UUID, list] = defaultdict(list)
    for thing in things:
        if thing.shift_id is not None:
            found[thing.shift_id].append(thing)
    return found


def _end_of(shift: Worked, seen: list[datetime], now: datetime) -> datetime:
    if shift.ended_at is None:
        return max(now, shift.started_at)
    return max([shift.ended_at, *seen]) if shift.by_rule else shift.ended_at


def _walk(start: datetime, end: datetime, said: list[Said], signs: list[Sign]):
    """(region, since, until, is a sign) of one shift: stretches of presence, and each sign as a stretch without length."""
    steps = sorted(
        [(each.at, _RANK[each.kind], each.kind, each.region_id) for each in said]
        + [(each.at, _RANK["sign"], "sign", each.region_id) for each in signs],
        # Two at one instant: whichever arrived first, the same one counts.
        key=lambda step: (step[0], step[1], str(step[3])),
    )
    here, region, present = start, None, True
    for at, _rank, kind, where in steps:
        if not start <= at <= end:
            continue
        if present and at > here:
            yield region, here, at, False
        here = at
        present = kind != "paused"
        if kind == "entered" or (kind == "sign" and where is not None):
            region = where
        if kind == "sign":
            yield region, at, at, True
    if present and end > here:
        yield region, here, end, False


def _clipped(pieces: list[tuple[datetime, datetime]], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    for start, stop in pieces:
        if start == stop:
            if since <= start < until:
                found.append((start, stop))
        elif max(start, since) < min(stop, until):
            found.append((max(start, since), min(stop, until)))
    return sorted(found)


def _joined(pieces: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Sorted pieces, those that overlap or touch as one."""
    found: list[tuple[datetime, datetime]] = []
    for start, stop in pieces:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found
