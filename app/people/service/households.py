"""Families: opened, told of, moved, divided, joined, closed. Of each field the later word counts, whoever comes in last;
every event stays. An address is words, never a point.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows, require
from app.audit import trail
from app.core.changes import announce
from app.core.days import today_of
from app.core.db import cleared
from app.core.timing import Timing
from app.people.models import Household, HouseholdEvent, HouseholdMember
from app.people.problems import FamilyClosed, FamilyTaken, NotYourFamily, UnknownMember
from app.people.rules import check_household_change, check_members
from app.people.service.household_rows import (
    VISITS,
    has_moved_on,
    held,
    insert,
    is_later,
    joined_to,
    members_of,
    note_event,
    nth,
    put_member,
    reaches,
    said_of,
)


def open_household(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A family with its members, each by what she is called. `data` is HouseholdIn's.

    Raises NotYourFamily, UnknownPersonOfFamily and the Problems of members; by constraint FamilyTaken.
    """
    then = actor.at(timing.occurred_at)
    require(then, "people.open_household")
    if data["team_id"] and not allows(then, "people.open_household", team_id=data["team_id"]):
        raise NotYourFamily(fields={"team_id": [str(NotYourFamily.sentence)]})
    check_members(data["members"], today_of(session, actor.municipality_id, timing.occurred_at))
    visits = allows(then, VISITS)
    m = actor.municipality_id
    insert(
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
        home_id, at = data["household_id"], timing.occurred_at
        note_event(session, actor, home_id, "opened", at, event_id=home_id, told=_said(data))
        for member in data["members"]:
            put_member(session, actor, home_id, member, at, None)
            note_event(
                session, actor, home_id, "set:member", at, event_id=uuid5(home_id, str(member["member_id"])),
                member_id=member["member_id"], told=said_of(member),
            )  # fmt: skip
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
    told_of = held(session, then, data["household_id"])
    known = session.get(HouseholdEvent, (actor.municipality_id, data["event_id"]))
    if known is not None:
        if known.kind != data["kind"]:
            raise FamilyTaken()
        return []
    home = told_of if data["kind"] in ("joined", "closed") else joined_to(session, told_of)
    return [told_of.id, home.id, *_KINDS[data["kind"]](session, actor, then, home, data, at)]


# -- kinds: each gives the other families that it changed ------------------------------------------------------


def _corrected(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    note_event(session, actor, home.id, data["kind"], at, event_id=data["event_id"], reason=data["reason"], told=_said(data))
    for field in ("called", "region_id", "address_hint"):
        if data[field] is None or not is_later(session, home.id, f"set:{field}", at, home.municipality_id):
            continue
        setattr(home, field, data[field])
    for field in ("called", "region_id", "address_hint"):
        if data[field] is not None:
            note_event(session, actor, home.id, f"set:{field}", at, event_id=uuid5(data["event_id"], field))
    return []


def _member_told(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    member = data["member"]
    there = session.get(HouseholdMember, (home.municipality_id, member["member_id"]))
    if data["kind"] == "member_changed" and (there is None or there.household_id != home.id):
        # She went along when the family was divided: still hers to be told of, where she is now.
        if there is None or not reaches(session, then, session.get_one(Household, (home.municipality_id, there.household_id))):
            raise UnknownMember(fields={"member": [str(UnknownMember.sentence)]})
    if data["kind"] == "member_came" and there is not None and there.household_id != home.id:
        raise UnknownMember(fields={"member": [str(UnknownMember.sentence)]})
    lives_in = there.household_id if there else home.id
    put_member(session, actor, lives_in, member, at, there)
    if there is not None and data["kind"] == "member_came" and there.left_at and there.left_at <= at:
        there.left_at = there.left_reason = None
    session.flush()
    note_event(
        session, actor, lives_in, data["kind"], at, event_id=data["event_id"], member_id=member["member_id"],
        reason=data["reason"], told=said_of(member),
    )  # fmt: skip
    return [lives_in]


def _member_left(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    gone = members_of(session, then, home, data["member_ids"])
    for number, member in enumerate(gone):
        if member.left_at is None or member.left_at < at:
            member.left_at, member.left_reason = at, data["reason"]
        note_event(
            session, actor, member.household_id, data["kind"], at, event_id=nth(data["event_id"], number),
            member_id=member.id, reason=data["reason"],
        )  # fmt: skip
    return [member.household_id for member in gone]


def _divided(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    """Part of the family lives elsewhere now: a family of its own, with the same visitor."""
    gone = members_of(session, then, home, data["member_ids"])
    if session.get(Household, (home.municipality_id, data["other_id"])) is not None:
        raise FamilyTaken()
    insert(
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
    note_event(
        session, actor, data["other_id"], "opened", at, event_id=data["other_id"], other_id=home.id, told=_said(data)
    )  # fmt: skip
    touched = {data["other_id"], *(member.household_id for member in gone)}
    for number, member in enumerate(gone):
        if not has_moved_on(session, member, at):
            member.household_id = data["other_id"]
        note_event(
            session, actor, home.id, data["kind"], at, event_id=nth(data["event_id"], number), member_id=member.id,
            other_id=data["other_id"], reason=data["reason"],
        )  # fmt: skip
    return list(touched)


def _joined(session: Session, actor: Actor, then: Actor, home: Household, data: dict, at: datetime) -> list[UUID]:
    """Another family lives here now: its members come along, its visits stay with it."""
    other = held(session, then, data["other_id"])
    if not other.is_active or not home.is_active:
        raise FamilyClosed()
    members = session.scalars(
        select(HouseholdMember).where(
            HouseholdMember.municipality_id == home.municipality_id, HouseholdMember.household_id == other.id
        )
    ).all()
    note_event(session, actor, home.id, "joined", at, event_id=data["event_id"], other_id=other.id, reason=data["reason"])
    note_event(session, actor, other.id, "joined_to", at, event_id=uuid5(data["event_id"], "to"), other_id=home.id)
    for member in members:
        note_event(
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
    note_event(session, actor, home.id, "closed", at, event_id=data["event_id"], reason=data["reason"])
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


def _said(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("called", "region_id", "address_hint") if data[name] is not None}


def _tell(
    session: Session, actor: Actor, verb: str, timing: Timing, ids: list[UUID], fields: list[str]
) -> None:
    touched = sorted(set(ids), key=str)
    trail.record(session, actor, verb, timing.received_at, "household", touched[0] if len(touched) == 1 else ids[0], fields)
    announce(session, actor.municipality_id, "household", touched)
