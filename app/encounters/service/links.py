"""Who of those present is which known person: each telling is kept, the last told counts.

Rows of a restricted person are hidden from most workers, and yet decide who counts: they are written and compared with
the clearance `restricted`; nobody is shown anything by it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.audit import trail
from app.core.changes import announce
from app.core.db import cleared, insert_rows
from app.core.ids import new_id
from app.core.timing import Timing
from app.encounters.models import Encounter, Participation, ParticipationLink
from app.encounters.problems import UnknownParticipation, UnknownPerson
from app.encounters.service.held import announce_people, as_corrected, held_by, now_present
from app.people.queries import not_here
from app.people.service import Meetings, NotMet, forget_met, note_met

# Somebody linked before links were kept, or by a demonstration: her first telling is the record itself.
_FIRST = text(
    "INSERT INTO participation_links (municipality_id, id, participation_id, person_id, certainty, told_at, worker_id)"
    " SELECT p.municipality_id, gen_random_uuid(), p.id, p.person_id, p.certainty, e.occurred_at, e.worker_id"
    " FROM participations p JOIN encounters e ON e.municipality_id = p.municipality_id AND e.id = p.encounter_id"
    " WHERE p.municipality_id = :m AND p.id = ANY(:ids) AND p.person_id IS NOT NULL AND NOT EXISTS"
    " (SELECT FROM participation_links l WHERE l.municipality_id = p.municipality_id AND l.participation_id = p.id)"
)
# One person surely stands once in a record: where the latest word puts her. She may possibly be another one, too.
_SETTLE = text(
    "UPDATE participations p SET person_id = CASE WHEN l.place = 1 THEN l.person_id END,"
    " certainty = CASE WHEN l.place = 1 THEN l.certainty ELSE 'sure' END FROM ("
    " SELECT participation_id, person_id, certainty, CASE WHEN person_id IS NULL OR certainty <> 'sure' THEN 1"
    "  ELSE row_number() OVER (PARTITION BY encounter_id, person_id, certainty ORDER BY told_at DESC, id DESC) END AS place FROM ("
    "  SELECT DISTINCT ON (k.participation_id) k.participation_id, q.encounter_id, k.person_id, k.certainty, k.told_at, k.id"
    "  FROM participation_links k JOIN participations q ON q.municipality_id = :m AND q.id = k.participation_id"
    "  WHERE k.municipality_id = :m AND k.participation_id = ANY(:ids)"
    "  ORDER BY k.participation_id, k.told_at DESC, k.id DESC) o) l"
    " WHERE p.municipality_id = :m AND p.id = l.participation_id"
    " AND (p.person_id, p.certainty) IS DISTINCT FROM (CASE WHEN l.place = 1 THEN l.person_id END,"
    "  CASE WHEN l.place = 1 THEN l.certainty ELSE 'sure' END)"
)
# When and where each of these was surely met, by the records that stand.
_MEETINGS = text(
    "SELECT w.id AS person_id, min(e.occurred_at) AS first, max(e.occurred_at) AS last,"
    " (array_agg(e.region_id ORDER BY e.occurred_at DESC, e.id DESC) FILTER (WHERE e.region_id IS NOT NULL))[1] AS region_id"
    " FROM unnest(CAST(:ids AS uuid[])) w(id) LEFT JOIN participations p"
    "  ON p.municipality_id = :m AND p.person_id = w.id AND p.certainty = 'sure'"
    " LEFT JOIN encounters e ON e.municipality_id = :m AND e.id = p.encounter_id AND e.status IN ('valid', 'joined')"
    " GROUP BY w.id"
)
_CARRY = text(
    "INSERT INTO participation_links (municipality_id, id, participation_id, person_id, certainty, reason, told_at,"
    " worker_id) SELECT l.municipality_id, gen_random_uuid(), c.now, l.person_id, l.certainty, l.reason, l.told_at,"
    " l.worker_id FROM unnest(CAST(:was AS uuid[]), CAST(:now AS uuid[])) c(was, now) JOIN participation_links l"
    " ON l.municipality_id = :m AND l.participation_id = c.was"
)


def link_people(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Say that people present are these known ones, surely or possibly. `data` is LinkIn's.

    Told of a record that was corrected meanwhile, it goes to the correction. Told under the id of an absorbed person,
    it stays under it. Raises UnknownEncounter, NotYours, UnknownParticipation, UnknownPerson.
    """
    told_of = held_by(session, actor, data["encounter_id"], timing, "encounters.link", any_status=True)
    encounter = as_corrected(session, told_of)
    # A group is linked in one command: one who is not there, or was never registered, keeps no other from being linked.
    present = now_present(session, encounter, [link["participation_id"] for link in data["links"]])
    there = [link for link in data["links"] if link["participation_id"] in present]
    if not there:
        raise UnknownParticipation(fields={"links": [str(UnknownParticipation.sentence)]})
    strangers = set(not_here(session, actor.municipality_id, [link["person_id"] for link in there]))
    told = [link for link in there if link["person_id"] not in strangers]
    if not told:
        raise UnknownPerson(fields={"links": [str(UnknownPerson.sentence)]})
    links = [
        {
            "participation_id": present[link["participation_id"]].id,
            "person_id": link["person_id"],
            "certainty": link["certainty"],
            "region_id": encounter.region_id,
            "told_at": timing.occurred_at,
        }
        for link in told
    ]
    announce_people(session, actor.municipality_id, [encounter.id])
    write_links(session, actor, links, encounter)
    trail.record(session, actor, "encounters.link", timing.received_at, "encounter", encounter.id, ["person_id"])
    announce(session, actor.municipality_id, "encounter", [encounter.id])


