"""After the term nobody is known by name any more; what was counted stays counted (LGPD 15, 16; domain 8.2).

A person is ended as a whole, with all her ids of merges, and only when nothing of hers is open. Kept: that somebody of
this band and sex was there (participations), the trail, the register of sharings, and professionals' private notes,
whose safekeeping their councils rule. The tables are of many domains and are named here, so that one reading says what goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import trail
from app.core.db import cleared
from app.core.models import Municipality
from app.people.queries import cluster_of
from app.people.service.restriction import announce_around
from app.privacy.queries.paper import retention_years, term

END_REASON = "anonymised"
# Clusters a night; the next night takes the next ones.
MOST = 500

_HERS = (
    "WITH met AS (SELECT id FROM same_meeting(ARRAY(SELECT encounter_id FROM participations WHERE municipality_id = :m"
    "  AND person_id = ANY (:ids))) AS id),"
    " home AS (SELECT DISTINCT h.household_id AS id FROM household_member_people l JOIN household_members h"
    "  ON h.municipality_id = l.municipality_id AND h.id = l.id WHERE l.municipality_id = :m AND l.person_id = ANY (:ids)),"
    " visit AS (SELECT id FROM home_visits WHERE municipality_id = :m AND household_id IN (SELECT id FROM home))"
)
_LOCK = text(
    "SELECT id FROM people WHERE municipality_id = :m AND id = ANY (:ids) AND ended_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED"
)
# Of those meetings and families the ones where nobody else is known any more: what was written of another stays hers.
_ONLY_HERS = (
    _HERS + ", alone AS (SELECT met.id FROM met WHERE NOT EXISTS (SELECT FROM participations o JOIN people p"
    "  ON p.municipality_id = :m AND p.id = o.person_id AND p.ended_at IS NULL AND p.id <> ALL (:ids)"
    "  WHERE o.municipality_id = :m AND o.encounter_id IN (SELECT same_meeting(ARRAY[met.id])))),"
    " empty AS (SELECT home.id FROM home WHERE NOT EXISTS (SELECT FROM household_members o WHERE o.municipality_id = :m"
    "  AND o.household_id = home.id AND o.called <> '' AND NOT EXISTS (SELECT FROM household_member_people l"
    "   WHERE l.municipality_id = :m AND l.id = o.id AND l.person_id = ANY (:ids)))),"
    " mine AS (SELECT id FROM household_member_people WHERE municipality_id = :m AND person_id = ANY (:ids)),"
    " bare AS (SELECT v.id FROM home_visits v WHERE v.municipality_id = :m AND v.household_id IN (SELECT id FROM empty)),"
    " of_alone AS (SELECT r.id FROM referrals r WHERE r.municipality_id = :m"
    "  AND (r.encounter_id IN (SELECT id FROM alone) OR r.visit_id IN (SELECT id FROM bare)"
    # Left from a desk: of no meeting, it is hers where it names nobody else.
    "  OR r.encounter_id IS NULL AND r.visit_id IS NULL AND EXISTS (SELECT FROM referral_people f WHERE f.municipality_id = :m"
    "   AND f.referral_id = r.id AND f.person_id = ANY (:ids)) AND NOT EXISTS (SELECT FROM referral_people f"
    "   WHERE f.municipality_id = :m AND f.referral_id = r.id AND f.person_id <> ALL (:ids))))"
)
# Survivors whom nobody met, told of, visited or had anything open with since the term.
_PAST = text(
    "SELECT p.id, ARRAY(SELECT a.id FROM people_absorbed a WHERE a.municipality_id = :m AND a.survivor_id = p.id) AS absorbed"
    " FROM people p WHERE p.municipality_id = :m AND p.ended_at IS NULL AND p.last_met_at < :before"
    " AND NOT EXISTS (SELECT FROM people_absorbed a WHERE a.municipality_id = :m AND a.id = p.id)"
    " ORDER BY p.last_met_at, p.id"
)
_STILL = text(
    _HERS + " SELECT EXISTS (SELECT FROM people WHERE municipality_id = :m AND id = ANY (:ids) AND last_met_at >= :before)"
    " OR EXISTS (SELECT FROM person_told WHERE municipality_id = :m AND person_id = ANY (:ids) AND told_at >= :before)"
    " OR EXISTS (SELECT FROM tasks WHERE municipality_id = :m AND (person_id = ANY (:ids) OR household_id IN (SELECT id FROM home))"
    "  AND (status = 'open' OR agreed_at >= :before))"
    " OR EXISTS (SELECT FROM home_visits WHERE municipality_id = :m AND id IN (SELECT id FROM visit) AND occurred_at >= :before)"
    # Under a roof still, or lately: a house knows her though nobody met her in the street.
    " OR EXISTS (SELECT FROM stays WHERE municipality_id = :m AND person_id = ANY (:ids) AND (left_at IS NULL OR left_at >= :before))"
    " OR EXISTS (SELECT FROM unit_visits WHERE municipality_id = :m AND person_id = ANY (:ids) AND at >= :before)"
    " OR EXISTS (SELECT FROM unit_suspensions WHERE municipality_id = :m AND person_id = ANY (:ids) AND until_on >= CAST(:before AS date))"
    " OR EXISTS (SELECT FROM encounters WHERE municipality_id = :m AND id IN (SELECT id FROM met) AND occurred_at >= :before)"
    " OR EXISTS (SELECT FROM referrals WHERE municipality_id = :m AND status IN ('sent', 'held', 'accepted', 'on_the_way')"
    "  AND (encounter_id IN (SELECT id FROM met) OR visit_id IN (SELECT id FROM visit) OR encounter_id IS NULL AND visit_id IS NULL"
    "   AND id IN (SELECT referral_id FROM referral_people WHERE municipality_id = :m AND person_id = ANY (:ids))))"
)
# What goes, in this order: families and names are found by what the last statements take away.
_GONE = (
    _ONLY_HERS + " UPDATE referrals SET called = NULL, note = NULL, decline_text = NULL, belongings = NULL,"
    " answer_text = NULL, appointment_note = NULL WHERE municipality_id = :m"
    " AND id IN (SELECT id FROM of_alone)",
    # Sent from a meeting with others, but by her name.
    _HERS + " UPDATE referrals SET called = NULL WHERE municipality_id = :m AND encounter_id IN (SELECT id FROM met)"
    " AND lower(called) IN (SELECT lower(value #>> '{}') FROM person_told WHERE municipality_id = :m AND person_id = ANY (:ids)"
    "  AND field LIKE 'name.%')",
    _ONLY_HERS + " UPDATE referral_events SET reason = NULL WHERE municipality_id = :m"
    " AND referral_id IN (SELECT id FROM of_alone)",
    _ONLY_HERS + " UPDATE encounters SET note = NULL, place_text = NULL WHERE municipality_id = :m AND id IN (SELECT id FROM alone)",
    _ONLY_HERS + " UPDATE encounter_additions SET note = NULL WHERE municipality_id = :m AND encounter_id IN (SELECT id FROM alone)",
    _ONLY_HERS + " UPDATE tasks SET what = '', place_text = NULL, close_text = NULL WHERE municipality_id = :m"
    " AND (person_id = ANY (:ids) OR household_id IN (SELECT id FROM empty)"
    "  OR (person_id IS NULL AND household_id IS NULL AND encounter_id IN (SELECT id FROM alone)))",
    _ONLY_HERS + " UPDATE household_events SET reason = NULL WHERE municipality_id = :m"
    " AND (member_id IN (SELECT id FROM mine) OR household_id IN (SELECT id FROM empty))",
    # A family of whom nobody is left by name has no name nor address either.
    _ONLY_HERS + ", gone AS (UPDATE home_visits SET note = NULL, called = NULL"
    "  WHERE municipality_id = :m AND id IN (SELECT id FROM bare) RETURNING id)"
    " UPDATE households SET called = '', address_hint = '', is_active = false WHERE municipality_id = :m AND id IN (SELECT id FROM empty)",
    "UPDATE household_members SET called = '', birth_on = NULL, due_on = NULL WHERE municipality_id = :m"
    " AND id IN (SELECT id FROM household_member_people WHERE municipality_id = :m AND person_id = ANY (:ids))",
    "DELETE FROM household_member_people WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "DELETE FROM person_told WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "DELETE FROM person_pairs WHERE municipality_id = :m AND (low_id = ANY (:ids) OR high_id = ANY (:ids))",
    "UPDATE person_merges SET reason = NULL, undo_reason = NULL, choices = '{}' WHERE municipality_id = :m"
    " AND (survivor_id = ANY (:ids) OR absorbed_id = ANY (:ids))",
    "UPDATE person_restrictions SET reason = '', end_reason = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE person_access SET reason = CASE WHEN reason IS NULL THEN NULL ELSE '' END, review = NULL"
    " WHERE municipality_id = :m AND person_id = ANY (:ids)",
    # Where she slept and came by day stays counted, of nobody.
    "UPDATE stay_events SET reason = NULL WHERE municipality_id = :m AND kind = 'absent'"
    " AND stay_id IN (SELECT id FROM stays WHERE municipality_id = :m AND person_id = ANY (:ids))",
    "UPDATE stays SET person_id = NULL, called = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE unit_visits SET person_id = NULL, called = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE referral_people SET person_id = NULL, called = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE unit_suspensions SET reason_text = NULL, appeal_text = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE participation_links SET reason = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE person_sharings SET note = NULL WHERE municipality_id = :m AND person_id = ANY (:ids)",
    "UPDATE people SET called = '', called_kind = 'alias', age_band = NULL, sex = NULL, region_id = NULL, ended_at = :now,"
    f" end_reason = '{END_REASON}' WHERE municipality_id = :m AND id = ANY (:ids)",
)  # fmt: skip
# What families' events say of members and homes that have no name any more.
_SAID = text(
    "UPDATE household_events SET told = NULL, reason = NULL WHERE municipality_id = :m AND (told IS NOT NULL OR reason IS NOT NULL)"
    " AND (member_id IN (SELECT id FROM household_members WHERE municipality_id = :m AND called = '')"
    "  OR household_id IN (SELECT id FROM households WHERE municipality_id = :m AND called = ''))"
)
# Who came under a roof and is known by no more than a name: the term counts from when she left.
_UNKNOWN = (
    "UPDATE stay_events SET reason = NULL WHERE municipality_id = :m AND kind = 'absent' AND reason IS NOT NULL AND stay_id IN"
    " (SELECT id FROM stays WHERE municipality_id = :m AND person_id IS NULL AND left_at < :before)",
    "UPDATE stays SET called = NULL WHERE municipality_id = :m AND person_id IS NULL AND called IS NOT NULL AND left_at < :before",
    "UPDATE unit_visits SET called = NULL WHERE municipality_id = :m AND person_id IS NULL AND called IS NOT NULL AND at < :before",
)


@dataclass(frozen=True)
class _Machine:
    """Who acts when nobody does."""

    municipality_id: int
    worker_id: None = None
    device_id: None = None


def anonymise_city(session: Session, municipality_id: int, now: datetime) -> int:
    """End whoever is past the city's term with nothing open. Gives how many persons (a merged one is one)."""
    before = term(now, retention_years(session.get_one(Municipality, municipality_id).settings))
    ended = 0
    with cleared(session, "restricted"):
        past = session.execute(_PAST, {"m": municipality_id, "before": before}).all()
        for row in past:
            ids = [row.id, *row.absorbed]
            asked = _of(municipality_id, ids) | {"before": before}
            # Asked again of who is locked: what a phone was telling meanwhile is in by then, what it tells later finds her ended.
            if ended < MOST and not session.scalar(_STILL, asked) and _locked(session, asked) and not session.scalar(_STILL, asked):
                _end(session, municipality_id, ids, now)
                ended += 1
        if ended:
            session.execute(_SAID, {"m": municipality_id})
        for statement in _UNKNOWN:
            session.execute(text(statement), {"m": municipality_id, "before": before})
    return ended


def _locked(session: Session, asked: dict) -> bool:
    """Lock all her ids; False where somebody writes of one of them just now, or she was merged meanwhile: not tonight."""
    here = session.scalars(_LOCK, asked).all()
    now = cluster_of(session, asked["m"], asked["ids"])
    return len(here) == len(asked["ids"]) and [sorted(ids) for ids in now.values()] == [sorted(asked["ids"])]


def _end(session: Session, municipality_id: int, ids: Sequence[UUID], now: datetime) -> None:
    # Phones are told first: families are found by links that go.
    announce_around(session, municipality_id, ids)
    for statement in _GONE:
        session.execute(text(statement), _of(municipality_id, ids) | ({"now": now} if ":now" in statement else {}))
    machine = _Machine(municipality_id)
    trail.write(session, [trail.line(machine, "people.anonymise", now, "person", each, ["called"]) for each in ids])


def _of(municipality_id: int, ids: Sequence[UUID]) -> dict:
    return {"m": municipality_id, "ids": list(ids)}
