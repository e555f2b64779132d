"""Who has which bed when: no bed twice at an instant, nobody under two roofs; and the rows that tell of it."""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo.cities import UnitPlan
from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows
from app.demo.street import People

_FAR = datetime.max.replace(tzinfo=UTC)
_NIGHT_OPENS = time(18)


class Roof:
    """Beds and people of one city with the spans in which they are taken. open: how many are in a unit now, by its key."""

    def __init__(self, city: Standing, dice: Dice, rows: Rows, crowd: People, now: datetime):
        self.city, self.dice, self.rows, self.crowd, self.now = city, dice, rows, crowd, now
        self.taken: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.open: dict[str, int] = defaultdict(int)
        self.in_the_street: set[UUID] = set()
        self._adults = [id_ for id_, facts in crowd.facts.items() if facts["age_band"] in ("age_18_59", "age_60_plus")]

    def is_free(self, id_: UUID, start: datetime, end: datetime | None) -> bool:
        """Whether a bed, or a person, is nowhere else in a span (end None: from then on)."""
        spans = self.taken[id_]
        place = bisect(spans, (start, end or _FAR))
        return (place == len(spans) or spans[place][0] >= (end or _FAR)) and (not place or spans[place - 1][1] <= start)

    def find(self, unit: str, many: int, start: datetime, end: datetime | None) -> list[UUID]:
        """So many free beds, of one room where one has enough; none when they don't suffice."""
        rooms: dict[UUID | None, list[UUID]] = defaultdict(list)
        for bed_id, room_id in self.city.beds.get(unit, ()):
            if self.is_free(bed_id, start, end):
                rooms[room_id].append(bed_id)
        fit = [beds for beds in rooms.values() if len(beds) >= many]
        every = [bed_id for beds in rooms.values() for bed_id in beds]
        return (min(fit, key=len) if fit else every)[:many] if len(every) >= many else []

    def somebody(self, start: datetime, end: datetime | None, sex: str | None = None, but: Collection[UUID] = ()) -> UUID | None:
        """A grown person of the city who is under no other roof then."""
        for _try in range(12 if self._adults else 0):
            person_id = self.dice.choice(self._adults)
            fits = sex is None or self.crowd.facts[person_id]["sex"] == sex
            elsewhere = end is None and person_id in self.in_the_street
            if fits and not elsewhere and person_id not in but and self.is_free(person_id, start, end):
                return person_id
        return None

    def claim(
        self, unit: str, bed_id: UUID, kind: str, start: datetime, end: datetime | None, worker_id: UUID | None,
        referral_id: UUID | None = None, stay_id: UUID | None = None, reason: str | None = None,
    ) -> None:  # fmt: skip
        """The bed is taken in a span. Raises ValueError where it isn't free, as the constraint would."""
        if end is not None and end <= start:
            return
        if not self.is_free(bed_id, start, end):
            raise ValueError(f"bed {bed_id} twice")
        insort(self.taken[bed_id], (start, end or _FAR))
        self.rows.add(
            "bed_claims", id=self.dice.uuid_at(start), bed_id=bed_id, unit_id=self.city.units[unit], kind=kind,
            referral_id=referral_id, stay_id=stay_id, during=f"[{start.isoformat()},{end.isoformat() if end else ''})",
            reason=reason, worker_id=worker_id, made_at=start,
        )  # fmt: skip

    def stay(
        self, unit: UnitPlan, party_id: UUID, bed_id: UUID, arrived: datetime, left: datetime | None, person_id: UUID | None,
        called: str | None = None, profile: Sequence[str] = (), referral_id: UUID | None = None, reason: str = "morning",
        due: datetime | None = None, absent: tuple[datetime, datetime] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """One person's, with her bed and what happened in it."""
        desk = self.city.desks[unit.key]
        recorded = min(arrived + timedelta(minutes=self.dice.uniform(1, 9)), self.now)
        row = self.rows.add(
            "stays", id=self.dice.uuid_at(arrived), unit_id=self.city.units[unit.key], party_id=party_id, referral_id=referral_id,
            person_id=person_id, called=called, profile=sorted(profile), arrived_at=arrived, recorded_at=recorded, worker_id=desk,
            due_at=due, absent_from=absent and absent[0], absent_until=absent and absent[1], left_at=left,
            left_by=desk if left else None, left_reason=reason if left else None,
        )  # fmt: skip
        self.claim(unit.key, bed_id, "stay", arrived, left, desk, stay_id=row["id"])
        if person_id:
            insort(self.taken[person_id], (arrived, left or _FAR))
        self.event(row, "arrived", arrived)
        if left is None:
            self.open[unit.key] += 1
        else:
            self.event(row, "left", left, reason)
        return row

    def event(self, stay: dict[str, Any], kind: str, at: datetime, reason: str | None = None) -> None:
        self.rows.add(
            "stay_events", id=self.dice.uuid_at(at), stay_id=stay["id"], kind=kind, at=at,
            recorded_at=min(at + timedelta(minutes=1), self.now), worker_id=stay["worker_id"], reason=reason,
        )  # fmt: skip

    def profile_of(self, person_id: UUID | None) -> list[str]:
        """What somebody says of herself, as far as the city knows."""
        if person_id is None:
            return []
        facts = self.crowd.facts[person_id]
        return [{"male": "men", "female": "women"}[facts["sex"]], *(["elderly"] if facts["age_band"] == "age_60_plus" else [])]

    def night_ends(self, unit: UnitPlan, after: datetime) -> datetime | None:
        """The first end of a night after an instant; None where stays have no hour."""
        if unit.night_ends is None:
            return None
        local = after.astimezone(self.city.zone)
        ends = datetime.combine(local.date(), time(unit.night_ends), self.city.zone)
        return ends if ends > local else ends + timedelta(days=1)

    def evening(self, back: int) -> datetime:
        """When the night shelters opened: 0 is the night under way, or by day the next one."""
        local = self.now.astimezone(self.city.zone)
        on = local.date() - timedelta(days=back + (local.hour < 6))
        return datetime.combine(on, _NIGHT_OPENS, self.city.zone)

    def is_night(self, at: datetime) -> bool:
        return not 6 <= at.astimezone(self.city.zone).hour < 18