def unlink_person(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """It was somebody else: she counts as unknown again, and the reason is kept. `data` is UnlinkIn's."""
    told_of = held_by(session, actor, data["encounter_id"], timing, "encounters.unlink", any_status=True)
    encounter = as_corrected(session, told_of)
    present = now_present(session, encounter, [data["participation_id"]])
    if data["participation_id"] not in present:
        raise UnknownParticipation(fields={"participation_id": [str(UnknownParticipation.sentence)]})
    told = {
        "participation_id": present[data["participation_id"]].id,
        "person_id": None,
        "certainty": "sure",
        "reason": data["reason"],
        "told_at": timing.occurred_at,
    }
    announce_people(session, actor.municipality_id, [encounter.id])
    write_links(session, actor, [told], encounter)
    trail.record(session, actor, "encounters.unlink", timing.received_at, "encounter", encounter.id, ["person_id"])
    announce(session, actor.municipality_id, "encounter", [encounter.id])


def note_links(session: Session, actor: Actor, links: Sequence[dict[str, Any]]) -> None:
    """Keep links as they were told; who is surely there was met. Costs nothing when nobody is linked.

    Each dict: participation_id, person_id, certainty, told_at; region_id of the encounter; reason of an unlinking.
    """
    if not links:
        return
    rows = [
        {
            "municipality_id": actor.municipality_id,
            "id": new_id(),
            "participation_id": link["participation_id"],
            "person_id": link["person_id"],
            "certainty": link["certainty"],
            "reason": link.get("reason"),
            "told_at": link["told_at"],
            "worker_id": actor.worker_id,
        }
        for link in links
    ]
    insert_rows(session, ParticipationLink.__table__, rows)  # type: ignore[arg-type]
    met = {
        (link["person_id"], link["region_id"], link.get("met_at", link["told_at"]))
        for link in links
        if link["person_id"] and link["certainty"] == "sure"
    }
    note_met(session, actor, sorted(met, key=str))


def write_links(session: Session, actor: Actor, links: Sequence[dict[str, Any]], encounter: Encounter) -> None:
    """Keep links of one encounter that is there already, and let the last told of each count."""
    if not links:
        return
    m = actor.municipality_id
    before = met_in(session, encounter)
    # All of the record: somebody who is linked twice stands where the later word puts her, and comes back if it ends.
    of_it = select(Participation.id).where(Participation.municipality_id == m, Participation.encounter_id == encounter.id)
    # Who is no longer in a correction keeps her row in the record of before.
    known = {"m": m, "ids": list({*session.scalars(of_it), *(link["participation_id"] for link in links)})}
    with cleared(session, "restricted"):
        session.execute(_FIRST, known)
        note_links(session, actor, [link | {"met_at": encounter.occurred_at} for link in links])
        session.execute(_SETTLE, known)
    forget_meeting(session, encounter, before)


def met_in(session: Session, encounter: Encounter) -> set[UUID]:
    """Who was surely there."""
    there = select(Participation.person_id).where(
        Participation.municipality_id == encounter.municipality_id,
        Participation.encounter_id == encounter.id,
        Participation.person_id.is_not(None),
        Participation.certainty == "sure",
    )
    return set(session.scalars(there))  # type: ignore[arg-type]


def forget_meeting(session: Session, encounter: Encounter, people: set[UUID]) -> None:
    """These were said to be there; whoever wasn't after all, by what stands now, wasn't met there."""
    gone = people - met_in(session, encounter) if encounter.status in ("valid", "joined") else people
    if not gone:
        return
    rows = session.execute(_MEETINGS, {"m": encounter.municipality_id, "ids": list(gone)})
    forget_met(
        session,
        encounter.municipality_id,
        NotMet(encounter.occurred_at, encounter.region_id),
        [Meetings(row.person_id, row.first, row.last, row.region_id) for row in rows],
    )


def carry_links(session: Session, actor: Actor, carried: dict[UUID, UUID]) -> None:
    """What was told of somebody's row in a corrected record was told of her row in the correction too."""
    if not carried:
        return
    with cleared(session, "restricted"):
        session.execute(_FIRST, {"m": actor.municipality_id, "ids": list(carried)})
        session.execute(
            _CARRY, {"m": actor.municipality_id, "was": list(carried), "now": list(carried.values())}
        )
