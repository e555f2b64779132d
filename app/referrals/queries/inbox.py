"""What a unit's door needs: whom to expect, who is here, who waits for an answer; one referral with its history."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Team, Worker
from app.people.models import PersonTold
from app.people.queries import all_of, among, called_of
from app.people.sound import plain
from app.referrals import rules
from app.referrals.models import Referral, ReferralEvent, ReferralPerson, Trip
from app.referrals.problems import ReferralNotFound
from app.referrals.queries.from_desk import is_from_desk
from app.referrals.queries.hidden import hides_somebody
from app.referrals.queries.origins import earlier_of
from app.referrals.queries.phone import people_of
from app.referrals.terms import AT_THE_DESK, EXPECTED
from app.units.models import BedClaim, Stay, Unit
from app.units.queries import within

_LONGEST_LIST = 200
# What closed today, or arrived and was never answered, was received lately; without a bound the reading would walk all
# of history.
_LOOK_BACK = timedelta(days=30)
# Somebody who came is "here" for a day; past it, while her referral has no answer, the unit owes one.
_HERE = timedelta(hours=24)
_CLOSED = ("declined", "not_arrived", "ended", "revoked", "redirected")


def inbox_of(
    session: Session, actor: Actor, closed_since: datetime, now: datetime, unit_id: UUID | None = None
) -> dict[str, Any]:
    """What the actor's units have to do and what closed since an instant; newest first, with counts.

    new: asked, not answered · coming: a place is kept, accepted or on the way · here: arrived within a day ·
    waiting: came earlier, and the team has no answer yet · closed.
    """
    require(actor, "referrals.read_inbox")
    expected = _for_desk(actor, unit_id).where(_is(EXPECTED))
    came = _for_desk(actor, unit_id).where(_is(("arrived", "in_service")), Referral.received_at >= now - _LOOK_BACK)
    moved = exists().where(
        ReferralEvent.municipality_id == Referral.municipality_id,
        ReferralEvent.referral_id == Referral.id,
        ReferralEvent.at >= closed_since,
    )
    closed = _for_desk(actor, unit_id).where(_is(_CLOSED), Referral.received_at >= now - _LOOK_BACK, moved)
    opened, here, ended = (
        [_item(row, now) for row in session.execute(asked.limit(_LONGEST_LIST))] for asked in (expected, came, closed)
    )
    _note_same_code([*opened, *here])
    clashing = _clashing(session, actor.municipality_id, [item["id"] for item in here])
    for item in here:
        item["clash"] = item["id"] in clashing
    lately = {item["id"] for item in here if item["arrived_at"] is None or item["arrived_at"] > now - _HERE}
    groups = {
        "new": [item for item in opened if item["status"] == "sent"],
        "coming": [item for item in opened if item["status"] != "sent"],
        "here": [item for item in here if item["id"] in lately],
        "waiting": [item for item in here if item["id"] not in lately],
        "closed": ended,
    }
    return {**groups, "counts": {name: len(items) for name, items in groups.items()}, "server_time": now}


def referral_of(session: Session, actor: Actor, referral_id: UUID, now: datetime) -> dict[str, Any]:
    """One referral of the actor's units with its history, for whom it is (`people`) and, in `earlier`, what became of those
    that it takes on, without their units' names. Raises ReferralNotFound, also for another unit's."""
    require(actor, "referrals.read_inbox")
    m = actor.municipality_id
    row = session.execute(_for_desk(actor, None).where(Referral.id == referral_id)).first()
    if row is None:
        raise ReferralNotFound()
    found = _item(row, now)
    others = _for_desk(actor, found["unit_id"]).where(_is((*EXPECTED, "arrived", "in_service")), Referral.code == found["code"])
    found["same_code"] = [
        {"id": other.Referral.id, "called": other.Referral.called} for other in session.execute(others) if other.Referral.id != referral_id
    ]
    found["clash"] = referral_id in _clashing(session, m, [referral_id])
    found["people"] = people_of(session, m, [referral_id])[referral_id]
    found["earlier"] = [
        {"status": one.status, "decline_reason": one.decline_reason, "sent_at": one.sent_at} for one in earlier_of(session, row.Referral)
    ]
    found["history"] = [
        {"status": event.status, "reason": event.reason, "at": event.at, "worker": name, "by_sender": event.by_sender}
        for event, name in session.execute(
            select(ReferralEvent, Worker.name)
            .outerjoin(
                Worker,
                (Worker.municipality_id == ReferralEvent.municipality_id) & (Worker.id == ReferralEvent.worker_id),
            )
            .where(ReferralEvent.municipality_id == m, ReferralEvent.referral_id == referral_id)
            .order_by(ReferralEvent.at, ReferralEvent.id)
        )
    ]
    return found


def find_expected(session: Session, actor: Actor, unit_id: UUID, text: str, now: datetime) -> list[dict[str, Any]]:
    """Items of those expected at a unit, or sent there lately and closed, by any name or the code, newest first.

    Every word must begin a word of what she is called, whoever said so; a name of a merged person too.
    """
    require(actor, "referrals.read_inbox")
    words = plain(text).split()
    if not words:
        return []
    lately = Referral.received_at >= now - _LOOK_BACK
    asked = _for_desk(actor, unit_id).where(or_(_is(EXPECTED), _is(_CLOSED) & lately)).limit(_LONGEST_LIST * 2)
    rows = session.execute(asked).all()
    named = _names_of(session, actor.municipality_id, [row.Referral.id for row in rows])
    code = "".join(text.upper().split())
    found = []
    for row in rows:
        spoken = [word for name in (row.Referral.called, *named[row.Referral.id]) if name for word in plain(name).split()]
        if row.Referral.code == code or all(any(said.startswith(word) for said in spoken) for word in words):
            found.append(_item(row, now))
    _note_same_code(found)
    return sorted(found, key=lambda item: item["status"] not in EXPECTED)


def _names_of(session: Session, municipality_id: int, ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Everything that those of each referral are called."""
    m, found = municipality_id, defaultdict(set)
    rows = session.execute(
        select(ReferralPerson.referral_id, ReferralPerson.person_id, ReferralPerson.called).where(
            ReferralPerson.municipality_id == m, among(ReferralPerson.referral_id, ids)
        )
    ).all()
    now = called_of(session, m, [row.person_id for row in rows])
    every = {row.person_id: all_of(session, m, [row.person_id]) for row in rows if row.person_id in now}
    told: dict[UUID, set[str]] = defaultdict(set)
    for person_id, value in session.execute(
        select(PersonTold.person_id, PersonTold.value).where(
            PersonTold.municipality_id == m,
            among(PersonTold.person_id, {id_ for one in every.values() for id_ in one}),
            PersonTold.field.like("name.%"),
            PersonTold.taken_back_at.is_(None),
        )
    ):
        told[person_id].add(str(value))
    for row in rows:
        found[row.referral_id] |= {row.called} - {None}
        if row.person_id in now:
            found[row.referral_id] |= {now[row.person_id].called}.union(*(told[id_] for id_ in every[row.person_id]))
    return found


