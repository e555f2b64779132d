"""The watch of the hour: every few minutes what is due is opened once and told, and what a fact settled closes itself.

By the instants in the rows, never by when the job ran: run twice, late, at once with another or with a clock that went back, it
opens each matter once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.alerts import queries, ringing, rules
from app.alerts.models import Alert
from app.alerts.queries.facts import MOST_REQUESTS, WINDOW
from app.alerts.ringing import Rung
from app.alerts.rules import Before, Facts, Limits, Matter, Opened
from app.alerts.terms import PER_HOUR, QUIET_FROM, QUIET_TO
from app.core.days import zone_of
from app.core.db import cleared
from app.core.ids import new_id
from app.core.models import Municipality
from app.notices import queries as notices
from app.notices import service as notices_service

KINDS = ("alert", "alert_urgent")


def watch_city(session: Session, municipality_id: int, now: datetime) -> dict[str, int]:
    """One turn in a city. Gives how many were opened, closed, and annulled though they were closed."""
    _lock(session, municipality_id)
    standing = session.scalars(
        select(Alert).where(
            Alert.municipality_id == municipality_id, Alert.closed_at.is_(None) | (Alert.opened_at > now - WINDOW + timedelta(hours=2))
        )
    ).all()
    # After a night without a server, too, what stands open is judged by its own plan.
    since = min([now - WINDOW, *(row.since for row in standing if row.closed_at is None and row.kind != "request")])
    # Whoever was met: that somebody was there is what counts, and nobody gets to see it.
    with cleared(session, "restricted"):
        facts = queries.facts_of(session, municipality_id, now, {row.request_id for row in standing if row.request_id}, since)
    limits = queries.limits_of(session, municipality_id)
    done = {"opened": 0, "closed": 0, "annulled": 0}
    for row in standing:
        if row.closed_at is None:
            done["closed"] += _close(session, row, facts, limits, now)
        elif row.annulled_at is None and row.closed_how != "changed":
            done["annulled"] += _annul(row, facts, limits, now)
    session.flush()
    done["opened"] = _open(session, municipality_id, rules.due(facts, limits, now), now)
    return done


def _lock(session: Session, municipality_id: int) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"alerts:{municipality_id}"})


def _close(session: Session, row: Alert, facts: Facts, limits: Limits, now: datetime) -> int:
    found = rules.ending(_opened(row), facts, limits, now)
    if found is None:
        return 0
    row.closed_at, row.closed_how, row.settled_at = now, found.how, found.at
    if found.how == "late_sync":
        row.annulled_at = now
    notices_service.settle(session, row.municipality_id, KINDS, row.id, now)
    return 1


def _annul(row: Alert, facts: Facts, limits: Limits, now: datetime) -> int:
    """Learnt after it was closed that a team was there before it rang: how it closed stays, and it says so."""
    if rules.learnt(_opened(row), facts, limits) is None:
        return 0
    row.annulled_at = now
    return 1


def _opened(row: Alert) -> Opened:
    return Opened(
        row.matter, row.kind, row.since, row.opened_at, row.team_id, row.region_id, row.planned_shift_id, row.request_id, row.stage
    )


def _open(session: Session, m: int, matters: list[Matter], now: datetime) -> int:
    """Each that is new, told to whom it concerns."""
    news = rules.fresh(matters, _before(session, m, {each.key for each in matters}), now)
    # A spreadsheet of thousands rings no thousand times, and silences nothing that is urgent.
    standing = select(func.count()).select_from(Alert).where(
        Alert.municipality_id == m, Alert.kind == "request", ~Alert.is_urgent, Alert.closed_at.is_(None)
    )  # fmt: skip
    room = MOST_REQUESTS - (session.scalar(standing) or 0)
    asked = [each for each in news if each.kind == "request" and not each.is_urgent][: max(0, room)]
    first = [each for each in news if each.kind != "request" or each.is_urgent]
    made = [row for each in [*first, *asked] if (row := _add(session, m, each, now))]
    if made:
        _tell(session, m, made, now)
    return len(made)


def _before(session: Session, m: int, keys: set[str]) -> dict[str, Before]:
    rows = session.execute(
        select(Alert.matter, Alert.since, Alert.settled_at, Alert.closed_how)
        .where(Alert.municipality_id == m, Alert.matter.in_(keys))
        .order_by(Alert.matter, Alert.closed_at.is_(None), Alert.settled_at, Alert.opened_at)
    )
    # The last of each: an open one, else that which was settled last.
    return {matter: Before(since, settled_at, how == "changed") for matter, since, settled_at, how in rows}


def _add(session: Session, m: int, matter: Matter, now: datetime) -> Alert | None:
    """None where it stands open already, by whomever."""
    id_ = session.scalar(
        insert(Alert)
        .values(
            municipality_id=m, id=new_id(), matter=matter.key, kind=matter.kind, stage=matter.stage, team_id=matter.team_id,
            region_id=matter.region_id, planned_shift_id=matter.planned_shift_id, request_id=matter.request_id,
            is_urgent=matter.is_urgent, since=matter.since, news_at=matter.news_at, opened_at=now, told_count=0, answer_words="",
        )
        .on_conflict_do_nothing(index_elements=["municipality_id", "matter"], index_where=text("closed_at IS NULL"))
        .returning(Alert.id)
    )  # fmt: skip
    return session.get_one(Alert, (m, id_)) if id_ else None


def _tell(session: Session, m: int, alerts: list[Alert], now: datetime) -> None:
    city = session.get_one(Municipality, m).settings
    quiet = ringing.quiet_until(int(QUIET_FROM.of(city)), int(QUIET_TO.of(city)), now, zone_of(session, m))
    told_for, most = queries.Recipients(session, m, now), int(PER_HOUR.of(city))
    whom = {row.id: told_for(row) for row in alerts}
    everybody = {id_ for told in whom.values() for id_ in told.ids}
    rung: dict[UUID, Rung] = {
        id_: Rung(tuple(at), waits)
        for id_, (at, waits) in notices.rings_of(session, m, everybody, KINDS[0], now - timedelta(hours=1), now).items()
    }
    # All that is told in one turn rings together.
    due = {id_: ringing.rings_at(now, False, quiet, rung[id_], most) for id_ in everybody}
    for row in alerts:
        told = whom[row.id]
        for id_ in told.ids:
            at = now if row.is_urgent else due[id_]
            notices_service.tell(session, m, [id_], KINDS[row.is_urgent], row.id, now, due_at=at)
        row.told_as, row.told_count = told.how if told.ids else None, len(told.ids)
    session.flush()
