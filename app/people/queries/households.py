"""Readings of families, narrowed to what a phone may hold."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import allows
from app.accounts.models import Team, Worker
from app.core.db import cleared
from app.core.problems import NotFound
from app.people.models import Household, HouseholdEvent, HouseholdMember, MemberPerson
from app.people.queries.naming import called_of


def household_ids_of(
    session: Session, actor: Actor, team_ids: Collection[UUID], after: UUID | None, limit: int
) -> list[UUID]:
    """The first ids of what `households_of` gives behind one, sorted."""
    query = select(Household.id).where(*_held_by(actor, team_ids), Household.is_active)
    if after is not None:
        query = query.where(Household.id > after)
    return list(session.scalars(query.order_by(Household.id).limit(limit)))


def household_ids_held(
    session: Session, actor: Actor, team_ids: Collection[UUID], ids: Collection[UUID]
) -> set[UUID]:
    """Which of these families this worker's phone has or had: closed, or hidden with somebody restricted, meanwhile."""
    with cleared(session, "restricted"):
        return set(session.scalars(select(Household.id).where(*_held_by(actor, team_ids), Household.id.in_(ids))))


def family_of_visitor(session: Session, then: Actor, verb: str, household_id: UUID) -> Household | None:
    """The visitor's own family or one of her teams', also one that was closed, joined or given to a teammate since: what
    happened there before still arrives. `then` is the visitor as she was at that time.
    """
    with cleared(session, "restricted"):
        return session.scalar(
            select(Household).where(
                Household.municipality_id == then.municipality_id,
                Household.id == household_id,
                or_(
                    Household.visitor_id == then.worker_id,
                    and_(Household.visitor_id.is_not(None), Household.team_id.in_(then.team_ids(verb))),
                ),
            )
        )


