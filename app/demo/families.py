"""Families of PIM and the visits to their homes."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo import geography, names
from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.records import times
from app.demo.rows import Rows

_RESULTS = {"done": 79, "nobody_home": 13, "refused": 2, "moved": 0.6, "unsafe": 3}
_HINTS = ("Casa amarela de esquina", "Portão azul", "Ao lado da mercearia", "Casa de muro baixo", "Segundo andar", "")


def households(city: Standing, dice: Dice, rows: Rows, count: int, today: date) -> list[dict[str, Any]]:
    """Families, shared out among the visitors."""
    teams = [team for team in city.plan.teams if team.kind == "pim"]
    found = []
    for number in range(count):
        team = teams[number % len(teams)]
        visitors = city.workers[team.key]
        visitor_id = visitors[number // len(teams) % len(visitors)]
        household_id = dice.uuid_at(city.founded_at)
        family = rows.add(
            "households", id=household_id, called=names.family_called(dice), visitor_id=visitor_id,
            team_id=city.teams[team.key], region_id=city.regions[team.regions[0]], address_hint=dice.choice(_HINTS),
            is_active=True,
        )  # fmt: skip
        members = _members(city, dice, rows, household_id, today)
        found.append({**family, "members": members, "region": team.regions[0], "weekday": dice.randint(0, 4)})
    return found


def _members(city: Standing, dice: Dice, rows: Rows, household_id: UUID, today: date) -> list[UUID]:
    def member(called: str, kind: str, birth_on: date | None, due_on: date | None = None) -> UUID:
        member_id = dice.uuid_at(city.founded_at)
        rows.add(
            "household_members", id=member_id, household_id=household_id, called=called, kind=kind, birth_on=birth_on,
            due_on=due_on, is_responsible=kind != "child",
        )  # fmt: skip
        return member_id

    due_on = today + timedelta(days=dice.randint(10, 200)) if dice.random() < 0.25 else None
    found = [member(dice.choice(names.FIRST["female"]), "pregnant" if due_on else "adult", None, due_on)]
    for _number in range(dice.choice((1, 1, 1, 2, 2, 3))):
        sex = dice.choice(("female", "male"))
        found.append(member(dice.choice(names.FIRST[sex]), "child", today - timedelta(days=dice.randint(20, 2100))))
    return found


def visits(city: Standing, dice: Dice, families: list[dict[str, Any]], now: datetime, days: int) -> list[dict[str, Any]]:
    """A visit a week to each family, on its weekday; and a few in these very hours, so that a demo is alive."""
    found = []
    today = now.astimezone(city.zone).date()
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        for family in families:
            if day.weekday() != family["weekday"] or dice.random() < 0.15:
                continue
            at = datetime.combine(day, time(8), city.zone) + timedelta(minutes=dice.uniform(0, 500))
            if now - timedelta(days=days) <= at < now:
                found.append(_draft(city, dice, family, at))
    midnight = datetime.combine(today, time(), city.zone)
    if families and now - midnight > timedelta(hours=9) and sum(v["at"] >= midnight for v in found) < 3:
        morning = midnight + timedelta(hours=8)
        own = [family for family in families if family["visitor_id"] in city.personas.values()] or families
        for family in dice.sample(own, min(3, len(own))):
            found.append(_draft(city, dice, family, morning + (now - morning) * dice.uniform(0.05, 0.95)))
    return sorted(found, key=lambda visit: visit["at"])


def _draft(city: Standing, dice: Dice, family: dict[str, Any], at: datetime) -> dict[str, Any]:
    place: dict[str, Any] = dict.fromkeys(("lon", "lat", "accuracy_m", "point_id", "text", "reason"))
    place["source"] = dice.one_of({"gps": 60, "address": 15, "none": 25})
    if place["source"] == "gps":
        spot = dice.choice([s for s in city.plan.spots if s.region == family["region"]])
        place["lon"], place["lat"] = geography.near(dice, spot, city.land)
        place["accuracy_m"] = dice.randint(4, 60)
    elif place["source"] == "address":
        place["text"] = f"{dice.choice(city.plan.streets)[0]}, {dice.randint(10, 900)}"
    else:
        place["reason"] = dice.choice(("not_wanted", "unavailable", "unsafe"))
    return {"family": family, "at": at, "place": place}


def record(
    city: Standing, dice: Dice, rows: Rows, draft: dict[str, Any], place: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """One visit as a row."""
    family, at = draft["family"], draft["at"]
    result = dice.one_of(_RESULTS)
    here = result == "done"
    place.pop("cell")  # a home is never in a cell
    return rows.add(
        "home_visits", id=dice.uuid_at(at), household_id=family["id"], called=None, worker_id=family["visitor_id"],
        device_id=city.devices[family["visitor_id"]], team_id=family["team_id"], result=result,
        present=["child", "mother"] if here and dice.random() < 0.8 else ["other_carer"] if here else [],
        member_ids=[str(member) for member in family["members"]] if here else [], note=None,
        next_on=at.astimezone(city.zone).date() + timedelta(days=7) if here else None, replaces_id=None, status="valid",
        withdrawn_reason=None, receipt=dice.code(8), **(place | {"region_id": place["region_id"] or family["region_id"]}),
        **times(dice, at, False, now),
    )  # fmt: skip
