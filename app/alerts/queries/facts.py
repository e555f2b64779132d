"""All that the rules ask for, gathered of a window: plans, presence, breaks, requests; and the city's patience."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.alerts import rules
from app.alerts.models import AlertRegionMinutes
from app.alerts.rules import Asked, Break, Facts, Limits, Plan
from app.alerts.terms import LATE, MISSING
from app.core.days import zone_of
from app.core.models import Municipality
from app.coverage.queries import presence_in
from app.outreach_requests.models import OutreachRequest
from app.outreach_requests.terms import OPEN, TARGET_MINUTES, URGENT_TARGET_MINUTES
from app.shifts import queries as shifts
from app.shifts.presence import Present, Said, Worked
from app.shifts.roster import queries as roster
from app.territory.queries import active_regions

# So far back a phone may still tell that somebody was there.
WINDOW = timedelta(hours=30)
LONGEST_WINDOW = timedelta(days=10)
# Alerts of one city that are open at once because of requests: a spreadsheet of thousands is one matter for the triage.
MOST_REQUESTS = 100


def facts_of(
    session: Session, municipality_id: int, now: datetime, requests: Collection[UUID] = (), since: datetime | None = None
) -> Facts:
    """What is known now of the window; `requests`: those that are asked for though they are no longer open."""
    since = max(since or now - WINDOW, now - LONGEST_WINDOW)
    told = shifts.presence_facts(session, municipality_id, since, now)
    present = tuple(presence_in(session, municipality_id, since, now, now))
    return Facts(
        plans=_plans(session, municipality_id, since, now),
        present=present,
        worked=told.worked,
        breaks=_breaks(told.said, told.worked, present),
        asked=_asked(session, municipality_id, requests),
    )


def limits_of(session: Session, municipality_id: int) -> Limits:
    """The city's own figures."""
    city = session.get_one(Municipality, municipality_id).settings
    usual = {period: setting.of(city) for period, setting in MISSING.items()}
    own = {
        (row.region_id, row.period): row.minutes
        for row in session.scalars(select(AlertRegionMinutes).where(AlertRegionMinutes.municipality_id == municipality_id))
    }
    targets = {True: URGENT_TARGET_MINUTES.of(city), False: TARGET_MINUTES.of(city)}
    return Limits(
        timedelta(minutes=LATE.of(city)),
        rules.patience(usual, own, zone_of(session, municipality_id)),
        lambda urgent: timedelta(minutes=targets[urgent]),
    )


def _plans(session: Session, municipality_id: int, since: datetime, now: datetime) -> tuple[Plan, ...]:
    found: dict[UUID, Plan] = {}
    # A region of an edition that was replaced: nobody can be there any more.
    active = {region.id for region in active_regions(session, municipality_id)}
    for row in roster.planned(session, municipality_id, since, now + timedelta(seconds=1)):
        before = found.get(row.planned_shift_id)
        regions = (before.region_ids if before else frozenset()) | ({row.region_id} & active)
        found[row.planned_shift_id] = Plan(
            row.planned_shift_id, row.team_id, frozenset(regions), row.starts_at, row.ends_at, row.published_at
        )
    return tuple(found.values())


def _breaks(said: Collection[Said], worked: Collection[Worked], present: Collection[Present]) -> tuple[Break, ...]:
    """A break lasts until its end is told, or the shift's; a sign of the team's ends it, too."""
    shifts = {each.id: each for each in worked}
    signs: dict[UUID, list[datetime]] = defaultdict(list)
    for each in present:
        signs[each.team_id] += each.certain_at
    moments: dict[UUID, list[Said]] = defaultdict(list)
    for each in said:
        if each.kind in ("paused", "resumed"):
            moments[each.shift_id].append(each)
    found = []
    for shift_id, told in moments.items():
        told.sort(key=lambda each: each.at)
        for each, following in zip(told, [*told[1:], None], strict=True):
            if each.kind == "paused":
                shift = shifts[shift_id]
                ends = [following.at if following else None, shift.ended_at, *(at for at in signs[shift.team_id] if at > each.at)]
                found.append(Break(shift.team_id, each.at, min((at for at in ends if at), default=None)))
    return tuple(found)


def _asked(session: Session, municipality_id: int, also: Collection[UUID]) -> tuple[Asked, ...]:
    row = OutreachRequest
    moved = func.greatest(row.taken_at, row.triaged_at, row.dispatched_at, row.set_out_at, row.arrived_at, row.closed_at)
    # The oldest of each kind of waiting, urgent ones first.
    open_ = (
        select(row.id)
        .where(row.municipality_id == municipality_id, row.status.in_(sorted(OPEN)))
        .order_by(row.is_urgent.desc(), row.taken_at, row.id)
        .limit(MOST_REQUESTS)
    )
    rows = session.execute(
        select(row.id, row.status, row.is_urgent, row.region_id, row.team_id, row.taken_at, moved, row.arrived_at).where(
            row.municipality_id == municipality_id,
            or_(row.id.in_(open_), row.id.in_(list(also)), row.status.in_(("on_the_way", "there"))),
        )
    )
    return tuple(Asked(*found) for found in rows)
