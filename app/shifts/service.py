"""Opening and closing a shift, and what is said of it in between. All of it may come late, twice and in any order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.changes import announce
from app.core.ids import new_id
from app.core.models import Municipality
from app.core.problems import Problem
from app.core.timing import Timing
from app.shifts import queries, rules
from app.shifts.models import PresenceMark, Shift, ShiftCompanion, ShiftEvent
from app.shifts.problems import NoWhere, UnknownShift
from app.territory.place import check_place, settle
from app.territory.points import count_seen

# A start more than a day later says nothing of when the shift before it ended.
_ONE_DAY = timedelta(hours=24)
_NO_PLACE = dict.fromkeys(("lon", "lat", "accuracy_m", "point_id", "text", "reason", "fixed_at"))


def start_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A worker goes out with a team. Raises Forbidden for a team that isn't hers.

    What she had open before is closed at this instant. A place that can't be read is left out: it holds back no shift.
    """
    require(actor.at(timing.occurred_at), "shifts.start", team_id=data["team_id"])
    m, shift_id = actor.municipality_id, data["shift_id"]
    place = _coarse(session, m, data.get("place"))
    session.execute(
        insert(Shift.__table__),
        [
            {
                "municipality_id": m,
                "id": shift_id,
                "team_id": data["team_id"],
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "reference_unit_id": data["reference_unit_id"],
                "planned_shift_id": queries.plan_of(session, m, data["team_id"], data.get("planned_shift_id")),
                "started_at": timing.occurred_at,
                "start_uncertain": timing.uncertain,
                "start_cell": place["cell"],
                "start_source": place["place_source"],
                "received_at": timing.received_at,
            }
        ],
    )
    companions = [
        {"municipality_id": m, "id": new_id(), "shift_id": shift_id, "worker_id": worker_id}
        for worker_id in sorted(set(data["companion_ids"]) - {actor.worker_id})
    ]
    if companions:
        session.execute(insert(ShiftCompanion.__table__), companions)
    region_id = data.get("region_id") or place["region_id"]
    if region_id is not None:
        _note(session, actor, new_id(), shift_id, "entered", timing, region_id)
    _settle_end(session, _own(session, actor, shift_id))
    before = _one_before(session, actor, timing.occurred_at, shift_id)
    if before is not None:
        _settle_end(session, before)
    trail.record(session, actor, "shifts.start", timing.received_at, "shift", shift_id)


def end_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """Close the worker's own shift. The earliest end that she told counts, also against the rule's; every one is kept."""
    require(actor.at(timing.occurred_at), "shifts.end")
    shift = _own(session, actor, data["shift_id"])
    late = bool(data.get("late"))
    _note(session, actor, new_id(), shift.id, "ended", timing, told_late=late)
    _settle_end(session, shift)
    if shift.end_kind == "worker" and shift.ended_at == max(timing.occurred_at, shift.started_at):
        place = _coarse(session, actor.municipality_id, data.get("place"), late)
        shift.end_cell, shift.end_source = place["cell"], place["place_source"]
        session.flush()
    trail.record(session, actor, "shifts.end", timing.received_at, "shift", shift.id)


