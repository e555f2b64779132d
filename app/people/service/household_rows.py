"""A family as its verbs hold it: locked, within reach, followed to where it lives now; its rows and its events."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows
from app.core.changes import announce
from app.core.db import cleared, insert_rows
from app.people.models import Household, HouseholdEvent, HouseholdMember, MemberPerson
from app.people.problems import NotYourFamily, UnknownFamily, UnknownMember, UnknownPersonOfFamily
from app.people.queries import all_of, canonical, not_here, openers_of, unit_of_family

# Who visits at home keeps the family; one met in the street belongs to its team.
VISITS = "home_visits.record"


def held(session: Session, then: Actor, household_id: UUID) -> Household:
    """The family, locked; a visitor's own, a street team's own, or of the unit for which its team works."""
    home = session.scalar(
        select(Household)
        .where(Household.municipality_id == then.municipality_id, Household.id == household_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if home is None:
        raise UnknownFamily()
    if not reaches(session, then, home):
        raise NotYourFamily()
    return home


def reaches(session: Session, then: Actor, home: Household) -> bool:
    verb = "people.change_household"
    if home.visitor_id == then.worker_id:
        return True
    if then.everywhere(verb) and not allows(then, VISITS):
        return home.visitor_id is None or then.everywhere("people.read_households")
    if home.team_id is None:
        # Opened by who told no team: hers, until somebody gives it one.
        return home.visitor_id is None and then.worker_id in openers_of(session, home.municipality_id, home.id)
    if home.visitor_id is None and home.team_id in then.team_ids(verb):
        return True
    unit_id = unit_of_family(session, home.municipality_id, home.team_id)
    return unit_id is not None and unit_id in then.unit_ids(verb)


def joined_to(session: Session, home: Household) -> Household:
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


def members_of(session: Session, then: Actor, home: Household, ids: list[UUID]) -> list[HouseholdMember]:
    """Members of a family, those too who went along when it was divided meanwhile, where they are now."""
    rows = session.scalars(
        select(HouseholdMember)
        .where(HouseholdMember.municipality_id == home.municipality_id, HouseholdMember.id.in_(ids))
        .order_by(HouseholdMember.id)
    ).all()
    elsewhere = {row.household_id for row in rows} - {home.id}
    if len(rows) != len(set(ids)) or not all(
        reaches(session, then, session.get_one(Household, (home.municipality_id, other))) for other in elsewhere
    ):
        raise UnknownMember(fields={"member_ids": [str(UnknownMember.sentence)]})
    return list(rows)


def said_of(member: dict[str, Any]) -> dict[str, Any]:
    """What a telling says of a member: a field that is null is not told."""
    names = ("called", "kind", "birth_on", "due_on", "is_responsible")
    said = {name: member[name] for name in names if member[name] is not None}
    if member["kind"] != "pregnant":
        said.pop("due_on", None)
    return said


def put_member(
    session: Session, actor: Actor, household_id: UUID, member: dict[str, Any], at: datetime, there: HouseholdMember | None
) -> None:
    """Add somebody to a family, or tell her anew, each field by its latest word; one answers for it at a time."""
    m = actor.municipality_id
    later = _told_later(session, m, member["member_id"], at) if there else set()
    facts = {name: value for name, value in said_of(member).items() if name not in later}
    if facts.get("is_responsible") and _another_answers(session, m, household_id, member["member_id"], at):
        facts["is_responsible"] = False
    if facts.get("is_responsible"):
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
        insert(session, HouseholdMember, keys | {"birth_on": None, "due_on": None} | facts)
    else:
        for name, value in facts.items():
            setattr(there, name, value)
        if there.kind != "pregnant":
            there.due_on = None
        session.flush()
    if member.get("not_person_id"):
        _end_link(session, actor, member["member_id"], member["not_person_id"], at)
    _put_person(session, actor, member["member_id"], member["person_id"], at)


def _told_later(session: Session, m: int, member_id: UUID, at: datetime) -> set[str]:
    """The fields of a member of which something was told after `at`."""
    words = session.scalars(
        select(HouseholdEvent.told).where(
            HouseholdEvent.municipality_id == m, HouseholdEvent.member_id == member_id, HouseholdEvent.at > at
        )
    )
    return {name for told in words for name in told or ()}


def _another_answers(session: Session, m: int, household_id: UUID, member_id: UUID, at: datetime) -> bool:
    """Whether somebody else of the family was told after `at` to answer for it."""
    asked = select(HouseholdEvent.id).where(
        HouseholdEvent.municipality_id == m,
        HouseholdEvent.household_id == household_id,
        HouseholdEvent.member_id != member_id,
        HouseholdEvent.at > at,
        HouseholdEvent.told["is_responsible"].as_boolean(),
    )
    return session.scalar(asked.limit(1)) is not None


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
            insert(session, MemberPerson, row)
        elif link.person_id != person_id and link.linked_at <= at:
            announce(session, m, "person", all_of(session, m, [link.person_id]))
            link.person_id, link.linked_at, link.worker_id = person_id, at, actor.worker_id
            session.flush()
        announce(session, m, "person", all_of(session, m, [person_id]))


def _end_link(session: Session, actor: Actor, member_id: UUID, person_id: UUID, at: datetime) -> None:
    """She is not that person after all. Of another person, linked meanwhile or by one who may see more, it says nothing."""
    m = actor.municipality_id
    with cleared(session, "restricted"):
        link = session.get(MemberPerson, (m, member_id))
        if link is None or link.linked_at > at or len(set(canonical(session, m, [link.person_id, person_id]).values())) > 1:
            return
        announce(session, m, "person", all_of(session, m, [link.person_id]))
        session.delete(link)
        session.flush()


def is_later(session: Session, household_id: UUID, kind: str, at: datetime, m: int) -> bool:
    """True when nothing of this kind was told of the family after `at`."""
    asked = select(HouseholdEvent.id).where(
        HouseholdEvent.municipality_id == m,
        HouseholdEvent.household_id == household_id,
        HouseholdEvent.kind == kind,
        HouseholdEvent.at > at,
    )
    return session.scalar(asked.limit(1)) is None


def has_moved_on(session: Session, member: HouseholdMember, at: datetime) -> bool:
    """Whether a member was told after `at` to live in another family."""
    asked = select(HouseholdEvent.id).where(
        HouseholdEvent.municipality_id == member.municipality_id,
        HouseholdEvent.member_id == member.id,
        HouseholdEvent.kind.in_(("divided", "went_along")),
        HouseholdEvent.at > at,
    )
    return session.scalar(asked.limit(1)) is not None


def nth(event_id: UUID, number: int) -> UUID:
    """The first of several rows of one event has its id; the others are made from it."""
    return event_id if number == 0 else uuid5(event_id, str(number))


def note_event(
    session: Session, actor: Actor, household_id: UUID, kind: str, at: datetime, *, event_id: UUID,
    other_id: UUID | None = None, member_id: UUID | None = None, reason: str | None = None, told: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    session.flush()
    insert(
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
            "told": told or None,
        },
    )


def insert(session: Session, model: Any, row: dict[str, Any]) -> None:
    insert_rows(session, model.__table__, [row])
