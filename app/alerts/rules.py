"""When somebody on duty is told, and when that is over (pure): facts of a window and an instant in, matters out.

A region that nobody was planned for never rings. Silence is no absence: a team that is checked in is there until it leaves,
breaks off or shows itself elsewhere. What closes an alert is a fact, never the mere lack of its reason: a clock that goes back
opens nothing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.shifts.presence import Present, Worked

# For so long after it set out or arrived a team counts as busy with a request.
BUSY = timedelta(hours=3)
# After so long a break that nobody ended is over: people forget to tell.
LONGEST_BREAK = timedelta(hours=2)
# A shift begun so long before a plan and ended so soon after its start is of the crew before: it takes leave, it isn't the next one.
_BEFORE, _HANDOVER = timedelta(hours=1), timedelta(minutes=30)
_STAGES = ("triage", "dispatch", "arrival")
# Of the time that the city gives until a team is there: a third for the triage, two until a team is sent.
_SHARE = {"triage": 1 / 3, "dispatch": 2 / 3, "arrival": 1.0}
_ENDED = frozenset({"closed", "guided", "duplicate", "out_of_scope"})


@dataclass(frozen=True)
class Plan:
    """A published shift of a team; of one that names no region only the check-in is watched."""

    id: UUID
    team_id: UUID
    region_ids: frozenset[UUID]
    starts_at: datetime
    ends_at: datetime
    published_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """From when its team is waited for: nobody is late for what wasn't published."""
        return max(self.starts_at, self.published_at or self.starts_at)

    def is_on(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Break:
    """A team's phone on a break; until None: still."""

    team_id: UUID
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """A request: taken_at is when it came in here, moved_at its last move."""

    id: UUID
    status: str
    is_urgent: bool
    region_id: UUID | None
    team_id: UUID | None
    taken_at: datetime
    moved_at: datetime
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """All that is known of a window now; each rule may ask how it stood at an earlier instant."""

    plans: tuple[Plan, ...] = ()
    present: tuple[Present, ...] = ()
    worked: tuple[Worked, ...] = ()
    breaks: tuple[Break, ...] = ()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Limits:
    """missing: the patience of a region at an instant; target: of a request, urgent or not."""

    late: timedelta
    missing: Callable[[UUID, datetime], timedelta]
    target: Callable[[bool], timedelta]


@dataclass(frozen=True)
class Matter:
    """Something to be told of; `key` names it, open at most once. patience: of a request's step, before it is told anew."""

    key: str
    kind: str
    since: datetime
    news_at: datetime | None = None
    team_id: UUID | None = None
    region_id: UUID | None = None
    planned_shift_id: UUID | None = None
    request_id: UUID | None = None
    stage: str | None = None
    is_urgent: bool = False
    patience: timedelta = timedelta(0)


@dataclass(frozen=True)
class Opened:
    """An alert as it stands."""

    key: str
    kind: str
    since: datetime
    opened_at: datetime
    team_id: UUID | None = None
    region_id: UUID | None = None
    planned_shift_id: UUID | None = None
    request_id: UUID | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Ending:
    """how: resolved | late_sync | over | changed. at: the instant of the fact."""

    how: str
    at: datetime


def period_of(at: datetime, zone: ZoneInfo) -> str:
    """The part of the local day (territory's PERIODS)."""
    return ("dawn", "morning", "afternoon", "night")[at.astimezone(zone).hour // 6]


def patience(usual: Mapping[str, int | float], own: Mapping[tuple[UUID, str], int], zone: ZoneInfo) -> Callable[[UUID, datetime], timedelta]:
    """How long a region may be without a team at an instant: as it says itself, else as its city."""

    def of(region_id: UUID, at: datetime) -> timedelta:
        period = period_of(at, zone)
        return timedelta(minutes=own.get((region_id, period), usual[period]))

    return of


# -- what is due ----------------------------------------------------------------------------------------------------


def due(facts: Facts, limits: Limits, at: datetime) -> list[Matter]:
    """Everything that is to be told at an instant, whether or not it was told before."""
    on = [plan for plan in facts.plans if plan.is_on(at)]
    came = {plan.id: check_in(facts, plan, at) for plan in on}
    return [*_late(on, came, limits, at), *_missing(facts, on, came, limits, at), *_waiting(facts, limits, at)]


def check_in(facts: Facts, plan: Plan, at: datetime) -> datetime | None:
    """When the planned team was first known to be out for it, by its shift or by any sign; None: not yet."""
    own = [each for each in facts.worked if each.team_id == plan.team_id]
    leaving = [
        (each.started_at, each.ended_at) for each in own
        if each.ended_at is not None and each.started_at < plan.starts_at - _BEFORE and each.ended_at <= plan.starts_at + _HANDOVER
    ]  # fmt: skip
    shifts = [
        each.started_at for each in own
        if each.started_at <= at and (each.ended_at is None or each.ended_at > max(plan.starts_at, each.started_at))
        and each.started_at < plan.ends_at and (each.started_at, each.ended_at) not in leaving
    ]  # fmt: skip
    signs = [
        max(each.since, plan.starts_at) for each in facts.present
        if each.team_id == plan.team_id and each.since <= at and each.since < plan.ends_at
        and (each.until > plan.starts_at or each.since >= plan.starts_at)
        and not any(begun <= each.since and each.until <= over for begun, over in leaving)
    ]  # fmt: skip
    return min([*shifts, *signs], default=None)


def _late(on: list[Plan], came: Mapping[UUID, datetime | None], limits: Limits, at: datetime) -> list[Matter]:
    return [
        Matter(
            f"late:{plan.id}", "late", plan.starts_at, team_id=plan.team_id, planned_shift_id=plan.id,
            region_id=next(iter(plan.region_ids)) if len(plan.region_ids) == 1 else None,
        )
        for plan in on
        if came[plan.id] is None and at - plan.known_at >= limits.late
    ]  # fmt: skip


def _missing(
    facts: Facts, on: list[Plan], came: Mapping[UUID, datetime | None], limits: Limits, at: datetime
) -> list[Matter]:
    """Regions of plans whose team came, and where no team is. A team that never came is one matter, told as late."""
    found = []
    for region_id in sorted({region for plan in on for region in plan.region_ids}):
        plans = [plan for plan in on if region_id in plan.region_ids and came[plan.id] is not None]
        teams = {plan.team_id for plan in plans}
        if not plans or teams & _occupied(facts, at):
            continue
        news = _news(facts, region_id, teams, at)
        if news is not None and news >= at:
            continue
        first = min(plans, key=lambda plan: (plan.starts_at, str(plan.id)))
        since = min(max(plan.starts_at, came[plan.id] or plan.starts_at) for plan in plans)
        since = max(since, news) if news else since
        # A team of several regions is in one of them after the other: each has its turn.
        turns = min(len(plan.region_ids) for plan in plans)
        if at - since >= limits.missing(region_id, at) * turns:
            found.append(
                Matter(
                    f"missing:{region_id}", "missing", since, news, team_id=first.team_id, region_id=region_id,
                    planned_shift_id=first.id,
                )
            )  # fmt: skip
    return found


def _occupied(facts: Facts, at: datetime) -> set[UUID]:
    """Teams on a break, or on the way to a request or with it: they are at work, wherever they are."""
    ends = {each: min(each.until or each.since + LONGEST_BREAK, each.since + LONGEST_BREAK) for each in facts.breaks}
    resting = {each.team_id for each in facts.breaks if each.since <= at < ends[each]}
    busy = {
        each.team_id for each in facts.asked
        if each.team_id and each.status in ("on_the_way", "there") and each.moved_at <= at < each.moved_at + BUSY
    }  # fmt: skip
    return resting | busy


def _news(facts: Facts, region_id: UUID, teams: set[UUID], at: datetime) -> datetime | None:
    """The last instant, at most `at`, at which a team was in the region; a planned one that said no region is in its own."""
    return max((min(each.until, at) for each in _there(facts, region_id, teams) if each.since <= at), default=None)


def _there(facts: Facts, region_id: UUID | None, teams: set[UUID]) -> list[Present]:
    return [
        each for each in facts.present
        if each.region_id == region_id or (each.region_id is None and each.team_id in teams)
    ]  # fmt: skip


def _waiting(facts: Facts, limits: Limits, at: datetime) -> list[Matter]:
    found = []
    for each in sorted(facts.asked, key=lambda asked: (not asked.is_urgent, asked.taken_at, str(asked.id))):
        stage = stage_of(each)
        time = limits.target(each.is_urgent) * _SHARE[stage or "arrival"]
        if stage and at - each.taken_at >= time:
            found.append(
                Matter(
                    f"request:{each.id}:{stage}", "request", each.taken_at, team_id=each.team_id, region_id=each.region_id,
                    request_id=each.id, stage=stage, is_urgent=each.is_urgent, patience=time,
                )
            )  # fmt: skip
    return found


def stage_of(asked: Asked) -> str | None:
    """The step that a request waits for; None when it waits for none."""
    if asked.status in _ENDED or asked.arrived_at is not None:
        return None
    return {"new": "triage", "triaged": "dispatch"}.get(asked.status, "arrival")


# -- what is new, what is over --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """The last alert of a matter: since when it was, and the fact that settled it (None: still open). changed: that was its plan."""

    since: datetime
    settled_at: datetime | None
    changed: bool = False


def fresh(matters: list[Matter], before: Mapping[str, Before], at: datetime) -> list[Matter]:
    """Those that were not told: a gap that began before the fact that settled the last one is that same gap.

    A plan that was changed back, and a request that came back to a step, are matters anew: the latter after that step's time.
    """
    return [each for each in matters if each.key not in before or _is_another(each, before[each.key], at)]


def _is_another(matter: Matter, last: Before, at: datetime) -> bool:
    if last.settled_at is None or matter.kind == "request":
        return last.settled_at is not None and at - last.settled_at >= matter.patience
    return last.changed or (matter.since != last.since and matter.since >= last.settled_at)


def ending(alert: Opened, facts: Facts, limits: Limits, now: datetime) -> Ending | None:
    """How an open alert ends by what is known now; None: it stays, as before a clock that went back."""
    if now < alert.opened_at:
        return None
    if alert.kind == "request":
        return _request_ending(alert, facts, now)
    told = learnt(alert, facts, limits)
    if told is not None:
        return Ending("late_sync", told)
    came = _came(alert, facts, now)
    if came is not None:
        return Ending("resolved", came)
    plan = _plan_of(alert, facts)
    over = Ending("over", plan.ends_at) if plan and plan.ends_at <= now else None
    if alert.kind == "late":
        return over or (None if plan and plan.starts_at == alert.since else Ending("changed", alert.since))
    if any(each.is_on(now) and alert.region_id in each.region_ids for each in facts.plans):
        return None
    return over or Ending("changed", alert.since)


def learnt(alert: Opened, facts: Facts, limits: Limits) -> datetime | None:
    """The instant before the alert rang at which, as is known now, a team was there; None where it rang rightly.

    Asked of closed ones too: a phone may tell of a night hours after it.
    """
    if alert.kind == "request":
        asked = next((each for each in facts.asked if each.id == alert.request_id), None)
        if asked is None or alert.stage != "arrival" or asked.arrived_at is None or asked.arrived_at > alert.opened_at:
            return None
        return asked.arrived_at
    if alert.kind == "late":
        plan = _plan_of(alert, facts)
        return check_in(facts, plan, alert.opened_at) if plan else None
    seen = [
        max(each.since, alert.since) for each in _there(facts, alert.region_id, _teams_of(alert, facts))
        if each.since <= alert.opened_at and each.until > alert.since
    ]  # fmt: skip
    if not seen or alert.key in {each.key for each in due(facts, limits, alert.opened_at)}:
        return None
    return max(seen)


def _plan_of(alert: Opened, facts: Facts) -> Plan | None:
    return next((each for each in facts.plans if each.id == alert.planned_shift_id), None)


def _teams_of(alert: Opened, facts: Facts) -> set[UUID]:
    """Teams that were planned for the region since."""
    return {plan.team_id for plan in facts.plans if alert.region_id in plan.region_ids and plan.ends_at > alert.since}


def _came(alert: Opened, facts: Facts, now: datetime) -> datetime | None:
    """When, after it rang, a team was there."""
    if alert.kind == "late":
        plan = _plan_of(alert, facts)
        return check_in(facts, plan, now) if plan else None
    seen = [
        max(each.since, alert.opened_at) for each in _there(facts, alert.region_id, _teams_of(alert, facts))
        if each.since <= now and (each.until > alert.opened_at or each.since > alert.opened_at)
    ]  # fmt: skip
    return min(seen, default=None)


def _request_ending(alert: Opened, facts: Facts, now: datetime) -> Ending | None:
    asked = next((each for each in facts.asked if each.id == alert.request_id), None)
    if asked is None:
        return Ending("changed", now)
    if asked.arrived_at is not None and alert.stage == "arrival":
        return Ending("late_sync" if asked.arrived_at <= alert.opened_at else "resolved", asked.arrived_at)
    stage = stage_of(asked)
    if stage is None or _STAGES.index(stage) > _STAGES.index(alert.stage or "triage"):
        return Ending("resolved", max(asked.moved_at, alert.opened_at))
    return None if stage == alert.stage else Ending("changed", max(asked.moved_at, alert.opened_at))
