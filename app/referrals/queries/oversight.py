"""What management reads of referrals: counts only, no name, and no cell in which a few could be told apart (domain 8.3)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.core.days import zone_of
from app.referrals import rules
from app.territory.queries import region_names
from app.units.models import Unit
from app.units.queries import within

# Units of the actor's scope; regions likewise (NULL: the whole city).
_OF_UNITS = "r.municipality_id = :m AND r.unit_id = ANY (:units)"
_STATES = text(
    f"""
    SELECT r.status, CASE WHEN :now - r.received_at < interval '1 hour' THEN 0 WHEN :now - r.received_at < interval '1 day' THEN 1
        WHEN :now - r.received_at < interval '7 days' THEN 2 ELSE 3 END AS age, count(*) AS n
    FROM referrals r WHERE {_OF_UNITS}
      AND r.status IN ('sent', 'held', 'accepted', 'on_the_way', 'arrived', 'in_service') GROUP BY 1, 2
    """
)
_UNITS = text(
    f"""
    SELECT r.unit_id, count(*) AS sent,
        count(*) FILTER (WHERE r.arrived_at IS NOT NULL OR r.answer IS NOT NULL) AS arrived,
        count(*) FILTER (WHERE r.ended_at IS NOT NULL) AS ended,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM r.decided_at - r.received_at) / 60)
            FILTER (WHERE r.decided_at >= r.received_at AND r.decided_by IS NOT NULL) AS waits,
        count(*) FILTER (WHERE r.decided_at >= r.received_at AND r.decided_by IS NOT NULL) AS answered
    FROM referrals r WHERE {_OF_UNITS} AND r.received_at >= :since GROUP BY 1
    """
)
_WAITS = text(
    f"""
    SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM r.decided_at - r.received_at) / 60)
    FROM referrals r WHERE {_OF_UNITS} AND r.received_at >= :since AND r.decided_at >= r.received_at AND r.decided_by IS NOT NULL
    """
)
# Of the history: one that was accepted afterwards was declined all the same.
_REASONS = text(
    f"""
    SELECT r.decline_reason AS reason, count(*) AS n FROM referrals r
    WHERE {_OF_UNITS} AND r.received_at >= :since AND r.decline_reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1
    """
)
# What the network couldn't give, where and when it was wanted: asked places that were taken or declined for lack of one (each
# referral once, by people; who was received all the same lacked none), who was turned away at a door, and offers that there were not.
_LOST = text(
    """
    WITH lost AS (
        SELECT COALESCE(e.region_id, v.region_id) AS region_id, r.sent_at AS at, r.people_count AS n
        FROM referrals r
        LEFT JOIN encounters e ON e.municipality_id = r.municipality_id AND e.id = r.encounter_id
        LEFT JOIN home_visits v ON v.municipality_id = r.municipality_id AND v.id = r.visit_id
        WHERE r.municipality_id = :m AND r.sent_at >= :since AND r.redirected_from_id IS NULL
          AND (r.hold_answer IN ('taken', 'unconfirmed') OR r.decline_reason = 'no_place')
          AND r.arrived_at IS NULL
        UNION ALL
        SELECT u.region_id, t.at, t.people_count FROM turned_away t
        JOIN units u ON u.municipality_id = t.municipality_id AND u.id = t.unit_id
        WHERE t.municipality_id = :m AND t.at >= :since AND t.taken_back_at IS NULL AND t.reason IN ('full', 'profile', 'couple')
        UNION ALL
        SELECT e.region_id, o.offered_at, 1 FROM offers o
        JOIN encounters e ON e.municipality_id = o.municipality_id AND e.id = o.encounter_id
        WHERE o.municipality_id = :m AND o.offered_at >= :since AND o.answer = 'unavailable' AND e.status = 'valid')
    SELECT region_id, (extract(hour FROM at AT TIME ZONE :zone)::int / 4) AS block, sum(n)::int AS n FROM lost
    WHERE :everywhere OR region_id = ANY (:regions) GROUP BY 1, 2
    """
)
_NIGHTS = text(
    """
    SELECT n.night, b.unit_id, count(*) AS beds,
        count(*) FILTER (WHERE EXISTS (SELECT FROM bed_claims c WHERE c.municipality_id = b.municipality_id AND c.bed_id = b.id
            AND c.kind = 'stay' AND c.during @> n.at)) AS slept
    FROM (SELECT d::date AS night, (d::date + time '23:00') AT TIME ZONE :zone AS at
          FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d) n
    JOIN beds b ON b.municipality_id = :m AND b.unit_id = ANY (:units) AND b.valid_from <= n.at AND (b.valid_to IS NULL OR b.valid_to > n.at)
    WHERE n.at <= :now GROUP BY 1, 2
    """
)
_NIGHTS_SHOWN = 14


@dataclass
class Oversight:
    """waits: (median, 90th percentile) of minutes until an answer. lost: {region: counts by blocks of four hours}. Counts that
    are None stand for one to four."""

    since: datetime
    states: dict[str, list[int]] = field(default_factory=dict)
    waits: tuple[float, float] | None = None
    units: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[tuple[str, int | None]] = field(default_factory=list)
    lost: list[tuple[str | None, list[int | None], int | None]] = field(default_factory=list)
    nights: list[Any] = field(default_factory=list)
    houses: list[tuple[str, list[tuple[int, int] | None]]] = field(default_factory=list)


def overseen(session: Session, actor: Actor, days: int, now: datetime) -> Oversight:
    """The referrals of the last days in the actor's regions, or in the city."""
    require(actor, "referrals.oversee")
    m, zone = actor.municipality_id, zone_of(session, actor.municipality_id)
    names: dict[UUID, str] = {
        row.id: row.name
        for row in session.execute(
            select(Unit.id, Unit.name).where(Unit.municipality_id == m, within(actor, "referrals.oversee")).order_by(Unit.name)
        )
    }
    asked = {"m": m, "units": list(names), "since": now - timedelta(days=days), "now": now, "zone": str(zone)}
    found = Oversight(asked["since"])
    for row in session.execute(_STATES, asked):
        found.states.setdefault(row.status, [0, 0, 0, 0])[row.age] = row.n
    waits = session.scalar(_WAITS, asked)
    found.waits = (waits[0], waits[1]) if waits and waits[0] is not None else None
    of_unit = {row.unit_id: row for row in session.execute(_UNITS, asked)}
    found.units = [_unit(names[id_], of_unit[id_]) for id_ in names if id_ in of_unit]
    found.reasons = [(row.reason, rules.shown(row.n)) for row in session.execute(_REASONS, asked)]
    found.lost = _lost(session, actor, asked, region_names(session, m))
    today = now.astimezone(zone).date()
    first = today - timedelta(days=min(days, _NIGHTS_SHOWN))
    rows = session.execute(_NIGHTS, asked | {"first": first, "last": today}).all()
    found.nights = sorted({row.night for row in rows})
    of_night = {(row.unit_id, row.night): (row.slept, row.beds) for row in rows}
    with_beds = {row.unit_id for row in rows}
    found.houses = [(name, [of_night.get((id_, night)) for night in found.nights]) for id_, name in names.items() if id_ in with_beds]
    return found


