"""Families: opened, told of, moved, divided, joined, closed. Of each field the later word counts, whoever comes in last;
every event stays. An address is words, never a point.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.db import cleared, insert_rows
from app.core.timing import Timing
from app.people.models import Household, HouseholdEvent, HouseholdMember, MemberPerson
from app.people.problems import FamilyClosed, FamilyTaken, NotYourFamily, UnknownFamily, UnknownMember, UnknownPersonOfFamily
from app.people.queries import all_of, not_here, unit_of_family
from app.people.rules import check_household_change, check_members

# Who visits at home keeps the family; one met in the street belongs to its team.
_VISITS = "home_visits.record"


def open_household(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A family with its members, each by what she is called. `data` is HouseholdIn's.

    Raises NotYourFamily, UnknownPersonOfFamily and the Problems of members; by constraint FamilyTaken.
    """
    then = actor.at(timing.occurred_at)
    require(then, "people.open_household")
    if data["team_id"] and not allows(then, "people.open_household", team_id=data["team_id"]):
        raise NotYourFamily(fields={"team_id": [str(NotYourFamily.sentence)]})
    check_members(data["members"], today_of(session, actor.municipality_id, timing.occurred_at))
    visits = allows(then, _VISITS)
    m = actor.municipality_id
    _insert(
        session,
        Household,
        {
            "municipality_id": m,
            "id": data["household_id"],
            "called": data["called"],
            "visitor_id": actor.worker_id if visits else None,
            "team_id": data["team_id"],
            "region_id": data["region_id"],
            "address_hint": data["address_hint"] or "",
            "is_active": True,
        },
    )
    # A family with a restricted person in it is hidden from most workers: it is taken in all the same.
    with cleared(session, "restricted"):
        _note(session, actor, data["household_id"], "opened", timing.occurred_at, event_id=data["household_id"])
        for member in data["members"]:
            _put_member(session, actor, data["household_id"], member, timing.occurred_at, None)
    _tell(session, actor, "people.open_household", timing, [data["household_id"]], ["called", "members"])