def _held_by(actor: Actor, team_ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    """The visitor's own, those without a visitor that her teams met together, and those that she opened for no team."""
    opened = select(HouseholdEvent.household_id).where(
        HouseholdEvent.municipality_id == actor.municipality_id,
        HouseholdEvent.kind == "opened",
        HouseholdEvent.worker_id == actor.worker_id,
    )
    return (
        Household.municipality_id == actor.municipality_id,
        or_(
            Household.visitor_id == actor.worker_id,
            and_(Household.visitor_id.is_(None), Household.team_id.in_(team_ids)),
            and_(Household.visitor_id.is_(None), Household.team_id.is_(None), Household.id.in_(opened)),
        ),
    )


def households_of(
    session: Session, actor: Actor, team_ids: Collection[UUID], ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The worker's own families and her teams', with who lives in them now, as pull bodies without visits."""
    query = select(Household).where(*_held_by(actor, team_ids), Household.is_active)
    if ids is not None:
        query = query.where(Household.id.in_(ids))
    homes = session.scalars(query).all()
    found: dict[UUID, dict[str, Any]] = {
        home.id: {
            "id": home.id,
            "called": home.called,
            "region_id": home.region_id,
            "address_hint": home.address_hint,
            "members": [],
        }
        for home in homes
    }
    members = session.scalars(
        select(HouseholdMember)
        .where(
            HouseholdMember.municipality_id == actor.municipality_id,
            HouseholdMember.household_id.in_(found),
            HouseholdMember.left_at.is_(None),
        )
        .order_by(HouseholdMember.id)
    ).all()
    persons = persons_of_members(session, actor.municipality_id, [member.id for member in members])
    for member in members:
        found[member.household_id]["members"].append(
            {
                "id": member.id,
                "called": member.called,
                "kind": member.kind,
                "birth_on": member.birth_on,
                "due_on": member.due_on,
                "is_responsible": member.is_responsible,
                "person_id": persons.get(member.id),
            }
        )
    return found


def persons_of_members(session: Session, municipality_id: int, member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """{member: the person that she is now}, of those that are known and that this worker may see."""
    linked = {
        row.id: row.person_id
        for row in session.execute(
            select(MemberPerson.id, MemberPerson.person_id).where(
                MemberPerson.municipality_id == municipality_id, MemberPerson.id.in_(member_ids)
            )
        )
    }
    known = called_of(session, municipality_id, list(linked.values()))
    return {member: known[person].id for member, person in linked.items() if person in known}


def unit_of_family(session: Session, municipality_id: int, team_id: UUID) -> UUID | None:
    """The unit for which a family's team works."""
    return session.scalar(
        select(Team.reference_unit_id).where(Team.municipality_id == municipality_id, Team.id == team_id)
    )


def openers_of(session: Session, municipality_id: int, household_id: UUID) -> list[UUID]:
    """Who opened a family."""
    asked = select(HouseholdEvent.worker_id).where(
        HouseholdEvent.municipality_id == municipality_id,
        HouseholdEvent.household_id == household_id,
        HouseholdEvent.kind == "opened",
    )
    return list(session.scalars(asked))


def households_of_person(
    session: Session, municipality_id: int, person_ids: Collection[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """{person as asked: her families}: id, called, is_active, member_id, member (what she is called there), kind,
    is_responsible, left_at."""
    rows = session.execute(
        select(MemberPerson.person_id, HouseholdMember, Household)
        .join(
            HouseholdMember,
            and_(HouseholdMember.municipality_id == MemberPerson.municipality_id, HouseholdMember.id == MemberPerson.id),
        )
        .join(
            Household,
            and_(
                Household.municipality_id == HouseholdMember.municipality_id,
                Household.id == HouseholdMember.household_id,
            ),
        )
        .where(MemberPerson.municipality_id == municipality_id, MemberPerson.person_id.in_(person_ids))
        .order_by(HouseholdMember.left_at.is_not(None), Household.called, HouseholdMember.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for person_id, member, home in rows:
        found.setdefault(person_id, []).append(
            {
                "id": home.id,
                "called": home.called,
                "is_active": home.is_active,
                "member_id": member.id,
                "member": member.called,
                "kind": member.kind,
                "is_responsible": member.is_responsible,
                "left_at": member.left_at,
            }
        )
    return found


def family_names(session: Session, municipality_id: int, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """What families are called."""
    wanted = [id_ for id_ in ids if id_]
    if not wanted:
        return {}
    rows = session.execute(
        select(Household.id, Household.called).where(
            Household.municipality_id == municipality_id, Household.id.in_(wanted)
        )
    )
    return {row.id: row.called for row in rows}


def household_page(session: Session, actor: Actor, household_id: UUID) -> dict[str, Any]:
    """A family as staff sees it: who lives there, who lived there, what happened. Raises NotFound outside the reach."""
    m, verb = actor.municipality_id, "people.read_households"
    row = session.execute(
        select(Household, Team, Worker.name.label("visitor"))
        .outerjoin(Team, and_(Team.municipality_id == m, Team.id == Household.team_id))
        .outerjoin(Worker, and_(Worker.municipality_id == m, Worker.id == Household.visitor_id))
        .where(Household.municipality_id == m, Household.id == household_id)
    ).one_or_none()
    if row is None or not _is_read_by(actor, verb, row.Household, row.Team):
        raise NotFound()
    members = session.scalars(
        select(HouseholdMember)
        .where(HouseholdMember.municipality_id == m, HouseholdMember.household_id == household_id)
        .order_by(HouseholdMember.left_at.is_not(None), HouseholdMember.is_responsible.desc(), HouseholdMember.id)
    ).all()
    persons = persons_of_members(session, m, [member.id for member in members])
    events = session.execute(
        select(HouseholdEvent, Worker.name, HouseholdMember.called.label("member"))
        .join(Worker, and_(Worker.municipality_id == m, Worker.id == HouseholdEvent.worker_id))
        .outerjoin(HouseholdMember, and_(HouseholdMember.municipality_id == m, HouseholdMember.id == HouseholdEvent.member_id))
        .where(
            HouseholdEvent.municipality_id == m,
            HouseholdEvent.household_id == household_id,
            HouseholdEvent.kind.not_like("set:%"),
        )
        .order_by(HouseholdEvent.at.desc(), HouseholdEvent.id.desc())
    ).all()
    others = family_names(session, m, {event.other_id for event, _name, _member in events})
    # Why somebody left stands on her row too: said only where its event is.
    left = session.execute(
        select(HouseholdEvent.member_id, HouseholdEvent.at).where(
            HouseholdEvent.municipality_id == m,
            HouseholdEvent.kind == "member_left",
            HouseholdEvent.member_id.in_([member.id for member in members]),
        )
    )
    told = {(row.member_id, row.at) for row in left}
    home: Household = row.Household
    return {
        "id": home.id,
        "called": home.called,
        "address_hint": home.address_hint,
        "region_id": home.region_id,
        "team": row.Team.name if row.Team else None,
        "visitor": row.visitor,
        "is_active": home.is_active,
        "closed_at": home.closed_at,
        "members": [
            {
                "id": member.id,
                "called": member.called,
                "kind": member.kind,
                "birth_on": member.birth_on,
                "due_on": member.due_on,
                "is_responsible": member.is_responsible,
                "left_at": member.left_at,
                "left_reason": member.left_reason if (member.id, member.left_at) in told else None,
                "person_id": persons.get(member.id),
            }
            for member in members
        ],
        "events": [
            {
                "kind": event.kind,
                "at": event.at,
                "by": name,
                "member": member,
                "other_id": event.other_id if event.other_id in others else None,
                "other": others.get(event.other_id) if event.other_id else None,
                "reason": event.reason,
            }
            for event, name, member in events
        ],
    }


def _is_read_by(actor: Actor, verb: str, home: Household, team: Team | None) -> bool:
    if home.visitor_id == actor.worker_id or actor.everywhere(verb):
        return True
    if team is None:
        return home.region_id is not None and allows(actor, verb, region_id=home.region_id)
    return allows(actor, verb, team_id=team.id, unit_id=team.reference_unit_id, region_id=home.region_id)
