"""When a notice may go out and by which way: pure, facts and `now` in."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.notices.terms import TOLD_WITHIN

# Held by whoever delivers it; one that died meanwhile has its notices told by the next.
LEASE = timedelta(minutes=3)
# A push service that does not answer is tried this long before e-mail takes over.
MAIL_AFTER = {True: timedelta(minutes=2), False: timedelta(minutes=10)}
SOONEST, LATEST = timedelta(seconds=30), timedelta(minutes=30)
# A subscription that failed so often in a row has nobody behind it.
MOST_FAILURES = 8
# Gone (404, 410), or bound to another key than ours (401, 403).
GONE = frozenset({401, 403, 404, 410})


def quiet_until(quiet_from: time | None, quiet_to: time | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which `now` falls; None outside them. `quiet_to` itself is no longer quiet; hours
    that end before they begin end on the next day.
    """
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return None
    local = now.astimezone(zone)
    clock = local.time()
    if quiet_from < quiet_to:
        inside, ends_on = quiet_from <= clock < quiet_to, local.date()
    else:
        inside = clock >= quiet_from or clock < quiet_to
        ends_on = local.date() + timedelta(days=1 if clock >= quiet_from else 0)
    return datetime.combine(ends_on, quiet_to, zone).astimezone(now.tzinfo) if inside else None


def next_try(made_at: datetime, now: datetime) -> datetime:
    """Twice as late as it is now, never sooner than in half a minute and never later than in half an hour."""
    return now + min(max(now - made_at, SOONEST), LATEST)


def is_stale(made_at: datetime, urgent: bool, now: datetime) -> bool:
    """Whether telling it still helps nobody."""
    return now - made_at > TOLD_WITHIN[urgent]


def mail_takes_over(made_at: datetime, urgent: bool, now: datetime) -> bool:
    return now - made_at >= MAIL_AFTER[urgent]


def accepted(status: int) -> bool:
    return 200 <= status < 300


# Where cases are followed, by the first verb that is held.
_CASES = (
    ("protection.read_queue", "/mesa/casos"), ("protection.review", "/mesa/casos/coordenacao"), ("protection.oversee", "/painel/alertas"),
)  # fmt: skip


def page_for(verbs: frozenset[str], kind: str = "") -> str:
    """The list that a worker opens at a desk when she is told of this kind."""
    if kind.startswith("alert") and "alerts.read" in verbs:
        return "/painel/plantao"
    if kind == "vehicle_asked" and "referrals.send_vehicle" in verbs:
        return "/mesa/veiculos"
    if kind in ("roster_changed", "roster_short") and "shifts.read_roster" in verbs:
        return "/mesa/escala"
    if kind.startswith("case_"):
        for verb, page in _CASES:
            if verb in verbs:
                return "/mesa/casos/aberturas" if kind == "case_opened" and verb == "protection.review" else page
    if "referrals.read_inbox" in verbs:
        return "/mesa/"
    if "referrals.oversee" in verbs:
        return "/painel/encaminhamentos"
    return "/painel/" if "coverage.read" in verbs else "/"
