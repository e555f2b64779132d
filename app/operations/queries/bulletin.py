"""The bulletin of an operation: what was done by the hour, by region and in all. Read from the records each time, so that what
phones tell later comes in; numbers of people that are small are not shown, nor what would tell them by a difference.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.operations import rules
from app.operations.models import Operation
from app.operations.queries.standing import ends_of
from app.territory.queries import region_names

# Of one meeting the record that stands counts. Its answer to the night's offer: the last told of it or of what it corrects or
# holds; an acceptance before a lack, a lack before a refusal, where several were asked; else its result. Who was
# not there or would not talk answered nothing, whatever was said before the record was set right.
_MET = text(
    """
    SELECT e.id, e.occurred_at AS at, e.region_id, e.people_count AS people,
           CASE WHEN e.outcome IN ('declined_to_talk', 'not_found') THEN NULL ELSE COALESCE(
               o.answer, CASE e.outcome WHEN 'accepted_shelter' THEN 'accepted' WHEN 'declined_got_guidance' THEN 'refused' END) END AS answer,
           e.outcome = 'declined_to_talk' AS silent,
           COALESCE(e.handed_out, j.handed_out) AS handed_out
    FROM encounters e
    LEFT JOIN LATERAL (
        SELECT l.answer FROM (
            SELECT DISTINCT ON (f.participation_id) f.answer FROM records_under(e.id) u(id)
            JOIN offers f ON f.municipality_id = e.municipality_id AND f.encounter_id = u.id AND f.kind = 'overnight'
            ORDER BY f.participation_id, f.offered_at DESC, f.id DESC) l
        ORDER BY array_position(ARRAY['accepted', 'unavailable', 'refused', 'later'], l.answer) LIMIT 1) o ON true
    LEFT JOIN LATERAL (
        SELECT d.handed_out FROM encounter_joins n JOIN encounters d ON d.municipality_id = n.municipality_id AND d.id = n.joined_id
        WHERE n.municipality_id = e.municipality_id AND n.kept_id = e.id AND n.undone_at IS NULL AND d.handed_out IS NOT NULL
        ORDER BY d.occurred_at LIMIT 1) j ON true
    WHERE e.municipality_id = :m AND e.occurred_at >= :since AND e.occurred_at < :until AND e.status = 'valid'
    """
)
_KNOWN = text(
    """
    SELECT e.region_id, count(DISTINCT COALESCE(a.survivor_id, p.person_id)) AS known, GROUPING(e.region_id) AS is_total
    FROM encounters e
    JOIN participations p ON p.municipality_id = e.municipality_id AND p.encounter_id = e.id
    LEFT JOIN people_absorbed a ON a.municipality_id = p.municipality_id AND a.id = p.person_id
    WHERE e.municipality_id = :m AND e.occurred_at >= :since AND e.occurred_at < :until AND e.status = 'valid' AND p.certainty = 'sure'
    GROUP BY GROUPING SETS ((e.region_id), ())
    """
)
# Of those met in the operation: how many were sent to a place, and of them how many have arrived.
_SENT = text(
    """
    SELECT e.occurred_at AS at, e.region_id, r.people_count AS sent, CASE WHEN r.arrived_at IS NOT NULL THEN r.people_count ELSE 0 END AS arrived
    FROM encounters e CROSS JOIN LATERAL records_under(e.id) u(id)
    JOIN referrals r ON r.municipality_id = e.municipality_id AND r.encounter_id = u.id AND r.status NOT IN ('revoked', 'redirected')
    WHERE e.municipality_id = :m AND e.occurred_at >= :since AND e.occurred_at < :until AND e.status = 'valid'
    """
)
_ASKED = text(
    """
    SELECT received_at AS at, region_id, (status = 'closed')::int AS answered,
           (status = 'closed' AND outcome = 'nobody_there')::int AS nobody
    FROM outreach_requests
    WHERE municipality_id = :m AND received_at >= :since AND received_at < :until
      AND purpose <> 'removal' AND status NOT IN ('duplicate', 'out_of_scope')
    """
)
# How many sleep under a roof at each instant, and for how many there is a place: of units with places of a night.
_SHELTERED = text(
    """
    SELECT t.at, count(*) FILTER (WHERE c.kind = 'stay') AS sheltered,
           count(*) FILTER (WHERE c.kind = 'stay' OR (c.kind IS DISTINCT FROM 'block' AND (b.valid_to IS NULL OR b.valid_to > t.at))) AS places
    FROM (SELECT CAST(value AS timestamptz) AS at FROM json_array_elements_text(CAST(:instants AS json))) t
    LEFT JOIN (beds b JOIN units u ON u.municipality_id = b.municipality_id AND u.id = b.unit_id AND u.place_rule <> 'none' AND u.is_active)
        ON b.municipality_id = :m AND b.valid_from <= t.at
    LEFT JOIN bed_claims c ON c.municipality_id = b.municipality_id AND c.bed_id = b.id AND c.during @> t.at
    GROUP BY t.at ORDER BY t.at
    """
)

_MOMENT = timedelta(milliseconds=1)
# Figures of people, of which small ones are not shown; the others are of the service.
PEOPLE = ("people", "accepted", "refused", "unavailable", "later", "silent", "sent", "arrived")
SERVICE = ("approaches", "asked", "answered", "nobody")


@dataclass
class Row:
    """One hour, one region or the whole: {figure: number, or None where it is not shown}; {thing: how many handed out}."""

    key: Any = None
    until: datetime | None = None
    figures: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys((*PEOPLE, *SERVICE), 0))
    items: dict[str, int] = field(default_factory=dict)
    sheltered: int | None = None
    places: int | None = None
    known: int | None = 0

    def add(self, figure: str, number: int) -> None:
        self.figures[figure] = (self.figures[figure] or 0) + number


@dataclass(frozen=True)
class Bulletin:
    """`until`: up to when it tells; is_final: to its end. A region's key is its id, None: without one; names by id."""

    operation: Operation
    since: datetime
    until: datetime
    is_final: bool
    total: Row
    hours: list[Row]
    regions: list[Row]
    names: dict[UUID, str]


