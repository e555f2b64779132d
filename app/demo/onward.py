"""Referrals that came out of the encounters, with what became of each at the door."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.demo.cities import UnitPlan
from app.demo.roof import Roof
from app.demo.story import Story, told

_KINDS = {
    "accepted_shelter": ("night_shelter", "transit_house", "shelter"),
    "referred_health": ("caps", "health_unit"),
    "referred_other": ("centro_pop", "creas", "cras", "other"),
}
_EVERY_KIND = tuple(kind for kinds in _KINDS.values() for kind in kinds)
_PURPOSES: dict[str, dict[str, float]] = {
    "caps": {"health": 1}, "health_unit": {"health": 1}, "creas": {"appointment": 5, "service": 4, "benefit": 1},
    "cras": {"benefit": 5, "documents": 3, "appointment": 3}, "centro_pop": {"service": 5, "documents": 4, "food": 3, "benefit": 1},
    "other": {"work": 6, "food": 3, "other": 1},
}  # fmt: skip
_REASONS: dict[str, dict[str, float]] = {
    "place": {"overnight": 9, "protection": 2, "animal": 0.5, "belongings": 1}, "service": {"hygiene": 5, "belongings": 2, "rights": 2},
    "appointment": {"rights": 3, "family": 3, "benefit": 2}, "health": {"health": 5, "mental_health": 4},
    "documents": {"documents": 5, "cadunico": 4, "migration": 0.3}, "benefit": {"benefit": 5, "cadunico": 3}, "food": {"food": 1},
    "work": {"work": 1}, "other": {"other": 1},
}  # fmt: skip
_TRAVEL = {"on_foot": 48, "with_team": 38, "other_vehicle": 8, "ticket": 6}
_NOTES = ("Chega com uma mochila.", "Vai caminhando, uns vinte minutos.", "A equipe leva de carro.", "Precisa jantar.")
_BELONGINGS = ("Uma mochila e um saco.", "Uma mala pequena.", "Um cobertor e uma sacola.")
_HOLD_MINUTES = {"night_shelter": 90, "shelter": 180}
# The newest at doors at which somebody may sign in, so that there is always something to do: newest first.
_SCRIPT = (
    ("creas", "sent"), ("centropop", "sent"), ("albergue", "held"), ("albergue", "sent"), ("centropop", "accepted"),
    ("albergue", "on_the_way"), ("centropop", "in_service"), ("albergue", "accepted"), ("creas", "accepted"), ("albergue", "arrived"),
    ("abrigo_familias", "held"), ("centropop", "on_the_way"), ("creas", "ended"), ("centropop", "arrived"),
)  # fmt: skip


@dataclass
class Asked:
    """For whom a referral is: rows of participations, and what is told of them."""

    people: list[dict[str, Any]]
    count: int
    profile: list[str]
    with_children: bool = False


@dataclass
class Onward:
    """The referrals of one city as they are written."""

    roof: Roof
    now: datetime
    codes: set[str] = field(default_factory=set)

    def units(self, kinds: tuple[str, ...]) -> list[UnitPlan]:
        return [unit for unit in self.roof.city.plan.units if unit.kind in kinds and unit.takes_referrals and not unit.is_outside]

    def choose(self, kinds: tuple[str, ...], asked: Asked, at: datetime, but: str = "") -> UnitPlan | None:
        """A unit for them, those at whose desk somebody signs in first; a night shelter not hours before its door opens."""
        hour = at.astimezone(self.roof.city.zone).hour
        fit = [
            unit for unit in self.units(kinds)
            if unit.key != but and _takes(unit, asked) and not (unit.kind == "night_shelter" and 3 <= hour < 17)
        ]  # fmt: skip
        weights = [6 if unit.key in self.roof.city.personas_at else 2 if unit.has_desk else 0.7 for unit in fit]
        return self.roof.dice.choices(fit, weights)[0] if fit else None

    def send(
        self, row: dict[str, Any], unit: UnitPlan, asked: Asked, sent: datetime, script: str | None = None,
        before: dict[str, Any] | None = None, fate: str | None = None,
    ) -> None:  # fmt: skip
        """One referral with its moves, its people, its promise and its stays; one that is redirected, with what takes it on."""
        roof, dice = self.roof, self.roof.dice
        sent = min(sent, self.now - timedelta(seconds=3))
        received = min(max(sent, row["received_at"]) + timedelta(seconds=dice.uniform(1, 20)), self.now)
        purpose = "place" if unit.kind in _KINDS["accepted_shelter"] else dice.one_of(_PURPOSES[unit.kind])
        # Of a couple that a house doesn't take together, or of who only wants a bath: no bed is promised.
        if script == "sent" and unit.beds and asked.count < 2:
            purpose = "service"
        minutes = _HOLD_MINUTES.get(unit.kind, 120)
        hold = received + timedelta(minutes=minutes) if unit.beds and purpose == "place" else None
        beds = roof.find(unit.key, asked.count, received, None) if hold and _takes(unit, asked) else []
        if hold and not beds and script is None:
            fate = dice.one_of({"declined": 7, "redirected": 3})
        story = Story(row["worker_id"], roof.city.desks.get(unit.key), sent, received, bool(beds))
        if script is None:
            story.live(dice, purpose, fate, hold if beds else None, roof.is_night if unit.kind == "night_shelter" else None)
        else:
            story.follow(script, self.now)
        story.cut(self.now)
        others = [other for other in self.units((unit.kind, *_KINDS["accepted_shelter"])) if other is not unit and _takes(other, asked)]
        other_id = roof.city.units[dice.choice(others).key] if others else None
        facts = told(story, dice, purpose, hold if beds else None, minutes, other_id, self.now)
        if not hold:
            # Five days of opening, told without looking into the unit's hours.
            facts["arrive_by"] = received.astimezone(roof.city.zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=6)
        elif not beds:
            facts["next_unit_id"] = other_id
            facts["arrive_by"] = story.at("accepted") + timedelta(minutes=minutes) if story.has("accepted") else None
        facts["hold_answer"] = None if purpose != "place" else "no_beds" if not hold else "granted" if beds else "taken"
        known = [person["person_id"] for person in asked.people if person["person_id"]]
        travel = dice.one_of(_TRAVEL)
        referral = roof.rows.add(
            "referrals", id=dice.uuid_at(sent), code=self._code(), unit_id=roof.city.units[unit.key], encounter_id=row["id"],
            visit_id=None, team_id=row["team_id"], worker_id=row["worker_id"], status=story.status,
            called=roof.crowd.facts[known[0]]["called"] if known else None, people_count=asked.count,
            with_children=asked.with_children, with_animals="animals" in unit.receives and dice.random() < 0.12,
            note=dice.choice(_NOTES) if dice.random() < 0.2 else None, sent_at=sent, received_at=received, purpose=purpose,
            reasons=sorted({dice.one_of(_REASONS[purpose]) for _reason in range(2)}), is_urgent=dice.random() < 0.04,
            profile=asked.profile, with_cart="carts" in unit.receives and dice.random() < 0.1,
            belongings=dice.choice(_BELONGINGS) if dice.random() < 0.15 else None, travel=travel,
            vehicle_asked=travel == "other_vehicle", trip_id=None, trip_order=None,
            redirected_from_id=before["id"] if before else None, slip_device_id=None, **facts,
        )  # fmt: skip
        for person in asked.people:
            if person["person_id"]:
                roof.rows.add(
                    "referral_people", id=dice.uuid_at(sent), referral_id=referral["id"], participation_id=person["id"],
                    person_id=person["person_id"], called=None,
                )  # fmt: skip
        for name, at, who, reason in story.moves:
            roof.rows.add(
                "referral_events", id=dice.uuid_at(at), referral_id=referral["id"], status=name, worker_id=who, at=at,
                recorded_at=max(at, received), reason=reason, by_sender=not unit.has_desk and name in ("accepted", "declined", "arrived",
                "not_arrived", "ended"),
            )  # fmt: skip
        if beds:
            self._sleep(referral, unit, asked, beds, story, received)
        if story.status == "redirected":
            kinds = next(kinds for kinds in _KINDS.values() if unit.kind in kinds)
            at = story.at("redirected")
            next_unit = self.choose(kinds, asked, at, unit.key) or dice.choice(
                [other for other in self.units(_EVERY_KIND) if other is not unit]
            )
            self.send(row, next_unit, asked, at, before=referral, fate="arrived")

    def _sleep(
        self, referral: dict[str, Any], unit: UnitPlan, asked: Asked, beds: list[UUID], story: Story, received: datetime
    ) -> None:
        """The promise of these beds, until somebody came, it was given up or it ran out; and the nights of who came."""
        roof, dice = self.roof, self.roof.dice
        came = referral["arrived_at"]
        given_up = next((story.at(name) for name in ("declined", "revoked", "redirected", "not_arrived") if story.has(name)), None)
        lasts = story.held_until
        assert lasts is not None
        ends = min(filter(None, (lasts, came, given_up)))
        for bed_id in beds:
            roof.claim(
                unit.key, bed_id, "hold", received, ends, referral["worker_id"], referral["id"],
                reason="released" if ends < lasts else None,
            )  # fmt: skip
        if came is None:
            return
        due = roof.night_ends(unit, came)
        left = due + timedelta(minutes=dice.uniform(0, 35)) if due else came + timedelta(days=dice.uniform(1, 6))
        end = left if left <= self.now else None
        # Some of a family shelter's places are free for whoever is sent next.
        full = roof.open[unit.key] + len(beds) > len(roof.city.beds[unit.key]) * 3 // 4
        if end is None and not due and full and self.now - came > timedelta(hours=3):
            end = came + (self.now - came) * dice.uniform(0.3, 0.6)
        party_id = dice.uuid_at(came)
        for place, bed_id in enumerate(beds):
            person = asked.people[place] if place < len(asked.people) else {"person_id": None}
            person_id = person["person_id"]
            # Under another roof already, by another referral: she is nobody's second guest.
            if person_id and not roof.is_free(person_id, came, end):
                person_id = None
            roof.stay(
                unit, party_id, bed_id, came, end, person_id, None, referral["profile"], referral["id"],
                reason="morning" if due else "moved_on", due=due,
            )  # fmt: skip

    def _code(self) -> str:
        code = self.roof.dice.code()
        while code in self.codes:
            code = self.roof.dice.code()
        self.codes.add(code)
        return code


def refer(roof: Roof, encounters: list[dict[str, Any]], now: datetime) -> None:
    """A referral for most people who accepted; those of the last hours are still on their way."""
    dice, city = roof.dice, roof.city
    present: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for person in roof.rows["participations"]:
        present[person["encounter_id"]].append(person)
    onward = Onward(roof, now)
    waiting = _at_the_doors(roof, encounters, now)
    plans = {unit.key: unit for unit in city.plan.units}
    for row in encounters:
        if row["id"] in waiting:
            key, script = waiting[row["id"]]
            unit = plans[key]
            row["outcome"] = next(outcome for outcome, kinds in _KINDS.items() if unit.kind in kinds)
            asked = _fit(_asked(roof, row, present), unit, script)
            since = max(row["occurred_at"] + timedelta(minutes=2), now - timedelta(minutes=dice.uniform(9, 52)))
            onward.send(row, unit, asked, since, script)
            continue
        kinds = _KINDS.get(row["outcome"])
        if not kinds or row["status"] != "valid" or not row["people_count"] or dice.random() < 0.1:
            continue
        asked = _asked(roof, row, present)
        sent = row["occurred_at"] + timedelta(minutes=dice.uniform(2, 9))
        chosen = onward.choose(kinds, asked, sent)
        if chosen:
            onward.send(row, chosen, asked, sent)


def _at_the_doors(roof: Roof, encounters: list[dict[str, Any]], now: datetime) -> dict[UUID, tuple[str, str]]:
    """The newest encounters, each sent to a desk of the script: (unit, where it stands) by encounter."""
    city = roof.city
    fresh = [
        row for row in reversed(encounters)
        if row["status"] == "valid" and row["people_count"] and row["outcome"] not in ("declined_to_talk", "council_called")
        and row["situation"] != "child_or_adolescent" and now - row["occurred_at"] < timedelta(hours=8)
    ]  # fmt: skip
    found = {}
    for row, (key, script) in zip(fresh, _SCRIPT, strict=False):
        if key not in city.desks:
            key = next(iter(city.desks))
        # Nobody is let in, or leaves for it, while the night shelter's door is shut.
        if key == "albergue" and script in ("arrived", "on_the_way") and not roof.is_night(now - timedelta(minutes=60)):
            script = "accepted"
        found[row["id"]] = (key, script)
    return found


def _asked(roof: Roof, row: dict[str, Any], present: dict[UUID, list[dict[str, Any]]]) -> Asked:
    """Of those who were there: a family whole, of a group one or two."""
    people = present[row["id"]]
    if row["situation"] == "family" and len(people) > 1:
        minors = any(person["age_band"] in ("age_0_12", "age_13_17") for person in people)
        return Asked(people, len(people), ["families"], minors)
    grown = [person for person in people if person["age_band"] not in ("age_0_12", "age_13_17")] or people
    some = grown if len(grown) <= 2 else sorted(roof.dice.sample(grown, roof.dice.choice((1, 1, 2))), key=lambda p: p["position"])
    return Asked(some, len(some), _profile(roof, some))


def _profile(roof: Roof, people: list[dict[str, Any]]) -> list[str]:
    sexes = {person["sex"] for person in people}
    if sexes == {"male", "female"} and roof.dice.random() < 0.5:
        return ["couples"]
    said = {{"male": "men", "female": "women"}[sex] for sex in sexes if sex}
    return sorted(said | ({"elderly"} if any(person["age_band"] == "age_60_plus" for person in people) else set()))


def _fit(asked: Asked, unit: UnitPlan, script: str) -> Asked:
    """As the script wants them: alone for the night shelter, or a couple that it doesn't take; a family for the family shelter."""
    if not unit.beds:
        return asked
    if unit.rooms:
        return Asked(asked.people[:1], 2, ["families"], True)
    if script == "sent":
        return Asked(asked.people, 2, ["couples"]) if asked.count == 2 else asked
    first = asked.people[:1]
    return Asked(first, 1, ["women"] if first[0]["sex"] == "female" else ["men"])


def _takes(unit: UnitPlan, asked: Asked) -> bool:
    """As the network's rule has it (units.rules): a couple where couples are received, men and women where both are."""
    said, receives = set(asked.profile), set(unit.receives)
    if asked.with_children and "children" not in receives:
        return False
    together = said & {"families", "couples"}
    return bool(together & receives) if together else said & {"men", "women"} <= receives
