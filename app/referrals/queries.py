"""Readings of referrals, narrowed to the actor: the unit's inbox, the phone's own, one with its history."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, TeamMember, Worker
from app.accounts.queries import present
from app.core.days import today_of
from app.encounters import queries as encounters
from app.encounters.models import Encounter
from app.home_visits import queries as visits
from app.home_visits.models import HomeVisit
from app.people.models import Household
from app.people.queries import among
from app.referrals.models import Referral, ReferralEvent
from app.referrals.problems import ReferralNotFound
from app.referrals.terms import OPEN
from app.units.models import Unit
from app.units.queries import within

_LONGEST_LIST = 200
_PHONE_DAYS = 7
# What closed today was received lately; without a bound the reading would walk all of history.
_CLOSED_LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Origin:
    """The record from which a referral leaves."""

    encounter_id: UUID | None
    visit_id: UUID | None
    team_id: UUID | None
    worker_id: UUID
    status: str


def origin_of(session: Session, municipality_id: int, encounter_id: UUID | None, visit_id: UUID | None) -> Origin | None:
    """The encounter or visit, as it stands: one that was corrected leads to its last correction."""
    table: Any = Encounter if encounter_id else HomeVisit
    found = session.get(table, (municipality_id, encounter_id or visit_id))
    while found is not None and found.status == "corrected":
        newer = session.scalar(
            select(table).where(table.municipality_id == municipality_id, table.replaces_id == found.id)
        )
        if newer is None:
            break
        found = newer
    if found is None:
        return None
    return Origin(
        encounter_id=found.id if encounter_id else None,
        visit_id=None if encounter_id else found.id,
        team_id=found.team_id,
        worker_id=found.worker_id,
        status=found.status,
    )


def region_of_unit(session: Session, municipality_id: int, unit_id: UUID) -> UUID | None:
    return session.scalar(select(Unit.region_id).where(Unit.municipality_id == municipality_id, Unit.id == unit_id))


def inbox_of(
    session: Session, actor: Actor, closed_since: datetime, now: datetime, unit_id: UUID | None = None
) -> dict[str, Any]:
    """What the actor's units have to answer, await, and closed since an instant; newest first, with counts."""
    require(actor, "referrals.read_inbox")
    waiting = _for_desk(actor, unit_id).where(Referral.status.in_(OPEN))
    moved = exists().where(
        ReferralEvent.municipality_id == Referral.municipality_id,
        ReferralEvent.referral_id == Referral.id,
        ReferralEvent.at >= closed_since,
    )
    closed = _for_desk(actor, unit_id).where(
        Referral.status.not_in(OPEN), Referral.received_at >= now - _CLOSED_LOOK_BACK, moved
    )
    opened = [_item(row) for row in session.execute(waiting.limit(_LONGEST_LIST))]
    ended = [_item(row) for row in session.execute(closed.limit(_LONGEST_LIST))]
    groups = {
        "new": [item for item in opened if item["status"] == "sent"],
        "coming": [item for item in opened if item["status"] == "accepted"],
        "closed": ended,
    }
    return {**groups, "counts": {name: len(items) for name, items in groups.items()}, "server_time": now}


def referral_of(session: Session, actor: Actor, referral_id: UUID) -> dict[str, Any]:
    """One referral of the actor's units with its history. Raises ReferralNotFound, also for another unit's."""
    require(actor, "referrals.read_inbox")
    row = session.execute(_for_desk(actor, None).where(Referral.id == referral_id)).first()
    if row is None:
        raise ReferralNotFound()
    found = _item(row)
    found["history"] = [
        {"status": event.status, "reason": event.reason, "at": event.at, "worker": name}
        for event, name in session.execute(
            select(ReferralEvent, Worker.name)
            .join(
                Worker,
                (Worker.municipality_id == ReferralEvent.municipality_id) & (Worker.id == ReferralEvent.worker_id),
            )
            .where(
                ReferralEvent.municipality_id == actor.municipality_id, ReferralEvent.referral_id == referral_id
            )
            .order_by(ReferralEvent.at, ReferralEvent.id)
        )
    ]
    return found


def is_shown(session: Session, actor: Actor, referral_id: UUID) -> bool:
    """Whether the actor's desk has it: not that of somebody restricted who is expected at another's door."""
    return session.execute(_for_desk(actor, None).where(Referral.id == referral_id)).first() is not None


def for_phone(
    session: Session, actor: Actor, ids: Iterable[UUID] | None, now: datetime, days: int = _PHONE_DAYS
) -> list[dict[str, Any]]:
    """Bodies `referral` of the pull: own and own teams', of the last days; of `ids` only when given."""
    mine = select(TeamMember.team_id).where(
        TeamMember.municipality_id == actor.municipality_id,
        TeamMember.worker_id == actor.worker_id,
        present(today_of(session, actor.municipality_id, now)),
    )
    asked = (
        select(Referral, Unit.name)
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .where(
            Referral.municipality_id == actor.municipality_id,
            Referral.received_at >= now - timedelta(days=days),
            # Where a restricted person was sent is what nobody else may learn, the team that sent her neither.
            ~hides_somebody(),
            or_(
                Referral.worker_id == actor.worker_id,
                Referral.team_id.in_(mine),
                Referral.team_id.in_(actor.team_ids("referrals.send")),
            ),
        )
        .order_by(Referral.received_at.desc())
    )
    if ids is not None:
        asked = asked.where(Referral.id.in_(list(ids)))
    names = (
        "id code unit_id status called people_count sent_at decided_at decline_reason proposed_unit_id arrived_at"
        " encounter_id visit_id"
    ).split()
    return [
        {name: getattr(referral, name) for name in names} | {"unit_name": unit_name}
        for referral, unit_name in session.execute(asked)
    ]


