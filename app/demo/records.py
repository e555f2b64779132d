"""Drafts of encounters as rows, with their times, their history and what was added afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows
from app.demo.street import NEEDS, People

_WITHDRAWN = ("by_mistake", "duplicate", "wrong_person_or_place")


def times(dice: Dice, at: datetime, late: bool, now: datetime) -> dict[str, Any]:
    """Device, recording and arrival instants around `at`: mostly at once, some after hours without signal."""
    recorded = at + (timedelta(minutes=dice.uniform(20, 150)) if late else timedelta(seconds=dice.uniform(5, 60)))
    recorded = min(recorded, now)
    delay = dice.uniform(300, 10800) if dice.random() < 0.15 else dice.uniform(1, 40)
    uncertain = dice.random() < 0.003
    offset = dice.choice((0, 0, 0, 1, -2, 4, -35))
    return {
        "occurred_at": at,
        "device_at": at - timedelta(days=9000) if uncertain else at - timedelta(seconds=offset),
        "recorded_at": recorded,
        "received_at": min(recorded + timedelta(seconds=delay), now),
        "clock_offset_s": 0 if uncertain else offset,
        "time_uncertain": uncertain,
        "recorded_late": late,
    }


def record(
    city: Standing, dice: Dice, rows: Rows, draft: dict[str, Any], place: dict[str, Any], crowd: People, now: datetime
) -> dict[str, Any]:
    """One encounter; a few were corrected by a second one, a few withdrawn. Gives the row that stands."""
    moment = draft["moment"]
    worker_id = dice.choice(moment.shift.crew)
    fate = dice.one_of({"valid": 980, "corrected": 11, "withdrawn": 9})
    if now - moment.at < timedelta(hours=2):
        fate = "valid"
    common = {
        "worker_id": worker_id, "device_id": city.devices[worker_id], "team_id": city.teams[moment.shift.team.key],
        "shift_id": moment.shift.id, "reference_unit_id": city.units[moment.shift.team.unit],
        "situation": draft["situation"], "origin": draft["origin"], "note": draft["note"],
        "people_count": len(draft["people"]), "handed_out": None, **place, **times(dice, moment.at, draft["late"], now),
    }  # fmt: skip

    def write(at: datetime, **facts: Any) -> dict[str, Any]:
        written = rows.add("encounters", id=dice.uuid_at(at), **{**common, **facts, "receipt": dice.code(8)})
        for position, person in enumerate(draft["people"]):
            rows.add("participations", id=dice.uuid_at(at), encounter_id=written["id"], position=position, **person)
        return written

    first = write(
        moment.at, outcome=draft["outcome"], replaces_id=None, status=fate,
        withdrawn_reason=dice.choice(_WITHDRAWN) if fate == "withdrawn" else None,
    )  # fmt: skip
    standing = first
    if fate == "corrected":
        after = common["recorded_at"] + timedelta(minutes=dice.uniform(4, 60))
        standing = write(
            after, outcome="attended_on_site", replaces_id=first["id"], status="valid", withdrawn_reason=None,
            recorded_at=after, received_at=min(after + timedelta(seconds=20), now),
        )  # fmt: skip
    if fate != "withdrawn":
        _remember(draft["people"], crowd, moment.at)
        _told_afterwards(dice, rows, standing, draft, worker_id)
    standing["people"] = draft["people"]
    return standing


def _remember(present: list[dict[str, Any]], crowd: People, at: datetime) -> None:
    for person in present:
        person_id: UUID | None = person["person_id"]
        if person_id:
            first, last = crowd.met.get(person_id, (at, at))
            crowd.met[person_id] = (min(first, at), max(last, at))


def _told_afterwards(dice: Dice, rows: Rows, row: dict[str, Any], draft: dict[str, Any], worker_id: UUID) -> None:
    if draft["outcome"] in ("not_found", "declined_to_talk") or dice.random() > 0.16:
        return
    at = min(row["recorded_at"] + timedelta(seconds=dice.uniform(8, 240)), max(row["received_at"], row["recorded_at"]))
    rows.add(
        "encounter_additions", id=dice.uuid_at(at), encounter_id=row["id"], worker_id=worker_id, added_at=at,
        note=None, outcome=None, needs=sorted({dice.one_of(NEEDS) for _ in range(dice.randint(1, 3))}),
    )  # fmt: skip
