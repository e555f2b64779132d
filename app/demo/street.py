"""Ninety days of street work: people met, shifts, encounters with everyone present, what was told afterwards."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo import geography, ladder
from app.demo.cities import TeamPlan
from app.demo.dice import Dice
from app.demo.geography import Spot
from app.demo.network import Standing
from app.demo.rows import Rows

# How busy each local hour is: little at lunch, most at nightfall, some till late.
_HOURS = (4, 3, 1, 1, 1, 1, 3, 7, 8, 8, 7, 6, 4, 5, 6, 6, 7, 9, 12, 14, 13, 11, 8, 6)
_WEEKDAYS = (1.0, 1.0, 1.05, 1.1, 1.2, 0.85, 0.6)
_OUTCOMES = {
    "attended_on_site": 38, "declined_got_guidance": 27, "accepted_shelter": 9, "declined_to_talk": 9,
    "not_found": 6, "referred_other": 5, "referred_health": 4, "family_return": 0.7, "emergency_called": 0.3, None: 2,
}  # fmt: skip
_SITUATIONS = {"street_situation": 90, "family": 4, "child_or_adolescent": 0.8, "other": 4, None: 1.2}
_ORIGINS = {"active_search": 70, "request_156": 12, "follow_up": 8, "network": 4, "spontaneous": 3, "disque_100": 1, None: 2}
_SOURCES = {"gps": 70, "known_point": 12, "map": 8, "address": 4, "none": 6}
_REASONS = {"unavailable": 40, "unsafe": 20, "moving": 15, "not_wanted": 20, "other": 5}
_BANDS = {"age_18_59": 84, "age_60_plus": 10, "age_13_17": 3, "age_0_12": 3}
_SIZES = {1: 66, 2: 17, 3: 8, 4: 4, 5: 2, 6: 1.2, 8: 0.8, 12: 0.4, 18: 0.1}
_NOTES = (
    "Pediu cobertor.", "Pediu água e um lanche.", "Quer tirar a segunda via dos documentos.", "Prefere ser procurado à tarde.",
    "Está com um cachorro pequeno.", "Guarda o carrinho perto do mercado.", "Tosse há alguns dias; orientado a ir à unidade de saúde.",
    "Combinamos voltar na semana que vem.", "Quer notícias da família.", "Disse que já dormiu no albergue e gostou.",
    "Grupo se mudou por causa da chuva.", "Perguntou sobre o restaurante popular.",
)  # fmt: skip
NEEDS = {"food": 5, "bath": 4, "overnight": 4, "documents": 4, "clothing": 3, "treatment": 2, "work": 2, "benefit": 2,
          "belongings": 1, "family": 1, "travel": 1}  # fmt: skip


@dataclass
class Shift:
    id: UUID
    team: TeamPlan
    crew: list[UUID]
    start: datetime
    end: datetime
    ended_at: datetime | None


@dataclass
class Moment:
    """An encounter before it becomes rows."""

    at: datetime
    shift: Shift
    must_accept: bool = False


@dataclass
class People:
    """Who is usually met at each spot, with how often."""

    pools: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    steps: dict[UUID, list[tuple[str, str]]] = field(default_factory=dict)
    met: dict[UUID, tuple[datetime, datetime]] = field(default_factory=dict)

    def pick(self, dice: Dice, spot: Spot) -> UUID | None:
        pool = self.pools.get(spot.name)
        return dice.choices(pool, self.weights[spot.name])[0] if pool else None


def people(city: Standing, dice: Dice, count: int) -> People:
    """The people of the city, each at home around one spot."""
    found = People()
    spots = {spot: spot.weight for spot in city.plan.spots}
    for _number in range(count):
        spot: Spot = dice.one_of(spots)
        person_id = dice.uuid_at(city.founded_at + timedelta(seconds=dice.uniform(0, 25 * 86400)))
        sex = dice.one_of({"male": 80, "female": 20})
        band = dice.one_of(_BANDS)
        steps = ladder.steps(dice, sex, band)
        called, kind = ladder.called(steps)
        found.pools[spot.name].append(person_id)
        found.weights[spot.name].append(min(dice.paretovariate(1.2), 14))
        found.steps[person_id] = steps
        found.facts[person_id] = {
            "called": called, "called_kind": kind, "age_band": band, "sex": sex, "region_id": city.regions[spot.region],
        }  # fmt: skip
    return found


def people_rows(city: Standing, found: People, dice: Dice, rows: Rows, first_day: datetime) -> None:
    """After the encounters: when each was met first and last, and what was told of them. Some were met only before."""
    tellers = [worker for team in city.plan.teams if team.kind == "street" for worker in city.workers[team.key]]
    for person_id, facts in found.facts.items():
        before = first_day - timedelta(days=dice.uniform(1, 25))
        first, last = found.met.get(person_id, (before, before))
        rows.add("people", id=person_id, first_met_at=first, last_met_at=last, restricted_at=None, **facts)
        ladder.tell(dice, rows, person_id, found.steps[person_id], facts, first, last, tellers)


def shifts(city: Standing, dice: Dice, rows: Rows, now: datetime, days: int) -> list[Shift]:
    """The shifts worked by street teams up to now; those under way are still open."""
    found = []
    today = now.astimezone(city.zone).date()
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        for team in (t for t in city.plan.teams if t.kind == "street"):
            missed = dice.random() < 0.03 and back > 1
            midnight = datetime.combine(day, time(), city.zone)
            start = midnight + timedelta(hours=team.starts, minutes=dice.randint(0, 20))
            end = midnight + timedelta(hours=team.ends, minutes=dice.randint(-20, 30))
            if day.weekday() in team.weekdays and not missed and now - timedelta(days=days) <= start < now:
                found.append(_shift(city, dice, rows, team, start, end, now))
    return found


def _shift(city: Standing, dice: Dice, rows: Rows, team: TeamPlan, start: datetime, end: datetime, now: datetime) -> Shift:
    members = city.workers[team.key]
    crew = dice.sample(members, min(len(members), dice.choice((2, 3, 3))))
    # Whoever signs in as the team finds records of her own in it.
    persona = next((member for member in members if member in city.personas.values()), None)
    if persona and persona not in crew and now - start < timedelta(days=2):
        crew[-1] = persona
    shift = Shift(dice.uuid_at(start), team, crew, start, end, end if end < now else None)
    rows.add(
        "shifts", id=shift.id, team_id=city.teams[team.key], worker_id=crew[0], device_id=city.devices[crew[0]],
        reference_unit_id=city.units[team.unit], started_at=start, ended_at=shift.ended_at,
        end_kind="worker" if shift.ended_at else None,
        received_at=min(start + timedelta(seconds=dice.uniform(1, 900)), now),
    )  # fmt: skip
    for companion in crew[1:]:
        rows.add("shift_companions", id=dice.uuid_at(start), shift_id=shift.id, worker_id=companion)
    return shift


def moments(city: Standing, dice: Dice, rows: Rows, worked: list[Shift], count: int, now: datetime) -> list[Moment]:
    """When the teams met people: spread over the shifts, and never an empty board at the hour of loading."""
    found = []
    if worked:
        weights = [_weight(city, shift, now) for shift in worked]
        for shift in dice.choices(worked, weights, k=count):
            found.append(Moment(_within(city, dice, shift, now), shift))
    midnight = datetime.combine(now.astimezone(city.zone).date(), time(), city.zone)
    for since, fewest in ((midnight, 7), (max(midnight, now - timedelta(minutes=50)), 4)):
        missing = fewest - sum(since <= moment.at for moment in found)
        if missing <= 0:
            continue
        on_duty = [shift for shift in worked if shift.start <= since and now < shift.end]
        if not on_duty:
            team = next(t for t in city.plan.teams if t.kind == "street")
            on_duty = [_shift(city, dice, rows, team, since - timedelta(minutes=15), now + timedelta(hours=2), now)]
            worked += on_duty
        for _number in range(missing):
            at = since + (now - since) * dice.uniform(0.02, 0.97)
            found.append(Moment(at, dice.choice(on_duty), must_accept=dice.random() < 0.6))
    return sorted(found, key=lambda moment: moment.at)


def _weight(city: Standing, shift: Shift, now: datetime) -> float:
    lived = (min(shift.end, now) - shift.start) / (shift.end - shift.start)
    local = shift.start.astimezone(city.zone)
    return shift.team.share * _WEEKDAYS[local.weekday()] * max(lived, 0.01)


def _within(city: Standing, dice: Dice, shift: Shift, now: datetime) -> datetime:
    start, end = shift.start, min(shift.end, now)
    while True:
        at = start + (end - start) * dice.uniform(0.02, 0.99)
        if dice.random() * max(_HOURS) < _HOURS[at.astimezone(city.zone).hour]:
            return at


def draft(city: Standing, dice: Dice, moment: Moment, crowd: People) -> dict[str, Any]:
    """What happened in one encounter; `place` is still to be settled against the territory."""
    team = moment.shift.team
    spot = dice.one_of({s: s.weight for s in city.plan.spots if s.region in team.regions})
    outcome = "accepted_shelter" if moment.must_accept else dice.one_of(_OUTCOMES)
    situation = dice.one_of(_SITUATIONS)
    if outcome in ("not_found", "declined_to_talk"):
        situation = None
        present = 0 if outcome == "not_found" else 1
    elif situation == "family":
        present = dice.randint(2, 5)
    else:
        present = dice.one_of(_SIZES)
    if situation == "child_or_adolescent":
        outcome = dice.one_of({"attended_on_site": 4, "council_called": 3, "family_return": 2})
    late = dice.random() < 0.04
    return {
        "moment": moment, "spot": spot, "outcome": outcome, "situation": situation, "late": late,
        "origin": dice.one_of(_ORIGINS), "note": dice.choice(_NOTES) if dice.random() < 0.12 else None,
        "people": _present(dice, spot, crowd, situation, outcome, present), "place": _place(city, dice, spot, late),
    }  # fmt: skip


def _present(
    dice: Dice, spot: Spot, crowd: People, situation: str | None, outcome: str | None, count: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for position in range(count):
        if situation == "family" and position:
            found.append({"age_band": dice.one_of({"age_0_12": 6, "age_18_59": 3, "age_13_17": 2}), "sex": None, "person_id": None})
        elif situation == "child_or_adolescent":
            found.append({"age_band": dice.one_of({"age_0_12": 2, "age_13_17": 3}), "sex": None, "person_id": None})
        else:
            person_id = crowd.pick(dice, spot) if outcome != "declined_to_talk" and dice.random() < 0.62 else None
            if person_id in [other["person_id"] for other in found]:
                person_id = None
            facts = crowd.facts[person_id] if person_id else {"age_band": dice.one_of(_BANDS | {None: 9}), "sex": None}
            sex = facts["sex"] or dice.one_of({"male": 72, "female": 18, None: 10})
            found.append({"age_band": facts["age_band"], "sex": sex, "person_id": person_id})
    return found


def _place(city: Standing, dice: Dice, spot: Spot, late: bool) -> dict[str, Any]:
    source = dice.one_of(_SOURCES)
    if source == "known_point" and spot.name not in city.points or source == "gps" and late:
        source = "map"
    place: dict[str, Any] = dict.fromkeys(("lon", "lat", "accuracy_m", "point_id", "text", "reason"))
    place["source"] = source
    if source in ("gps", "map"):
        place["lon"], place["lat"] = geography.near(dice, spot, city.land)
    if source == "gps":
        place["accuracy_m"] = min(int(dice.lognormvariate(2.9, 0.8)) + 3, 900)
    elif source == "known_point":
        place["point_id"] = city.points[spot.name]
    elif source == "address":
        place["text"] = f"{dice.choice(city.plan.streets)[0]}, perto do número {dice.randint(10, 900)}"
    elif source == "none":
        place["reason"] = dice.one_of(_REASONS)
    return place