def change_household(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """One thing that happened to a family, or that was told wrong. `data` is ChangeIn's; the same event twice is once.

    Told of a family that was joined to another meanwhile, it goes to that one. Raises UnknownFamily, NotYourFamily,
    UnknownMember, FamilyClosed, UnknownPersonOfFamily and the Problems of members.
    """
    then = actor.at(timing.occurred_at)
    require(then, "people.change_household")
    check_household_change(data, today_of(session, actor.municipality_id, timing.occurred_at))
    with cleared(session, "restricted"):
        touched = _change(session, actor, then, data, timing.occurred_at)
    fields = [name for name in ("called", "region_id", "address_hint", "member", "member_ids", "reason") if data[name]]
    if touched:
        _tell(session, actor, "people.change_household", timing, touched, fields)


def _change(session: Session, actor: Actor, then: Actor, data: dict[str, Any], at: datetime) -> list[UUID]:
    """The families that changed; none when the event was told before."""
    told_of = _held(session, then, data["household_id"])
    known = session.get(HouseholdEvent, (actor.municipality_id, data["event_id"]))
    if known is not None:
        if known.kind != data["kind"]:
            raise FamilyTaken()
        return []
    home = told_of if data["kind"] in ("joined", "closed") else _joined_to(session, told_of)
    return [told_of.id, home.id, *_KINDS[data["kind"]](session, actor, then, home, data, at)]


# -- kinds: each gives the other families that it changed ------------------------------------------------------


def _corrected(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    _note(session, actor, home.id, data["kind"], at, event_id=data["event_id"], reason=data["reason"])
    for field in ("called", "region_id", "address_hint"):
        if data[field] is None or not _is_later(session, home.id, f"set:{field}", at, home.municipality_id):
            continue
        setattr(home, field, data[field])
    for field in ("called", "region_id", "address_hint"):
        if data[field] is not None:
            _note(session, actor, home.id, f"set:{field}", at, event_id=uuid5(data["event_id"], field))
    return []


def _member_told(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    member = data["member"]
    there = session.get(HouseholdMember, (home.municipality_id, member["member_id"]))
    if data["kind"] == "member_changed" and (there is None or there.household_id != home.id):
        # She went along when the family was divided: still hers to be told of, where she is now.
        if there is None or not _reaches(session, then, session.get_one(Household, (home.municipality_id, there.household_id))):
            raise UnknownMember(fields={"member": [str(UnknownMember.sentence)]})
    if data["kind"] == "member_came" and there is not None and there.household_id != home.id:
        raise UnknownMember(fields={"member": [str(UnknownMember.sentence)]})
    lives_in = there.household_id if there else home.id
    later = there is None or _is_later(session, None, "member_told", at, home.municipality_id, there.id)
    if later:
        _put_member(session, actor, lives_in, member, at, there)
    if there is not None and data["kind"] == "member_came" and there.left_at and there.left_at <= at:
        there.left_at = there.left_reason = None
    session.flush()
    _note(
        session, actor, lives_in, data["kind"], at, event_id=data["event_id"], member_id=member["member_id"],
        reason=data["reason"],
    )  # fmt: skip
    return [lives_in]


def _member_left(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    for number, member in enumerate(_members(session, home, data["member_ids"])):
        if member.left_at is None or member.left_at < at:
            member.left_at, member.left_reason = at, data["reason"]
        _note(
            session, actor, home.id, data["kind"], at, event_id=_nth(data["event_id"], number), member_id=member.id,
            reason=data["reason"],
        )  # fmt: skip
    return []


def _divided(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    """Part of the family lives elsewhere now: a family of its own, with the same visitor."""
    gone = _members(session, home, data["member_ids"])
    if session.get(Household, (home.municipality_id, data["other_id"])) is not None:
        raise FamilyTaken()
    _insert(
        session,
        Household,
        {
            "municipality_id": home.municipality_id,
            "id": data["other_id"],
            "called": data["called"] or home.called,
            "visitor_id": home.visitor_id,
            "team_id": home.team_id,
            "region_id": data["region_id"] or home.region_id,
            "address_hint": data["address_hint"] or "",
            "is_active": True,
        },
    )
    _note(session, actor, data["other_id"], "opened", at, event_id=data["other_id"], other_id=home.id)
    for number, member in enumerate(gone):
        member.household_id = data["other_id"]
        _note(
            session, actor, home.id, data["kind"], at, event_id=_nth(data["event_id"], number), member_id=member.id,
            other_id=data["other_id"], reason=data["reason"],
        )  # fmt: skip
    return [data["other_id"]]


def _joined(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    """Another family lives here now: its members come along, its visits stay with it."""
    other = _held(session, then, data["other_id"])
    if not other.is_active or not home.is_active:
        raise FamilyClosed()
    members = session.scalars(
        select(HouseholdMember).where(
            HouseholdMember.municipality_id == home.municipality_id, HouseholdMember.household_id == other.id
        )
    ).all()
    _note(session, actor, home.id, "joined", at, event_id=data["event_id"], other_id=other.id, reason=data["reason"])
    _note(session, actor, other.id, "joined_to", at, event_id=uuid5(data["event_id"], "to"), other_id=home.id)
    for member in members:
        _note(
            session, actor, other.id, "went_along", at, event_id=uuid5(data["event_id"], str(member.id)),
            member_id=member.id, other_id=home.id,
        )  # fmt: skip
        member.household_id = home.id
        member.is_responsible = False
    other.is_active, other.closed_at, other.close_reason = False, at, "joined"
    return [other.id]


def _closed(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    if home.is_active:
        home.is_active, home.closed_at, home.close_reason = False, at, data["reason"]
    _note(session, actor, home.id, "closed", at, event_id=data["event_id"], reason=data["reason"])
    return []


_KINDS = {
    "corrected": _corrected,
    "moved": _corrected,
    "member_came": _member_told,
    "member_changed": _member_told,
    "member_left": _member_left,
    "divided": _divided,
    "joined": _joined,
    "closed": _closed,
}


# -- pieces ------------------------------------------------------------------------------------------------------


def _held(session: Session, then: Actor, household_id: UUID) -> Household:
    """The family, locked; a visitor's own, a street team's own, or of the unit for which its team works."""
    home = session.scalar(
        select(Household)
        .where(Household.municipality_id == then.municipality_id, Household.id == household_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if home is None:
        raise UnknownFamily()
    if not _reaches(session, then, home):
        raise NotYourFamily()
    return home


def _reaches(session: Session, then: Actor, home: Household) -> bool:
    verb = "people.change_household"
    if home.visitor_id == then.worker_id:
        return True
    if then.everywhere(verb) and not allows(then, _VISITS):
        return home.visitor_id is None or then.everywhere("people.read_households")
    if home.team_id is None:
        return False
    if home.visitor_id is None and home.team_id in then.team_ids(verb):
        return True
    unit_id = unit_of_family(session, home.municipality_id, home.team_id)
    return unit_id is not None and unit_id in then.unit_ids(verb)


def _joined_to(session: Session, home: Household) -> Household:
    """The family in which this one lives now, locked."""
    seen = {home.id}
    while not home.is_active and home.close_reason == "joined":
        other_id = session.scalar(
            select(HouseholdEvent.other_id)
            .where(
                HouseholdEvent.municipality_id == home.municipality_id,
                HouseholdEvent.household_id == home.id,
                HouseholdEvent.kind == "joined_to",
            )
            .order_by(HouseholdEvent.at.desc())
            .limit(1)
        )
        if other_id is None or other_id in seen:
            break
        seen.add(other_id)
        home = session.get_one(Household, (home.municipality_id, other_id), with_for_update=True)
    return home


def _members(session: Session, home: Household, ids: list[UUID]) -> list[HouseholdMember]:
    rows = session.scalars(
        select(HouseholdMember)
        .where(
            HouseholdMember.municipality_id == home.municipality_id,
            HouseholdMember.household_id == home.id,
            HouseholdMember.id.in_(ids),
        )
        .order_by(HouseholdMember.id)
    ).all()
    if len(rows) != len(set(ids)):
        raise UnknownMember(fields={"member_ids": [str(UnknownMember.sentence)]})
    return list(rows)


def _put_member(
    session: Session, actor: Actor, household_id: UUID, member: dict[str, Any], at: datetime, there: HouseholdMember | None
) -> None:
    """Add somebody to a family, or tell her anew; one answers for it at a time."""
    m = actor.municipality_id
    facts = {
        "called": member["called"],
        "kind": member["kind"],
        "birth_on": member["birth_on"],
        "due_on": member["due_on"] if member["kind"] == "pregnant" else None,
        "is_responsible": member["is_responsible"],
    }
    if member["is_responsible"]:
        session.execute(
            update(HouseholdMember)
            .where(
                HouseholdMember.municipality_id == m,
                HouseholdMember.household_id == household_id,
                HouseholdMember.id != member["member_id"],
                HouseholdMember.is_responsible,
            )
            .values(is_responsible=False)
        )
    if there is None:
        keys = {"municipality_id": m, "id": member["member_id"], "household_id": household_id, "joined_at": at}
        _insert(session, HouseholdMember, keys | facts)
    else:
        for name, value in facts.items():
            setattr(there, name, value)
        session.flush()
    _put_person(session, actor, member["member_id"], member["person_id"], at)


def _put_person(session: Session, actor: Actor, member_id: UUID, person_id: UUID | None, at: datetime) -> None:
    """That a member is a known person. What a phone doesn't know it leaves as it is."""
    if person_id is None:
        return
    m = actor.municipality_id
    if not_here(session, m, [person_id]):
        raise UnknownPersonOfFamily(fields={"member": {"person_id": [str(UnknownPersonOfFamily.sentence)]}})
    with cleared(session, "restricted"):
        link = session.get(MemberPerson, (m, member_id))
        if link is None:
            row = {"municipality_id": m, "id": member_id, "person_id": person_id, "linked_at": at, "worker_id": actor.worker_id}
            _insert(session, MemberPerson, row)
        elif link.person_id != person_id and link.linked_at <= at:
            announce(session, m, "person", all_of(session, m, [link.person_id]))
            link.person_id, link.linked_at, link.worker_id = person_id, at, actor.worker_id
            session.flush()
        announce(session, m, "person", all_of(session, m, [person_id]))


def _is_later(
    session: Session, household_id: UUID | None, kind: str, at: datetime, m: int, member_id: UUID | None = None
) -> bool:
    """True when nothing of this field (or member) was told after `at`."""
    query = select(HouseholdEvent.id).where(HouseholdEvent.municipality_id == m, HouseholdEvent.at > at)
    if member_id is None:
        query = query.where(HouseholdEvent.household_id == household_id, HouseholdEvent.kind == kind)
    else:
        query = query.where(
            HouseholdEvent.member_id == member_id, HouseholdEvent.kind.in_(("member_came", "member_changed"))
        )
    return session.scalar(query.limit(1)) is None


def _nth(event_id: UUID, number: int) -> UUID:
    """The first of several rows of one event has its id; the others are made from it."""
    return event_id if number == 0 else uuid5(event_id, str(number))


def _note(
    session: Session, actor: Actor, household_id: UUID, kind: str, at: datetime, *, event_id: UUID,
    other_id: UUID | None = None, member_id: UUID | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    session.flush()
    _insert(
        session,
        HouseholdEvent,
        {
            "municipality_id": actor.municipality_id,
            "id": event_id,
            "household_id": household_id,
            "kind": kind,
            "at": at,
            "worker_id": actor.worker_id,
            "other_id": other_id,
            "member_id": member_id,
            "reason": reason or None,
        },
    )


def _insert(session: Session, model: Any, row: dict[str, Any]) -> None:
    insert_rows(session, model.__table__, [row])


def _tell(
    session: Session, actor: Actor, verb: str, timing: Timing, ids: list[UUID], fields: list[str]
) -> None:
    touched = sorted(set(ids), key=str)
    trail.record(session, actor, verb, timing.received_at, "household", touched[0] if len(touched) == 1 else ids[0], fields)
    announce(session, actor.municipality_id, "household", touched)