def is_shown(session: Session, actor: Actor, referral_id: UUID) -> bool:
    """Whether the actor's desk has it: not that of somebody restricted who is expected at another's door."""
    return session.execute(_for_desk(actor, None).where(Referral.id == referral_id)).first() is not None


def is_seen(session: Session, referral: Referral) -> bool:
    """Whether the actor of this transaction may know of it at all."""
    m, asked = referral.municipality_id, select(Referral.id).where(Referral.id == referral.id, ~hides_somebody())
    return session.scalar(asked.where(Referral.municipality_id == m)) is not None


def _is(statuses: Collection[str]) -> Any:
    # Written into the statement, so that the index of what is open serves it under any plan.
    return Referral.status.in_([literal_column(f"'{status}'") for status in sorted(statuses)])


def _at_the_door(actor: Actor) -> Actor:
    """The actor as far as she stands at a unit's door: given that unit, or doing nothing but doors."""
    doors = tuple(grant for grant in actor.grants if grant.scope_kind == "unit" or grant.role == "unit_desk")
    return replace(actor, grants=doors)


def _for_desk(actor: Actor, unit_id: UUID | None) -> Select:
    proposed = aliased(Unit)
    m = Referral.municipality_id
    asked = (
        select(
            Referral, Unit.name.label("unit_name"), Unit.heard_at, Unit.has_desk, Team.name.label("team_name"),
            proposed.name.label("proposed"), Trip.vehicle_sent_at,
        )
        .join(Unit, (Unit.municipality_id == m) & (Unit.id == Referral.unit_id))
        .outerjoin(Team, (Team.municipality_id == m) & (Team.id == Referral.team_id))
        .outerjoin(proposed, (proposed.municipality_id == m) & (proposed.id == Referral.proposed_unit_id))
        .outerjoin(Trip, (Trip.municipality_id == m) & (Trip.id == Referral.trip_id))
        .where(
            m == actor.municipality_id,
            within(actor, "referrals.read_inbox"),
            # The door that must expect her knows; who only looks over several units does not.
            or_(within(_at_the_door(actor), "referrals.mark_arrival"), ~hides_somebody()),
        )
        .order_by(Referral.received_at.desc(), Referral.id.desc())
    )  # fmt: skip
    return asked.where(Referral.unit_id == unit_id) if unit_id else asked


