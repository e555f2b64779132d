"""The roster of the teams at the Centro POP: two groups that alternate by night, one team by day, a month around today."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo.cities import TeamPlan
from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows
from app.shifts.roster.rules import Pattern, expand

_BACK, _AHEAD, _DRAFTS = 7, 7, 21
_KEYS = ("noite", "dia")


def plan(city: Standing, rows: Rows, now: datetime) -> None:
    """Published from a week ago to a week ahead, drafts for two weeks more; one worker away, so that one night lacks somebody."""
    planner = city.personas.get("coordenacao")
    teams = [team for team in city.plan.teams if team.key in _KEYS]
    if planner is None or not teams:
        return
    # Dice of its own: what is thrown here changes nothing of the city's life.
    dice = Dice(f"roster:{city.plan.id}")
    today = now.astimezone(city.zone).date()
    published_at = now - timedelta(days=_BACK + 3)
    vans = {}
    for team, (name, seats, accessible) in zip(teams, (("Van da noite", 9, True), ("Carro do dia", 5, False)), strict=False):
        vans[team.key] = dice.uuid_at(city.founded_at)
        rows.add("vehicles", id=vans[team.key], name=name, seats=seats, is_accessible=accessible, is_active=True)
    patterns = [each for team in teams for each in _patterns(city, dice, team, vans[team.key], today)]
    for pattern in patterns:
        _pattern(rows, pattern, planner, published_at)
    away = _away(city, dice, rows, today, planner, published_at)
    for shift in expand(patterns, today - timedelta(days=_BACK), today + timedelta(days=_DRAFTS), city.zone):
        is_draft = shift.on_date > today + timedelta(days=_AHEAD)
        shift_id = dice.uuid_at(published_at)
        rows.add(
            "planned_shifts", id=shift_id, team_id=shift.team_id, on_date=shift.on_date, starts_at=shift.starts_at, ends_at=shift.ends_at,
            vehicle_id=shift.vehicle_id, pattern_id=shift.key, status="draft" if is_draft else "published",
            published_at=None if is_draft else published_at, note="", is_changed=False, made_by=planner, made_at=published_at,
        )  # fmt: skip
        for region_id in shift.region_ids:
            rows.add("planned_shift_regions", id=dice.uuid_at(published_at), planned_shift_id=shift_id, region_id=region_id, left_at=None)
        for worker_id in shift.member_ids:
            state = "absent" if away and (worker_id, shift.on_date) in away else "planned"
            rows.add(
                "planned_shift_members", id=dice.uuid_at(published_at), planned_shift_id=shift_id, worker_id=worker_id,
                during=f"[{shift.starts_at.isoformat()},{shift.ends_at.isoformat()})", state=state, replaced_by=None,
                changed_at=published_at,
            )  # fmt: skip
        if not is_draft:
            _told(rows, dice, shift_id, planner, published_at)


def _patterns(city: Standing, dice: Dice, team: TeamPlan, van: UUID, today: date) -> list[Pattern]:
    members = city.workers[team.key]
    shared: dict[str, Any] = {
        "team_id": city.teams[team.key], "starts": time(team.starts % 24), "ends": time(team.ends % 24), "vehicle_id": van,
        "valid_from": today - timedelta(days=_BACK), "region_ids": tuple(city.regions[name] for name in team.regions),
    }  # fmt: skip
    if team.key == "dia":
        days = frozenset(team.weekdays)
        return [Pattern(id=dice.uuid_at(city.founded_at), kind="weekly", weekdays=days, member_ids=tuple(members), **shared)]
    half = len(members) // 2
    return [
        Pattern(
            id=dice.uuid_at(city.founded_at), kind="cycle", cycle_days=2, anchor_on=today - timedelta(days=_BACK - turn),
            member_ids=tuple(members[turn * half : (turn + 1) * half]), **shared,
        )
        for turn in (0, 1)
    ]  # fmt: skip


def _pattern(rows: Rows, pattern: Pattern, planner: UUID, at: datetime) -> None:
    rows.add(
        "roster_patterns", id=pattern.id, team_id=pattern.team_id, kind=pattern.kind, starts=pattern.starts, ends=pattern.ends,
        weekdays=sorted(pattern.weekdays), cycle_days=pattern.cycle_days, anchor_on=pattern.anchor_on, on_holidays=pattern.on_holidays,
        region_ids=list(pattern.region_ids), member_ids=list(pattern.member_ids), vehicle_id=pattern.vehicle_id,
        valid_from=pattern.valid_from, valid_to=None, made_by=planner, made_at=at,
    )  # fmt: skip


def _away(city: Standing, dice: Dice, rows: Rows, today: date, planner: UUID, at: datetime) -> set[tuple[UUID, date]]:
    """Somebody of the night on leave for two days: never who signs in, and the nights before and after are whole."""
    worker_id = city.workers["noite"][-1]
    first = today + timedelta(days=1)
    rows.add(
        "worker_absences", id=dice.uuid_at(at), worker_id=worker_id, from_on=first, to_on=first + timedelta(days=1), kind="leave",
        made_by=planner, made_at=at, taken_back_at=None,
    )  # fmt: skip
    return {(worker_id, first), (worker_id, first + timedelta(days=1))}


def _told(rows: Rows, dice: Dice, shift_id: UUID, planner: UUID, at: datetime) -> None:
    # fields as text: of the trail's lines it is an array, here it is JSON.
    rows.add(
        "planned_shift_events", id=dice.uuid_at(at), planned_shift_id=shift_id, kind="published", at=at, worker_id=planner,
        member_id=None, other_id=None, fields="[]", before=None, reason=None,
    )  # fmt: skip