@dataclass(frozen=True)
class Sent:
    """Where somebody was sent from one meeting, and how many referrals of it may be of others who were there."""

    hers: list[dict[str, Any]]
    others: int


def sent_from(
    session: Session, municipality_id: int, entries: Iterable[Mapping[str, Any]], person_ids: Collection[UUID]
) -> dict[UUID, Sent]:
    """{entry: Sent} of a person's encounters and visits (items of timeline_of), under whichever of their records.

    A referral doesn't say for whom of a group it is: hers are those of records in which she alone was there. Of the
    others only the number is told: where somebody else was sent is not hers to know.
    """
    entries, people = list(entries), set(person_ids)
    met = {entry["id"]: entry["records"] for entry in entries if entry["kind"] == "encounter"}
    at_home = visits.records_under(
        session, municipality_id, [entry["id"] for entry in entries if entry["kind"] == "home_visit"]
    )
    alone = encounters.alone_in(session, municipality_id, met.values(), people)
    alone |= visits.alone_in(session, municipality_id, [id_ for ids in at_home.values() for id_ in ids], people)
    found: dict[UUID, Sent] = {}
    for column, records in ((Referral.encounter_id, met), (Referral.visit_id, at_home)):
        entry_of = {id_: entry for entry, ids in records.items() for id_ in ids}
        rows = session.execute(
            select(column.label("of"), Referral.id, Referral.status, Referral.called, Referral.sent_at, Unit.name)
            .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
            # Met together with somebody restricted: where that one was sent stays hers.
            .where(Referral.municipality_id == municipality_id, among(column, entry_of), ~hides_somebody())
            .order_by(Referral.sent_at, Referral.id)
        )
        for row in rows:
            sent = found.get(entry_of[row.of], Sent([], 0))
            if row.of in alone:
                item = {"id": row.id, "status": row.status, "unit": row.name, "called": row.called, "at": row.sent_at}
                sent = Sent([*sent.hers, item], sent.others)
            else:
                sent = Sent(sent.hers, sent.others + 1)
            found[entry_of[row.of]] = sent
    return found


def hides_somebody() -> ColumnElement[bool]:
    """SQL condition on Referral: somebody of its encounter, or of its family, is restricted to others than this worker.

    Under whichever record of the meeting the referral was told: a corrected or a joined one hides with the other.
    What row level security doesn't show is there all the same: a family named whose row isn't seen.
    """
    m = Referral.municipality_id
    visited = exists().where(
        HomeVisit.municipality_id == m,
        HomeVisit.id == Referral.visit_id,
        HomeVisit.household_id.is_not(None),
        ~exists().where(Household.municipality_id == m, Household.id == HomeVisit.household_id),
    )
    return or_(and_(Referral.encounter_id.is_not(None), func.hides_encounter(Referral.encounter_id)), and_(Referral.visit_id.is_not(None), visited))


def _at_the_door(actor: Actor) -> Actor:
    """The actor as far as she stands at a unit's door: given that unit, or doing nothing but doors."""
    doors = tuple(grant for grant in actor.grants if grant.scope_kind == "unit" or grant.role == "unit_desk")
    return replace(actor, grants=doors)


def _for_desk(actor: Actor, unit_id: UUID | None) -> Select:
    proposed = aliased(Unit)
    asked = (
        select(Referral, Unit.name.label("unit_name"), Team.name.label("team_name"), proposed.name.label("proposed"))
        .join(Unit, (Unit.municipality_id == Referral.municipality_id) & (Unit.id == Referral.unit_id))
        .outerjoin(Team, (Team.municipality_id == Referral.municipality_id) & (Team.id == Referral.team_id))
        .outerjoin(
            proposed,
            (proposed.municipality_id == Referral.municipality_id) & (proposed.id == Referral.proposed_unit_id),
        )
        .where(
            Referral.municipality_id == actor.municipality_id,
            within(actor, "referrals.read_inbox"),
            # The door that must expect her knows; who only looks over several units does not.
            or_(within(_at_the_door(actor), "referrals.mark_arrival"), ~hides_somebody()),
        )
        .order_by(Referral.received_at.desc(), Referral.id.desc())
    )
    return asked.where(Referral.unit_id == unit_id) if unit_id else asked


# No column of the place, of the encounter nor of the worker who sent: what isn't read can't leak.
_AT_THE_DOOR = (
    "id code status called people_count with_children with_animals note unit_id sent_at received_at seen_at"
    " decided_at decline_reason decline_text proposed_unit_id arrived_at"
).split()


def _item(row: Any) -> dict[str, Any]:
    return {name: getattr(row.Referral, name) for name in _AT_THE_DOOR} | {
        "unit_name": row.unit_name,
        "team_name": row.team_name,
        "proposed_unit": row.proposed,
    }
