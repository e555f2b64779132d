"""A house with beds, put straight into a city, and its verbs as its desk calls them."""

from datetime import datetime, time, timedelta
from uuid import UUID

from app.core import clock
from app.core.ids import new_id
from app.referrals.models import Referral
from app.units import queries, service
from app.units.models import Bed, Room, Unit
from app.units.service import Asked, Guest, Held
from tests.make.city import City
from tests.referrals import made

HOUR = timedelta(hours=1)


def now() -> datetime:
    return clock.now()


class House:
    """The city's shelter with `beds` beds. `beds`: their ids in order; each verb is a transaction of its own."""

    def __init__(self, city: City, beds: int = 3, night_ends_at: time | None = None, receives=(), **unit):
        self.city, self.unit_id = city, city.ids["shelter"]
        with city.transaction() as session:
            row = session.get(Unit, (city.ibge, self.unit_id))
            row.place_rule, row.receives, row.night_ends_at = "beds", list(receives), night_ends_at
            for name, value in unit.items():
                setattr(row, name, value)
        self.beds = [self.bed(f"{number}") for number in range(1, beds + 1)]

    def bed(self, name: str, room: str | None = None, since: datetime | None = None, **columns) -> UUID:
        with self.city.transaction() as session:
            room_id = None
            if room:
                found = session.query(Room).filter_by(unit_id=self.unit_id, name=room).first()
                found = found or Room(municipality_id=self.city.ibge, id=new_id(), unit_id=self.unit_id, name=room)
                session.add(found)
                session.flush()
                room_id = found.id
            row = Bed(
                municipality_id=self.city.ibge, id=new_id(), unit_id=self.unit_id, room_id=room_id, name=name,
                valid_from=since or now() - timedelta(days=60), **columns,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def referral(self, people: int = 1, status: str = "sent", sent_ago: timedelta = timedelta(), **columns) -> UUID:
        """A referral to the house that asked for nothing yet."""
        # Sent to a unit without beds, which promises nothing, and then turned to this one.
        referral_id = made.sent(self.city, people_count=people, unit="creas_unit")
        with self.city.transaction() as session:
            row = session.get(Referral, (self.city.ibge, referral_id))
            row.unit_id, row.status, row.sent_at = self.unit_id, status, row.sent_at - sent_ago
            row.hold_answer = row.arrive_by = None
            for name, value in columns.items():
                setattr(row, name, value)
        return referral_id

    def hold(self, people: int = 1, wanted=(), at: datetime | None = None, until: datetime | None = None, referral_id=None) -> tuple[UUID, Held]:
        """(referral, what was answered) of a place asked at an instant."""
        at = at or now()
        referral_id = referral_id or self.referral(people, sent_ago=now() - at, profile=list(wanted))
        with self.city.transaction() as session:
            held = service.hold_places(session, self.city.ibge, self.unit_id, referral_id, Asked(people, list(wanted)), at, None, until)
            row = session.get(Referral, (self.city.ibge, referral_id))
            row.hold_answer, row.held_until = held.answer, held.until
            if held.answer == "granted":
                row.status = "held"
        return referral_id, held

    def ask(self, verb: str, *args, persona: str = "abrigo", **kwargs):
        """A verb of units.service with an actor: ask("check_out", stay_id, at, reason, now)."""
        with self.city.transaction() as session:
            return getattr(service, verb)(session, self.city.actor_in(session, persona), *args, **kwargs)

    def check_in(self, *guests: Guest, at: datetime | None = None, on: datetime | None = None, **more):
        on = on or now()
        return self.ask("check_in", self.unit_id, guests or [Guest()], at or on, on, **more)

    def seen(self, persona: str = "abrigo", at: datetime | None = None) -> queries.House:
        with self.city.transaction() as session:
            return queries.house_of(session, self.city.actor_in(session, persona), self.unit_id, at or now())

    def states(self, at: datetime | None = None) -> list[str]:
        with self.city.transaction() as session:
            return [bed.state for bed in queries.beds_of(session, self.city.ibge, [self.unit_id], at or now())]

    def free(self, at: datetime | None = None):
        with self.city.transaction() as session:
            return queries.free_of(session, self.city.ibge, [self.unit_id], at or now())[self.unit_id]

    def clashes(self, at: datetime | None = None):
        with self.city.transaction() as session:
            return queries.clashes_of(session, self.city.ibge, [self.unit_id], at or now())

    def silent(self, since: timedelta | None = None) -> None:
        """Its desk was last heard so long ago (None: never)."""
        with self.city.transaction() as session:
            row = session.get(Unit, (self.city.ibge, self.unit_id))
            row.heard_at = None if since is None else now() - since

    def claims(self, bed_id: UUID | None = None):
        rows = self.city.rows(
            "SELECT bed_id, kind, referral_id, stay_id, reason, lower(during) AS since, upper(during) AS until, isempty(during) AS empty"
            " FROM bed_claims WHERE municipality_id = :m ORDER BY lower(during), id"
        )
        return [row for row in rows if not row["empty"] and (bed_id is None or row["bed_id"] == bed_id)]
