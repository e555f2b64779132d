"""What people say: that one is on duty, that one sees to an alert, whom the city tells and after how long."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.alerts import queries
from app.alerts.models import Alert, AlertDuty, AlertFallback, AlertRegionMinutes
from app.alerts.problems import (
    AlertNotFound, AnsweredAlready, BadRegionMinutes, ClosedAlready, UnknownFallback, WordsMissing,
)  # fmt: skip
from app.alerts.queries.people import check_may_set, reader_of
from app.alerts.terms import MISSING
from app.audit import trail
from app.core.days import zone_of
from app.core.ids import new_id
from app.notices import queries as notice_queries
from app.notices import service as notices
from app.territory.queries import active_regions

_LEAST, _MOST = 15, 720


def take_duty(session: Session, actor: Actor, until: time, now: datetime) -> datetime:
    """On duty from now until the next time that the city's clock shows this hour. Gives that instant.

    What still waits to ring, for whoever was on duty before, rings for her too: the others she has before her on the page.
    """
    require(actor, "alerts.take_duty")
    zone = zone_of(session, actor.municipality_id)
    local = now.astimezone(zone)
    end = datetime.combine(local.date(), until, zone)
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), until, zone)
    said = {"since": now, "until": end.astimezone(now.tzinfo)}
    session.execute(
        insert(AlertDuty)
        .values(municipality_id=actor.municipality_id, id=actor.worker_id, **said)
        .on_conflict_do_update(index_elements=["municipality_id", "id"], set_=said)
    )
    reader = reader_of(session, actor)
    open_ = session.scalars(
        select(Alert).where(Alert.municipality_id == actor.municipality_id, Alert.closed_at.is_(None), Alert.answered_at.is_(None))
    )
    waiting = notice_queries.waiting_of(session, actor.municipality_id, "alert", [row.id for row in open_ if reader.sees(row)])
    for alert_id, due_at in sorted((id_, at) for id_, at in waiting.items() if at > now):
        notices.tell(session, actor.municipality_id, [actor.worker_id], "alert", alert_id, now, due_at=due_at)
    trail.record(session, actor, "alerts.take_duty", now, "worker", actor.worker_id, ["since", "until"])
    return said["until"]


def leave_duty(session: Session, actor: Actor, now: datetime) -> None:
    """On duty no more; said twice it is the same."""
    require(actor, "alerts.take_duty")
    row = session.get(AlertDuty, (actor.municipality_id, actor.worker_id), with_for_update=True)
    if row and row.until > now:
        row.until = max(now, row.since)
        session.flush()
        trail.record(session, actor, "alerts.take_duty", now, "worker", actor.worker_id, ["until"])


def answer(session: Session, actor: Actor, alert_id: UUID, said: str, words: str, now: datetime) -> Alert:
    """Somebody sees to it, with a word of terms.ANSWERS; of `other` in words of her own. It stays open until a fact closes it.

    Raises AlertNotFound, ClosedAlready, AnsweredAlready, WordsMissing.
    """
    require(actor, "alerts.answer")
    row = session.get(Alert, (actor.municipality_id, alert_id), with_for_update=True, populate_existing=True)
    if row is None or not reader_of(session, actor).sees(row):
        raise AlertNotFound()
    if row.closed_at is not None:
        raise ClosedAlready()
    if row.answered_at is not None:
        raise AnsweredAlready()
    if said == "other" and len(words) < 2:
        raise WordsMissing(fields={"words": [str(WordsMissing.sentence)]})
    row.answer, row.answer_words, row.answered_at, row.answered_by = said, words, now, actor.worker_id
    session.flush()
    notices.settle(session, actor.municipality_id, ("alert", "alert_urgent"), row.id, now)
    trail.record(session, actor, "alerts.answer", now, "alert", row.id, ["answer"])
    return row


def set_rules(
    session: Session, actor: Actor, minutes: Mapping[tuple[UUID, str], int | None], listed: Collection[UUID], now: datetime
) -> None:
    """The regions' own patience (None: as the city) and the list of who is told when nobody is on duty.

    Raises Forbidden, BadRegionMinutes, UnknownFallback.
    """
    check_may_set(actor)
    m = actor.municipality_id
    regions = {region.id for region in active_regions(session, m)}
    own = {key: said for key, said in minutes.items() if said is not None}
    if any(region not in regions or period not in MISSING or not _LEAST <= said <= _MOST for (region, period), said in own.items()):
        raise BadRegionMinutes()
    if set(listed) - {each.id for each in queries.readers(session, m, now)}:
        raise UnknownFallback()
    session.execute(delete(AlertRegionMinutes).where(AlertRegionMinutes.municipality_id == m))
    session.execute(delete(AlertFallback).where(AlertFallback.municipality_id == m))
    for (region_id, period), said in sorted(own.items(), key=str):
        session.add(AlertRegionMinutes(municipality_id=m, id=new_id(), region_id=region_id, period=period, minutes=said))
    session.add_all(AlertFallback(municipality_id=m, id=worker_id) for worker_id in sorted(set(listed)))
    session.flush()
    trail.record(session, actor, "alerts.set_rules", now, "municipality", None, ["minutes", "fallback"])
