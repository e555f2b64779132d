"""What was said of the shifts: regions, one break, how they ended; points where the team passed and met nobody."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.geo import coarse_cell
from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows


def said(city: Standing, dice: Dice, rows: Rows, now: datetime) -> None:
    """A team says its region when it opens the shift and when it goes on; where it met nobody it says so."""
    met: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows["encounters"]:
        if row["region_id"]:
            met.setdefault(row["shift_id"], []).append(row)
    for shift in rows["shifts"]:
        start, end = shift["started_at"], shift["ended_at"] or now
        here = None
        for row in sorted(met.get(shift["id"], ()), key=lambda each: each["occurred_at"]):
            if row["region_id"] != here:
                at = start if here is None else max(start, row["occurred_at"] - timedelta(minutes=4))
                here = row["region_id"]
                _event(dice, rows, shift, "entered", at, here)
        if end - start > timedelta(hours=5) and dice.random() < 0.7:
            rest = start + (end - start) * dice.uniform(0.4, 0.6)
            _event(dice, rows, shift, "paused", rest)
            _event(dice, rows, shift, "resumed", rest + timedelta(minutes=30))
        if shift["ended_at"]:
            _event(dice, rows, shift, "ended", end)
        elif now - start < timedelta(minutes=30):
            continue
        if dice.random() < 0.5:
            _passed(city, dice, rows, shift, start + (end - start) * dice.uniform(0.1, 0.9))


def _event(dice: Dice, rows: Rows, shift: dict[str, Any], kind: str, at: datetime, region_id: UUID | None = None) -> None:
    rows.add(
        "shift_events", id=dice.uuid_at(at), shift_id=shift["id"], kind=kind, at=at, region_id=region_id,
        worker_id=shift["worker_id"], received_at=at, time_uncertain=False, told_late=False,
    )  # fmt: skip


def _passed(city: Standing, dice: Dice, rows: Rows, shift: dict[str, Any], at: datetime) -> None:
    team = next(t for t in city.plan.teams if city.teams[t.key] == shift["team_id"])
    spots = [spot for spot in city.plan.spots if spot.is_registered and spot.region in team.regions]
    if not spots:
        return
    spot = dice.choice(spots)
    rows.add(
        "presence_marks", id=dice.uuid_at(at), kind="nobody", shift_id=shift["id"], team_id=shift["team_id"], worker_id=shift["worker_id"],
        device_id=shift["device_id"], occurred_at=at, received_at=at, time_uncertain=False, place_source="known_point",
        known_point_id=city.points[spot.name], cell=coarse_cell(spot.lon, spot.lat), region_id=city.regions[spot.region],
    )  # fmt: skip