def bulletin_of(session: Session, actor: Actor, row: Operation, now: datetime) -> Bulletin | None:
    """None while no hour of it is full."""
    require(actor, "operations.read")
    over = ends_of(row)
    until = rules.told_until(row.started_at, over, now)
    if until is None:
        return None
    asked = {"m": row.municipality_id, "since": row.started_at, "until": until}
    names = region_names(session, row.municipality_id)
    hours = [Row(begins, ends) for begins, ends in rules.hours_between(row.started_at, until)]
    regions = {region_id: Row(region_id) for region_id in (*names, None)}
    total = Row()
    _count(session, asked, total, hours, regions)
    for found in session.execute(_KNOWN, asked):
        (total if found.is_total else regions.setdefault(found.region_id, Row(found.region_id))).known = found.known
    _shelter(session, row.municipality_id, total, hours)
    shown = sorted(regions.values(), key=lambda each: (each.key is None, names.get(each.key, "")))
    _hide(total, hours, shown)
    return Bulletin(row, row.started_at, until, over <= now, total, hours, shown, names)


def _count(session: Session, asked: dict[str, Any], total: Row, hours: list[Row], regions: dict[UUID | None, Row]) -> None:
    begins = [each.key for each in hours]

    def into(at: datetime, region_id: UUID | None) -> tuple[Row, ...]:
        return total, hours[bisect_right(begins, at) - 1], regions.setdefault(region_id, Row(region_id))

    for met in session.execute(_MET, asked):
        for each in into(met.at, met.region_id):
            each.add("approaches", 1)
            each.add("people", met.people)
            if met.answer in ("accepted", "refused", "unavailable", "later"):
                each.add(met.answer, 1)
            elif met.silent:
                each.add("silent", 1)
            for thing, number in (met.handed_out or {}).items():
                each.items[thing] = each.items.get(thing, 0) + number
    for sent in session.execute(_SENT, asked):
        for each in into(sent.at, sent.region_id):
            each.add("sent", sent.sent)
            each.add("arrived", sent.arrived)
    for told in session.execute(_ASKED, asked):
        for each in into(told.at, told.region_id):
            each.add("asked", 1)
            each.add("answered", told.answered)
            each.add("nobody", told.nobody)


def _shelter(session: Session, municipality_id: int, total: Row, hours: list[Row]) -> None:
    # A moment before: at the end itself what was lent has gone back.
    instants = orjson.dumps([each.until - _MOMENT for each in hours if each.until]).decode()
    found = session.execute(_SHELTERED, {"m": municipality_id, "instants": instants}).all()
    for each, (_at, sheltered, places) in zip(hours, found, strict=True):
        each.sheltered, each.places = sheltered, places
    # Of the whole: the hour in which most were under a roof.
    if hours:
        most = max(hours, key=lambda each: (each.sheltered or 0, each.places or 0))
        total.sheltered, total.places = most.sheltered, most.places


def _hide(total: Row, hours: Iterable[Row], regions: Iterable[Row]) -> None:
    """Small numbers of people, and beside them what would tell them by subtraction from the whole."""
    for rows in (list(hours), list(regions)):
        for figure in PEOPLE:
            for each, number in zip(rows, rules.suppressed([each.figures[figure] or 0 for each in rows]), strict=True):
                each.figures[figure] = number
        # Somebody met in two regions is one of the whole, so that it is no sum; each number alone.
        for each in rows:
            each.known = rules.small(each.known or 0)
    for figure in PEOPLE:
        total.figures[figure] = rules.small(total.figures[figure] or 0)
    total.known = rules.small(total.known or 0)