# No column of the place, of the encounter nor of the worker who sent: what isn't read can't leak.
_AT_THE_DOOR = (
    "id code status called people_count with_children with_animals note unit_id sent_at received_at seen_at"
    " decided_at decline_reason decline_text proposed_unit_id arrived_at purpose reasons is_urgent profile with_cart"
    " belongings travel vehicle_asked hold_answer held_until arrive_by appointment_at appointment_note left_at in_service_at"
    " ended_at answer answer_text escalated"
).split()


def _item(row: Any, now: datetime) -> dict[str, Any]:
    """hold_state: held | passed | unconfirmed | None (rules.hold_state). is_overdue: expected by now, and not here."""
    referral = row.Referral
    return {name: getattr(referral, name) for name in _AT_THE_DOOR} | {
        "unit_name": row.unit_name,
        "team_name": row.team_name or (AT_THE_DESK if is_from_desk(referral) else None),
        "proposed_unit": row.proposed,
        "has_desk": row.has_desk,
        "vehicle_sent_at": row.vehicle_sent_at,
        "hold_state": rules.hold_state(referral.status, referral.held_until, row.heard_at, now),
        "is_overdue": referral.status in EXPECTED and referral.arrive_by is not None and referral.arrive_by <= now,
        "same_code": [],
        "clash": False,
    }


def _note_same_code(items: list[dict[str, Any]]) -> None:
    """Which others, open at the same unit, bear the same code: the desk asks the name."""
    bearing: dict[tuple[UUID, str], list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        bearing[item["unit_id"], item["code"]].append(item)
    for alike in bearing.values():
        for item in alike:
            item["same_code"] = [{"id": other["id"], "called": other["called"]} for other in alike if other is not item]


def _clashing(session: Session, municipality_id: int, ids: Collection[UUID]) -> set[UUID]:
    """Of these, those of whom somebody is here without a bed: it was another's by then."""
    has_bed = exists().where(
        BedClaim.municipality_id == Stay.municipality_id, BedClaim.stay_id == Stay.id, BedClaim.kind == "stay"
    )
    return set(
        session.scalars(
            select(Stay.referral_id)
            .join(Unit, (Unit.municipality_id == Stay.municipality_id) & (Unit.id == Stay.unit_id))
            .where(
                Stay.municipality_id == municipality_id,
                among(Stay.referral_id, ids),
                Stay.left_at.is_(None),
                Unit.place_rule != "none",
                ~has_bed,
            )
        )
    )
