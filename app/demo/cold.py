"""The last cold night: an operation that began at nightfall and ended by itself in the morning, with what it handed out."""

from datetime import datetime, time, timedelta
from typing import Any

from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows

_SHELTER, _TEAM, _PLACES = "albergue", "noite", 8
_OPENS, _CLOSES = time(18), time(7)
_TRIGGER = "Chuva com vento: mínima prevista de 19 °C"
_ITEMS = ("blanket", "warm_clothes", "hot_drink")
_REASONS = {"not_said": 5, "prefers_staying": 4, "belongings": 3, "animal": 2, "rules": 2, "separation": 1}


def presets(city: Standing) -> dict[str, Any]:
    """What the city's supervisor set for a cold night; of the other kinds the examples stand."""
    if _SHELTER not in city.units or _TEAM not in city.teams:
        return {}
    cold = {
        "trigger": _TRIGGER, "opens": "18:00", "closes": "07:00", "closing": "by_hour", "ends": "07:00", "nights": 1,
        "team_ids": [str(city.teams[_TEAM])], "items": list(_ITEMS),
        "units": {str(city.units[_SHELTER]): {"places": _PLACES, "opens": "17:00", "closes": "08:00"}},
    }  # fmt: skip
    return {"operations": {"cold": cold}}


def night(city: Standing, rows: Rows, encounters: list[dict[str, Any]], now: datetime, days: int) -> None:
    """Nothing where the last night lies before the demonstration begins, or nobody supervises."""
    supervisor = city.personas.get("supervisao")
    if supervisor is None or _SHELTER not in city.units or days < 2:
        return
    # Dice of its own: what is thrown here changes nothing of the city's life.
    dice = Dice(f"cold:{city.plan.id}")
    local = now.astimezone(city.zone)
    morning = local.date() - timedelta(days=local.time() < time(8))
    ends = datetime.combine(morning, _CLOSES, city.zone)
    begins = datetime.combine(morning - timedelta(days=1), time(17, 40), city.zone)
    operation_id, loan_id = dice.uuid_at(begins), dice.uuid_at(begins)
    rows.add(
        "operations", id=operation_id, kind="cold", trigger=_TRIGGER, opens=_OPENS, closes=_CLOSES, closing="by_hour",
        team_ids=[str(city.teams[_TEAM])], items=list(_ITEMS), started_at=begins, started_by=supervisor, ends_at=ends, ended_at=ends,
        ended_by=None, end_note=None,
    )  # fmt: skip
    rows.add(
        "operation_units", id=loan_id, operation_id=operation_id, unit_id=city.units[_SHELTER], extra_places=_PLACES, opens=time(17),
        closes=time(8), left_at=None,
    )  # fmt: skip
    for number in range(1, _PLACES + 1):
        rows.add(
            "beds", id=dice.uuid_at(begins), unit_id=city.units[_SHELTER], name=f"extra {number}", receives=[], room_id=None,
            is_counted=True, is_extra=True, valid_from=begins, valid_to=ends,
        )  # fmt: skip
    for row in encounters:
        if begins <= row["occurred_at"] < ends and row["status"] == "valid":
            _met(city, dice, rows, row)


def _met(city: Standing, dice: Dice, rows: Rows, row: dict[str, Any]) -> None:
    people = row["people_count"]
    given = people if dice.random() < 0.7 else 0
    row["handed_out"] = {"blanket": given, "hot_drink": people if dice.random() < 0.4 else 0, "warm_clothes": int(dice.random() < 0.2)}
    row["handed_out"] = {what: number for what, number in row["handed_out"].items() if number and people}
    answer = {"accepted_shelter": "accepted", "declined_got_guidance": "refused"}.get(row["outcome"] or "")
    if answer is None and people and row["outcome"] == "attended_on_site":
        answer = dice.one_of({"unavailable": 2, "refused": 5, "later": 1})
    if answer:
        rows.add(
            "offers", id=dice.uuid_at(row["occurred_at"]), encounter_id=row["id"], participation_id=None, kind="overnight", answer=answer,
            reason=dice.one_of(_REASONS) if answer == "refused" else "no_vacancy" if answer == "unavailable" else None,
            offered_at=row["occurred_at"], worker_id=row["worker_id"],
        )  # fmt: skip
