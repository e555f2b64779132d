"""Pure rules of referrals: the table of moves, what makes an answer complete, and how long an answer may take."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.problems import Problem
from app.referrals.problems import (
    AlreadyAccepted,
    AlreadyArrived,
    AlreadyDeclined,
    AlreadyEnded,
    AlreadyHeld,
    AlreadyInService,
    AlreadyNotArrived,
    AlreadyOnTheWay,
    AlreadyRedirected,
    AlreadyRevoked,
    AnswerUnexplained,
    BadArrivalTime,
    NotYetAnswered,
    OriginWithdrawn,
    ReasonUnexplained,
)
from app.referrals.terms import DECLINE_REASONS, EXPECTED

# Who makes a move: the unit's desk; the team that sent; that team speaking for a unit without a desk; nobody (the clock).
DESK, SENDER, STAND_IN, CLOCK = "desk", "sender", "stand_in", "clock"
# Somebody at a door is received, whatever was written before: arrival is a fact about a person. It needs no acceptance
# before it, and it is true also of whom the unit had declined or given up waiting for, of a referral that the team had
# cancelled, and of whoever went to the first unit after all. What was tapped by mistake is put right by another move;
# every move stays in the history.
_AT_A_DOOR = dict.fromkeys((*EXPECTED, "declined", "not_arrived", "revoked", "redirected"), "arrived")


def _expected(to: str) -> dict[str, str]:
    return dict.fromkeys(EXPECTED, to)



# The one table: who, which move, from which status to which. What isn't here is refused by name.
_TABLE: tuple[tuple[str, str, dict[str, str]], ...] = (
    (CLOCK, "hold", {"sent": "held"}),
    # A promised place went to others: whoever was on the way is still expected, and who was not answered still waits.
    (CLOCK, "lapse", {"held": "sent", "accepted": "accepted", "on_the_way": "on_the_way"}),
    (CLOCK, "shut", _expected("declined")),
    (CLOCK, "receive", _expected("arrived")),
    (DESK, "accept", {"sent": "accepted", "held": "accepted", "declined": "accepted", "on_the_way": "on_the_way"}),
    (DESK, "decline", _expected("declined")),
    (DESK, "arrive", _AT_A_DOOR | {"in_service": "arrived"}),
    (DESK, "miss", _expected("not_arrived") | {"arrived": "not_arrived"}),
    (DESK, "serve", {"arrived": "in_service", "ended": "in_service"}),
    (DESK, "end", {"arrived": "ended", "in_service": "ended"}),
    # A day and an hour are an answer too.
    (DESK, "appoint", {"sent": "accepted", "held": "accepted"} | {same: same for same in ("accepted", "on_the_way", "arrived", "in_service")}),
    (SENDER, "set_out", {"sent": "on_the_way", "held": "on_the_way", "accepted": "on_the_way"}),
    (SENDER, "revoke", _expected("revoked")),
    (SENDER, "redirect", _expected("redirected") | {"declined": "redirected", "not_arrived": "redirected"}),
    (SENDER, "plan", {same: same for same in EXPECTED}),
    (STAND_IN, "accept", {"sent": "accepted", "held": "accepted", "declined": "accepted", "on_the_way": "on_the_way"}),
    (STAND_IN, "decline", _expected("declined")),
    (STAND_IN, "arrive", _AT_A_DOOR),
    (STAND_IN, "miss", _expected("not_arrived") | {"arrived": "not_arrived"}),
    (STAND_IN, "end", _expected("ended") | {"arrived": "ended", "in_service": "ended", "not_arrived": "ended"}),
)

_HELD: dict[str, type[Problem]] = {
    "sent": NotYetAnswered,
    "held": AlreadyHeld,
    "accepted": AlreadyAccepted,
    "declined": AlreadyDeclined,
    "on_the_way": AlreadyOnTheWay,
    "arrived": AlreadyArrived,
    "not_arrived": AlreadyNotArrived,
    "in_service": AlreadyInService,
    "ended": AlreadyEnded,
    "revoked": AlreadyRevoked,
    "redirected": AlreadyRedirected,
}


def _moves_of(who: str) -> dict[str, dict[str, str]]:
    return {held: {move: leads[held] for by, move, leads in _TABLE if by == who and held in leads} for held in _HELD}


# {who: {status: {move: where it leads}}}, and of it what a desk may do, which its pages show.
EVERY_MOVE = {who: _moves_of(who) for who in (DESK, SENDER, STAND_IN, CLOCK)}
MOVES = EVERY_MOVE[DESK]


def next_status(held: str, move: str, seen: str | None = None, who: str = DESK) -> str:
    """Where a move leads. Raises the Problem that names the status held when the move isn't in the table.

    seen: the status that the person had before her eyes. Another desk may have answered since: the second
    is told so, even when the table would allow the move from the new status.
    """
    found = EVERY_MOVE[who][held].get(move)
    if found is None or (seen is not None and seen != held):
        raise _HELD[held](extra={"status_held": held})
    return found


def closed_since(midnight: datetime, now: datetime) -> datetime:
    """From when on the inbox shows what is closed: today, and at least the night that crossed midnight."""
    return min(midnight, now - timedelta(hours=12))


def check_origin(status: str) -> None:
    """A referral leaves from a record that stands. Raises OriginWithdrawn."""
    if status == "withdrawn":
        raise OriginWithdrawn()


def check_decline(reason: str | None, text: str | None) -> None:
    """'Outro' must be explained, and a reason is of the list. Raises ReasonUnexplained."""
    if reason not in DECLINE_REASONS or (reason == "other" and not (text or "").strip()):
        raise ReasonUnexplained(fields={"text": [str(ReasonUnexplained.sentence)]})


def check_answer(answer: str | None, text: str | None) -> None:
    """What came of it, told back to who sent. Raises AnswerUnexplained."""
    if answer is None or (answer == "other" and not (text or "").strip()):
        raise AnswerUnexplained(fields={"text": [str(AnswerUnexplained.sentence)]})


# A sheet of the night is typed in the morning, or after a weekend without network.
_ARRIVAL_TOLD = timedelta(days=7)
_CLOCKS_DIFFER = timedelta(minutes=2)


def arrival_time(at: datetime | None, now: datetime) -> datetime:
    """When somebody arrived: what was told, within the last days; else now. Raises BadArrivalTime."""
    if at is None:
        return now
    if at > now + _CLOCKS_DIFFER or at < now - _ARRIVAL_TOLD:
        raise BadArrivalTime(fields={"at": [str(BadArrivalTime.sentence)]})
    return min(at, now)


def wanted_of(profile: Collection[str], with_children: bool, with_animals: bool, with_cart: bool) -> list[str]:
    """Codes of RECEIVES asked of a unit: as the person says of herself, and what she brings."""
    brings = {"children": with_children, "animals": with_animals, "carts": with_cart}
    return sorted(set(profile) | {code for code, is_so in brings.items() if is_so})


def hold_state(status: str, held_until: datetime | None, heard_at: datetime | None, now: datetime) -> str | None:
    """What became of a promised place: `held`; `passed` (it went back to the others); `unconfirmed` (its time is over and
    the desk has been silent since, so that nobody knows whether the person came); None where none is promised.
    """
    if held_until is None or status not in EXPECTED:
        return None
    if held_until > now:
        return "held"
    return "passed" if heard_at is not None and heard_at >= held_until else "unconfirmed"


def last_day(on: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over in a zone: the end of an arrival window."""
    return datetime.combine(on + timedelta(days=1), time.min, zone)


