"""When a unit is open and until when it admits people: pure, on the wall clock of its city.

A span belongs to the day on which it begins: the night of Friday is Friday's on Saturday morning too, whatever Saturday
is. `closes` at or before `opens` is on the next day, equal hours are a whole day. Everything here is local time without
a zone, so a day of 23 or 25 hours needs no rule of its own; `instant_of` says which instant a wall time is.
The phone computes the same: static/src/rules/hours.ts, held to the same cases (tests/contract/hours.json).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# How far ahead an opening is looked for, and past which a house that doesn't close has no hour of closing.
_DAYS_AHEAD = 60
_OPEN_FOR_GOOD = timedelta(days=8)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Of every week; weekday 0 is Monday."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Exceptional:
    """Other hours of certain days, in place of the week's and of a holiday's; closed all day without hours.

    kind: open | admission. Days on which several stand have the hours of all of them.
    """

    kind: str
    from_on: date
    to_on: date
    opens: time | None = None
    closes: time | None = None
    reason: str = ""


@dataclass(frozen=True)
class Week:
    """Without `admission` people are received whenever it is open; without `open` nobody said when that is."""

    open: tuple[Span, ...] = ()
    admission: tuple[Span, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    holiday_rule: str = "as_usual"
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Standing:
    """How a unit stands at a local instant. None for what nobody said.

    open_until: None while it doesn't close in the next days; next_open: the next opening of one that is closed.
    The moment of closing, or of the last entry, is already outside.
    """

    is_open: bool | None
    open_until: datetime | None
    next_open: datetime | None
    admits: bool | None
    admits_until: datetime | None
    next_admits: datetime | None


def standing(week: Week, local: datetime) -> Standing:
    """How it stands at a local wall time (a zone on it is left aside)."""
    at = local.replace(tzinfo=None)
    is_open, open_until, next_open = _stands(week, "open", at)
    admits, admits_until, next_admits = _stands(week, "admission", at)
    return Standing(is_open, open_until, next_open, admits, admits_until, next_admits)


def with_added(week: Week, added: Sequence[Exceptional]) -> Week:
    """The week with hours that come on top of each day's own, written as plain exceptions of those days.

    A day that the house itself closed stays closed; of a house whose hours nobody said, nothing is known after either.
    """
    days = sorted({each.from_on + ahead * _DAY for each in added for ahead in range((each.to_on - each.from_on).days + 1)})
    plain: list[Exceptional] = []
    for on in days:
        opened = _spans_on(week, "open", on)
        if not opened and (opened is None or _exceptional(week, "open", on) is not None):
            continue
        for kind, own in (("open", opened), ("admission", _admission_on(week, on) or [])):
            more = {(each.opens, each.closes): each.reason for each in added if each.kind == kind and each.from_on <= on <= each.to_on}
            reason = next(iter(more.values()), "")
            plain += [Exceptional(kind, on, on, opens, closes, reason) for opens, closes in sorted({*own, *more}) if more]
    return replace(week, exceptions=(*week.exceptions, *plain))


def open_days(week: Week, from_date: date, count: int) -> date:
    """The `count`-th day after one on which it is open: until then somebody sent to a unit without beds is expected.

    Where nobody said when it opens: Monday to Friday, holidays apart.
    """
    on, left = from_date, count
    for _day in range(366):
        if left <= 0:
            return on
        on += _DAY
        spans = _spans_on(week, "open", on)
        if spans is None:
            spans = on.weekday() < 5 and on not in week.holidays
        left -= bool(spans)
    return from_date + timedelta(days=count)


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time; of one that the change to summer time skips, the one an hour later."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def overlap(spans: Iterable[Span]) -> Span | None:
    """A span that begins before another one has ended, the week over; None when they stand apart."""
    ends = [(each[0], each[-1] + 1, span) for span in spans if (each := _minutes_of(span))]
    ends.sort(key=lambda each: each[:2])
    # Sunday's night may reach into the first Monday again.
    again = [(begins + 7 * 1440, until + 7 * 1440, span) for begins, until, span in ends[:1]]
    for (_begins, until, _span), (begins, _until, span) in zip(ends, [*ends[1:], *again], strict=True):
        if begins < until:
            return span
    return None


def outside(admission: Iterable[Span], opened: Iterable[Span]) -> Span | None:
    """A span of admission that goes past the hours in which the house is open; None when there is none."""
    minutes = {minute % 10080 for span in opened for minute in _minutes_of(span)}
    return next((span for span in admission if any(minute % 10080 not in minutes for minute in _minutes_of(span))), None)


def _minutes_of(span: Span) -> range:
    begins = span.weekday * 1440 + span.opens.hour * 60 + span.opens.minute
    return range(begins, begins + _minutes(span.opens, span.closes))


def _minutes(opens: time, closes: time) -> int:
    length = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return length if length > 0 else length + 1440


def _stands(week: Week, kind: str, at: datetime) -> tuple[bool | None, datetime | None, datetime | None]:
    today = at.date()
    until = None
    for begins, ends in _run(week, kind, today - _DAY):
        if begins <= at < ends:
            until = max(until or ends, ends)
        elif until is not None and begins <= until:
            until = max(until, ends)
        elif begins > at:
            if until is not None:
                return True, until, None
            return (False if _is_said(week, kind, today) else None), None, begins
        if until is not None and until - at > _OPEN_FOR_GOOD:
            return True, None, None
    if until is not None:
        return True, until, None
    return (False if _is_said(week, kind, today) else None), None, None


def _run(week: Week, kind: str, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end of every span of the next days, in order."""
    for ahead in range(_DAYS_AHEAD + 2):
        on = first + ahead * _DAY
        for opens, closes in sorted(_spans_on(week, kind, on) or ()):
            begins = datetime.combine(on, opens)
            yield begins, begins + timedelta(minutes=_minutes(opens, closes))


def _is_said(week: Week, kind: str, on: date) -> bool:
    return _spans_on(week, kind, on) is not None


def _spans_on(week: Week, kind: str, on: date) -> list[tuple[time, time]] | None:
    """Hours that begin on a day; None when nobody said."""
    if kind == "admission":
        return _admission_on(week, on)
    exceptional = _exceptional(week, "open", on)
    if exceptional is not None:
        return exceptional
    if not week.open:
        return None
    if week.holiday_rule == "closed" and on in week.holidays:
        return []
    return [(span.opens, span.closes) for span in week.open if span.weekday == on.weekday()]


def _admission_on(week: Week, on: date) -> list[tuple[time, time]] | None:
    exceptional = _exceptional(week, "admission", on)
    if exceptional is not None:
        return exceptional
    open_then = _spans_on(week, "open", on)
    if not week.admission or (open_then is not None and not open_then):
        return open_then
    usual = [(span.opens, span.closes) for span in week.admission if span.weekday == on.weekday()]
    # Opened by exception on a day that usually has no admission: whoever comes while it is open is received.
    return open_then if not usual and _exceptional(week, "open", on) else usual


def _exceptional(week: Week, kind: str, on: date) -> list[tuple[time, time]] | None:
    those = [each for each in week.exceptions if each.kind == kind and each.from_on <= on <= each.to_on]
    return [(each.opens, each.closes) for each in those if each.opens and each.closes] if those else None