def enter_region(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """The team goes to another region."""
    _say(session, actor, "shifts.enter_region", "entered", data, timing)


def pause_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A break begins."""
    _say(session, actor, "shifts.pause", "paused", data, timing)


def resume_shift(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """A break is over."""
    _say(session, actor, "shifts.resume", "resumed", data, timing)


def _say(session: Session, actor: Actor, verb: str, kind: str, data: dict[str, Any], timing: Timing) -> None:
    require(actor.at(timing.occurred_at), verb)
    shift = _own(session, actor, data["shift_id"])
    _note(session, actor, data["event_id"], shift.id, kind, timing, data.get("region_id"))
    announce(session, actor.municipality_id, "shift", [shift.id])
    trail.record(session, actor, verb, timing.received_at, "shift", shift.id)


def pass_by(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """"Passei aqui, ninguém". Raises what `check_place` and `settle` raise, UnknownShift, NoWhere."""
    _mark(session, actor, "shifts.pass_by", "nobody", data, timing)


def visit_point(session: Session, actor: Actor, data: dict[str, Any], timing: Timing) -> None:
    """The team was at a known point and somebody was there; about how many counts as a head count of the point.

    Raises UnknownPoint, UnknownShift.
    """
    place = {**_NO_PLACE, "source": "known_point", "point_id": data["point_id"]}
    _mark(session, actor, "shifts.visit_point", "done", data | {"place": place, "region_id": None}, timing)
    if data["people_count"] is not None:
        count_seen(session, actor, data["mark_id"], data["point_id"], data["people_count"], timing)


def _mark(session: Session, actor: Actor, verb: str, kind: str, data: dict[str, Any], timing: Timing) -> None:
    m = actor.municipality_id
    require(actor.at(timing.occurred_at), verb, team_id=data["team_id"])
    if data["shift_id"] is not None:
        teams = queries.teams_of_shifts(session, m, [data["shift_id"]])
        if teams.get(data["shift_id"], data["team_id"]) != data["team_id"]:
            raise UnknownShift(fields={"shift_id": [str(UnknownShift.sentence)]})
    check_place(data["place"], late=False)
    [place] = settle(session, m, [data["place"]])
    region_id = place["region_id"] or data["region_id"]
    if place["known_point_id"] is None and place["cell"] is None and region_id is None:
        raise NoWhere(fields={"place": {"source": [str(NoWhere.sentence)]}})
    session.execute(
        insert(PresenceMark.__table__),
        [
            {
                "municipality_id": m,
                "id": data["mark_id"],
                "kind": kind,
                "shift_id": data["shift_id"],
                "team_id": data["team_id"],
                "worker_id": actor.worker_id,
                "device_id": actor.device_id,
                "occurred_at": timing.occurred_at,
                "received_at": timing.received_at,
                "time_uncertain": timing.uncertain,
                "place_source": place["place_source"],
                "known_point_id": place["known_point_id"],
                "cell": place["cell"],
                "region_id": region_id,
            }
        ],
    )
    if place["known_point_id"] is not None:
        announce(session, m, "point", [place["known_point_id"]])
    trail.record(session, actor, verb, timing.received_at, "presence_mark", data["mark_id"])


def close_forgotten(
    session: Session, municipality_id: int, last_signs: Mapping[UUID, datetime], now: datetime
) -> list[UUID]:
    """Close by rule what nobody closed; gives which. `last_signs`: newest record of each shift that the caller knows of."""
    patience = rules.patience_of(session.get_one(Municipality, municipality_id).settings)
    closed = []
    for shift, last_here, planned_end in queries.open_shifts(session, municipality_id):
        last = max(last_here, last_signs.get(shift.id, last_here))
        at = rules.closing_of(shift.started_at, planned_end, last, now, patience)
        if at is None:
            continue
        # Locked only now: its worker may have closed it meanwhile.
        session.refresh(shift, with_for_update=True)
        if shift.ended_at is not None:
            continue
        shift.closed_by_rule_at = now
        session.add(
            ShiftEvent(municipality_id=municipality_id, id=new_id(), shift_id=shift.id, kind="closed", at=at, received_at=now)
        )
        session.flush()
        _settle_end(session, shift)
        closed.append(shift.id)
    return closed


def _own(session: Session, actor: Actor, shift_id: UUID) -> Shift:
    """The worker's own shift, locked. Raises UnknownShift."""
    shift = session.scalar(
        select(Shift)
        .where(
            Shift.municipality_id == actor.municipality_id, Shift.id == shift_id, Shift.worker_id == actor.worker_id
        )
        .with_for_update()
    )
    if shift is None:
        raise UnknownShift()
    return shift


def _one_before(session: Session, actor: Actor, started_at: datetime, shift_id: UUID) -> Shift | None:
    """The worker's shift before one that starts then, locked."""
    return session.scalar(
        select(Shift)
        .where(
            Shift.municipality_id == actor.municipality_id,
            Shift.worker_id == actor.worker_id,
            or_(Shift.started_at < started_at, and_(Shift.started_at == started_at, Shift.id < shift_id)),
        )
        .order_by(Shift.started_at.desc(), Shift.id.desc())
        .limit(1)
        .with_for_update()
    )


def _settle_end(session: Session, shift: Shift) -> None:
    """Work out the end anew from all that is known."""
    ends = session.execute(
        select(ShiftEvent.kind, ShiftEvent.at).where(
            ShiftEvent.municipality_id == shift.municipality_id,
            ShiftEvent.shift_id == shift.id,
            ShiftEvent.kind.in_(("ended", "closed")),
        )
    ).all()
    next_start = session.scalar(
        select(func.min(Shift.started_at)).where(
            Shift.municipality_id == shift.municipality_id,
            Shift.worker_id == shift.worker_id,
            or_(Shift.started_at > shift.started_at, and_(Shift.started_at == shift.started_at, Shift.id > shift.id)),
            Shift.started_at <= shift.started_at + _ONE_DAY,
            # An hour that nobody knows ends nothing: what an old phone with a dead clock tells at last is of some other day.
            Shift.start_uncertain.is_(False),
        )
    )
    end = rules.end_of(
        shift.started_at,
        [row.at for row in ends if row.kind == "ended"],
        min((row.at for row in ends if row.kind == "closed"), default=None),
        next_start,
    )
    shift.ended_at, shift.end_kind = (end.at, end.kind) if end else (None, None)
    session.flush()
    announce(session, shift.municipality_id, "shift", [shift.id])


def _note(
    session: Session, actor: Actor, event_id: UUID, shift_id: UUID, kind: str, timing: Timing,
    region_id: UUID | None = None, told_late: bool = False,
) -> None:  # fmt: skip
    session.execute(
        insert(ShiftEvent.__table__),
        [
            {
                "municipality_id": actor.municipality_id,
                "id": event_id,
                "shift_id": shift_id,
                "kind": kind,
                "at": timing.occurred_at,
                "region_id": region_id,
                "worker_id": actor.worker_id,
                "received_at": timing.received_at,
                "time_uncertain": timing.uncertain,
                "told_late": told_late,
            }
        ],
    )


_NOWHERE: dict[str, Any] = {"cell": None, "place_source": None, "region_id": None}


def _coarse(session: Session, municipality_id: int, place: dict[str, Any] | None, late: bool = False) -> dict[str, Any]:
    """Cell, source and region of a place; of one that can't be read, nothing: where a phone was holds back no shift."""
    if place is None:
        return _NOWHERE
    try:
        check_place(place, late)
        return settle(session, municipality_id, [place])[0]
    except Problem:
        return _NOWHERE