@dataclass(frozen=True)
class Open:
    """Whether a unit is open at an instant, and when that changes (None: never)."""

    is_open: bool
    changes_at: datetime | None


# Hours that change more often than this in one wait are a mistake in them; the walk must end.
_MOST_CHANGES = 400


def open_time(at: Callable[[datetime], Open], since: datetime, until: datetime) -> timedelta:
    """How much of a span a unit was open."""
    total, moment = timedelta(0), since
    for _step in range(_MOST_CHANGES):
        if moment >= until:
            break
        stands = at(moment)
        end = until if stands.changes_at is None or stands.changes_at <= moment else min(stands.changes_at, until)
        if stands.is_open:
            total += end - moment
        moment = end
    return total


LAST_STEP = 3


def steps_due(waited: timedelta, limit: timedelta, done: int) -> range:
    """Which steps of the escalation are due and not done: one for each time the limit is over."""
    return range(done + 1, min(LAST_STEP, int(waited / limit) if limit else LAST_STEP) + 1)


# Local hours at which a team is reminded of an appointment: the evening before it, and that morning.
_EVENING, _MORNING = time(17), time(7)


def reminders_due(appointment_at: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """Which reminders of an appointment are due by now, until it begins: `appointment_tomorrow`, `appointment_near`."""
    if now >= appointment_at:
        return []
    on = appointment_at.astimezone(zone).date()
    evening = datetime.combine(on - timedelta(days=1), _EVENING, zone)
    morning = min(datetime.combine(on, _MORNING, zone), appointment_at - timedelta(hours=1))
    return [kind for kind, from_, to in (("appointment_tomorrow", evening, morning), ("appointment_near", morning, appointment_at)) if from_ <= now < to]


# Fewer than this, and a count could point at somebody (domain 8.3).
_LEAST = 5


def shown(count: int) -> int | None:
    """A count as management sees it: None stands for one to four."""
    return None if 0 < count < _LEAST else count


def shown_row(counts: Collection[int]) -> tuple[list[int | None], int | None]:
    """A row of counts and its total. The total goes too where it would tell what is left out: one alone, several that are few
    together, or as few or as many as they can be."""
    told = [shown(count) for count in counts]
    left_out = [count for count in counts if shown(count) is None]
    many, people = len(left_out), sum(left_out)
    tells = many > 0 and (many == 1 or people < _LEAST or people in (many, many * (_LEAST - 1)))
    return told, None if tells else shown(sum(counts))
