"""Loading: two invented cities, seeded, in one transaction of the schema's owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import chain
from app.core import seal
from app.core.db import bind
from app.core.models import Municipality
from app.demo import cold, duty, families, known, lived, network, nights, onward, records, roster, route_plans, street
from app.demo.cities import CITIES, CityPlan
from app.demo.dice import Dice
from app.demo.roof import Roof
from app.demo.rows import Rows, delete_city
from app.territory.place import settle

AUDIT_DAYS = 10


class Refused(Exception):
    """Why the demonstration isn't loaded, as one line."""


@dataclass(frozen=True)
class Loaded:
    """What one city received: rows by table."""

    plan: CityPlan
    written: dict[str, int]


def make_room(session: Session, replace: bool) -> None:
    """Refuse beside a real city or over a loaded demonstration; with `replace`, take the old one away."""
    cities = session.scalars(select(Municipality)).all()
    real = [city.name for city in cities if not city.is_demo]
    if real:
        raise Refused(f"há um município real nesta instalação ({real[0]}): a demonstração não entra ao lado dele")
    if cities and not replace:
        raise Refused("a demonstração já está carregada: use --replace para refazê-la")
    for city in cities:
        session.expunge(city)
        delete_city(session, city.id)


def load(
    session: Session, now: datetime, *, days: int, scale: float, seed: int, password_hash: str,
    plans: Iterable[CityPlan] = CITIES,
) -> list[Loaded]:  # fmt: skip
    """Make and write the cities. The same seed at the same instant makes the same rows."""
    return [_load_city(session, plan, now, days, scale, seed, password_hash) for plan in plans]


def _load_city(
    session: Session, plan: CityPlan, now: datetime, days: int, scale: float, seed: int, password_hash: str
) -> Loaded:
    dice = Dice(f"{seed}:{plan.id}")
    standing, life = Rows(plan.id), Rows(plan.id)
    city = network.build(session, plan, dice, standing, now, days, password_hash)
    session.add(
        Municipality(
            id=plan.id, name=plan.name, uf=plan.uf, timezone=plan.timezone, is_demo=True, settings=cold.presets(city),
            created_at=city.founded_at,
        )
    )  # fmt: skip
    session.flush()
    bind(session, plan.id)
    seal.create_key(session, plan.id, now)
    written = standing.write(session)
    _live(session, city, dice, life, now, days, scale)
    written |= life.write(session)
    while chain.chain(session, plan.id):
        pass
    session.execute(text("ANALYZE"))  # the planner knows nothing of rows that came by COPY
    return Loaded(plan, written)


def _live(
    session: Session, city: network.Standing, dice: Dice, rows: Rows, now: datetime, days: int, scale: float
) -> None:
    plan = city.plan
    crowd = street.people(city, dice, max(1, round(plan.people * scale)))
    worked = street.shifts(city, dice, rows, now, days)
    count = max(1, round(plan.encounters_90_days * scale * days / 90))
    moments = street.moments(city, dice, rows, worked, count, now)
    drafts = [street.draft(city, dice, moment, crowd) for moment in moments]
    places = settle(session, plan.id, [draft["place"] for draft in drafts])
    encounters = [
        records.record(city, dice, rows, draft, place, crowd, now)
        for draft, place in zip(drafts, places, strict=True)
    ]
    street.people_rows(city, crowd, dice, rows, now - timedelta(days=days))
    roof = Roof(city, dice, rows, crowd, now)
    nights.settle_in(roof, encounters)
    onward.refer(roof, encounters, now)
    nights.pass_nights(roof, days)
    today = now.astimezone(city.zone).date()
    homes = families.households(city, dice, rows, plan.households, today)
    visits = families.visits(city, dice, homes, now, days)
    places = settle(session, plan.id, [visit["place"] for visit in visits])
    for visit, place in zip(visits, places, strict=True):
        families.record(city, dice, rows, visit, place, now)
    roster.plan(city, rows, now)
    duty.rung(city, rows, now)
    route_plans.plan(city, rows, now)
    cold.night(city, rows, encounters, now, days)
    known.agreed(city, dice, rows, now)
    known.members(city, dice, rows)
    known.pairs(city, dice, rows, crowd, now)
    known.hidden(city, dice, rows, crowd, now)
    for row in encounters:
        row.pop("people")
    lived.said(city, dice, rows, now)
    _trail(dice, rows, now - timedelta(days=AUDIT_DAYS))


def _trail(dice: Dice, rows: Rows, since: datetime) -> None:
    """Lines of the last days, as the verbs write them."""
    lines: list[tuple[datetime, str, str, dict[str, Any]]] = []
    lines += [(row["received_at"], "shifts.start", "shift", row) for row in rows["shifts"]]
    lines += [(row["received_at"], "encounters.record", "encounter", row) for row in rows["encounters"]]
    lines += [(row["received_at"], "home_visits.record", "home_visit", row) for row in rows["home_visits"]]
    lines += [(row["received_at"], "referrals.send", "referral", row) for row in rows["referrals"]]
    lines += [(row["received_at"], "tasks.agree", "task", row) for row in rows["tasks"]]
    lines += [(row["recorded_at"], "units.check_in", "stay", row) for row in rows["stays"]]
    lines += [(row["recorded_at"], "units.note_turned_away", "turned_away", row) for row in rows["turned_away"]]
    lines += [(row["recorded_at"], "units.note_visit", "unit_visit", row) for row in rows["unit_visits"]]
    ways = {"left": "units.check_out", "renewed": "units.check_out", "absent": "units.keep_place"}
    lines += [
        (row["recorded_at"], ways[row["kind"]], "stay", {**row, "id": row["stay_id"]})
        for row in rows["stay_events"] if row["kind"] in ways
    ]  # fmt: skip
    verbs = {"accepted": "referrals.decide", "declined": "referrals.decide", "arrived": "referrals.mark_arrival",
             "not_arrived": "referrals.mark_arrival", "revoked": "referrals.revoke", "redirected": "referrals.send",
             "on_the_way": "referrals.set_out", "in_service": "referrals.serve", "ended": "referrals.serve"}  # fmt: skip
    for row in rows["referral_events"]:
        if row["status"] in verbs:
            lines.append((row["at"], verbs[row["status"]], "referral", {**row, "id": row["referral_id"]}))
    for at, action, subject_type, row in sorted(lines, key=lambda line: line[0]):
        if at >= since:
            rows.add(
                "audit_lines", id=dice.uuid_at(at), at=at, worker_id=row["worker_id"], device_id=row.get("device_id"),
                action="encounters.correct" if row.get("replaces_id") else action, outcome="done", problem=None,
                subject_type=subject_type, subject_id=row["id"], fields=[],
            )  # fmt: skip