def _unit(name: str, row: Any) -> dict[str, Any]:
    few = rules.shown(row.sent) is None
    enough = rules.shown(row.answered)
    return {
        "name": name, "sent": rules.shown(row.sent),
        # Beside a number of sent, few who came or few who didn't would point at somebody.
        "arrived": None if few or rules.shown(row.arrived) is None or rules.shown(row.sent - row.arrived) is None else row.arrived,
        "ended": None if few or rules.shown(row.ended) is None or rules.shown(row.sent - row.ended) is None else row.ended,
        "median": row.waits[0] if row.waits and enough else None, "p90": row.waits[1] if row.waits and enough else None,
    }  # fmt: skip


def _lost(session: Session, actor: Actor, asked: dict[str, Any], names: dict[UUID, str]) -> list[tuple[str | None, list[int | None], int | None]]:
    counted: dict[UUID | None, list[int]] = defaultdict(lambda: [0] * 6)
    regions = {"everywhere": actor.everywhere("referrals.oversee"), "regions": list(actor.region_ids("referrals.oversee"))}
    for row in session.execute(_LOST, asked | regions):
        counted[row.region_id][row.block] = row.n
    told = [(names.get(region) if region else None, *rules.shown_row(blocks)) for region, blocks in counted.items()]
    return sorted(told, key=lambda row: (row[0] is None, row[0] or ""))
