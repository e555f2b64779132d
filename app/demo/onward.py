"""Referrals that came out of the encounters, with what became of each at the door."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows
from app.demo.street import People

_KINDS = {
    "accepted_shelter": ("night_shelter", "transit_house", "shelter"),
    "referred_health": ("caps", "health_unit"),
    "referred_other": ("centro_pop", "creas", "cras"),
}
_DECLINED = {"no_place": 60, "profile": 15, "closed": 12, "capacity_technical": 10, "other": 3}
_NOTES = ("Chega com uma mochila.", "Vai caminhando, uns vinte minutos.", "A equipe leva de carro.", "Precisa jantar.")


def refer(city: Standing, dice: Dice, rows: Rows, encounters: list[dict[str, Any]], crowd: People, now: datetime) -> None:
    """A referral for most people who accepted; those of the last hours are still on their way."""
    codes: set[str] = set()
    waiting = _at_the_doors(city, encounters, now)
    for row in encounters:
        if row["id"] in waiting:
            unit_key, is_accepted = waiting[row["id"]]
            kind = next(unit.kind for unit in city.plan.units if unit.key == unit_key)
            row["outcome"] = next(outcome for outcome, kinds in _KINDS.items() if kind in kinds)
            _one(city, dice, rows, row, unit_key, None, crowd, codes, now, is_accepted=is_accepted)
            continue
        kinds = _KINDS.get(row["outcome"])
        if not kinds or row["status"] != "valid" or not row["people_count"] or dice.random() < 0.1:
            continue
        units = [unit for unit in city.plan.units if unit.kind in kinds and unit.takes_referrals and unit.has_desk]
        if not units:
            continue
        weights = [6 if unit.key in city.personas_at else 2 for unit in units]
        unit = dice.choices(units, weights)[0]
        others = [other for other in units if other is not unit]
        _one(city, dice, rows, row, unit.key, dice.choice(others).key if others else None, crowd, codes, now)


def _at_the_doors(
    city: Standing, encounters: list[dict[str, Any]], now: datetime
) -> dict[UUID, tuple[str, bool]]:
    """The newest encounters, each sent to a desk at which somebody may sign in: there is always an inbox to open.

    Each desk has a new one, then one that it accepted, and so on.
    """
    doors = [p.scope for p in city.plan.personas if p.scope in city.desks] or list(city.desks)[:1]
    fresh = [
        row for row in reversed(encounters)
        if row["status"] == "valid" and row["people_count"] and row["outcome"] != "declined_to_talk"
        and row["outcome"] != "council_called" and now - row["occurred_at"] < timedelta(hours=8)
    ]  # fmt: skip
    return {
        row["id"]: (doors[number % len(doors)], number // len(doors) % 2 == 1) for number, row in enumerate(fresh[:8])
    }


def _one(
    city: Standing, dice: Dice, rows: Rows, row: dict[str, Any], unit: str, other: str | None, crowd: People,
    codes: set[str], now: datetime, is_accepted: bool | None = None,
) -> None:  # fmt: skip
    code = dice.code()
    while code in codes:
        code = dice.code()
    codes.add(code)
    sent = min(row["occurred_at"] + timedelta(minutes=dice.uniform(2, 9)), now)
    received = min(max(sent, row["received_at"]) + timedelta(seconds=dice.uniform(1, 20)), now)
    decided = received + timedelta(minutes=min(dice.lognormvariate(2.6, 0.9), 400))
    fate = dice.one_of({"arrived": 66, "declined": 17, "not_arrived": 13, "revoked": 4})
    ended = decided + timedelta(minutes=dice.uniform(25, 240) if fate != "not_arrived" else 600)
    if is_accepted is not None:
        is_accepted = is_accepted and now - received > timedelta(minutes=2)
        decided = received + (now - received) / 2 if is_accepted else now + timedelta(hours=1)
        fate, ended = "arrived", now + timedelta(hours=2)
    status, events = _so_far(fate, received, decided, ended, now)
    person_id = next((person["person_id"] for person in row["people"] if person["person_id"]), None)
    reason = dice.one_of(_DECLINED) if status == "declined" else None
    desk = city.desks[unit]
    referral_id = dice.uuid_at(sent)
    rows.add(
        "referrals", id=referral_id, code=code, unit_id=city.units[unit], encounter_id=row["id"], visit_id=None,
        team_id=row["team_id"], worker_id=row["worker_id"], status=status,
        called=crowd.facts[person_id]["called"] if person_id else None, people_count=row["people_count"],
        with_children=any(p["age_band"] in ("age_0_12", "age_13_17") for p in row["people"]),
        with_animals=dice.random() < 0.12, note=dice.choice(_NOTES) if dice.random() < 0.2 else None, sent_at=sent,
        received_at=received, seen_at=None if status == "sent" else min(decided, now),
        decided_at=decided if status in ("accepted", "declined", "arrived", "not_arrived") else None,
        decided_by=desk if status in ("accepted", "declined", "arrived", "not_arrived") else None,
        decline_reason=reason, decline_text="Combinar por telefone antes." if reason == "other" else None,
        proposed_unit_id=city.units[other] if other and reason in ("no_place", "profile") else None,
        arrived_at=ended if status == "arrived" else None,
    )  # fmt: skip
    for name, at in events:
        who = row["worker_id"] if name in ("sent", "revoked") else desk
        rows.add(
            "referral_events", id=dice.uuid_at(at), referral_id=referral_id, status=name, worker_id=who, at=at,
            reason=reason if name == "declined" else None,
        )  # fmt: skip


def _so_far(
    fate: str, received: datetime, decided: datetime, ended: datetime, now: datetime
) -> tuple[str, list[tuple[str, datetime]]]:
    """Where a referral stands now, and the moves that brought it there."""
    moves = [("sent", received)]
    if fate in ("declined", "revoked"):
        moves.append((fate, decided))
    else:
        moves += [("accepted", decided), (fate, ended)]
    lived = [move for move in moves if move[1] <= now]
    return lived[-1][0], lived
