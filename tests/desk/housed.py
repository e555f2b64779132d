"""A shelter with two rooms and beds, and people in them, for tests of the desk's pages."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.units import service
from app.units.models import Bed, Room
from app.units.service import Guest
from tests.make.city import City


def with_beds(city: City, unit: str = "shelter", rooms: tuple[int, ...] = (2, 2), kind: str = "night_shelter") -> list[UUID]:
    """Make a unit a house: rooms "Quarto 1", … with beds "1", "2", …; gives the beds' ids in order."""
    ids, number = [], 0
    with city.transaction() as session:
        session.execute(
            text("UPDATE units SET place_rule = 'beds', kind = :kind, receives = '[]' WHERE municipality_id = :m AND id = :u"),
            {"m": city.ibge, "u": city.ids[unit], "kind": kind},
        )
        for n, count in enumerate(rooms, 1):
            room = Room(municipality_id=city.ibge, id=new_id(), unit_id=city.ids[unit], name=f"Quarto {n}")
            session.add(room)
            session.flush()
            for _bed in range(count):
                number += 1
                bed = Bed(
                    municipality_id=city.ibge, id=new_id(), unit_id=city.ids[unit], room_id=room.id, name=str(number),
                    receives=[], valid_from=clock.now() - timedelta(days=30),
                )  # fmt: skip
                session.add(bed)
                ids.append(bed.id)
        session.flush()
    return ids


def sleeper(
    city: City, called: str | None = "Tião", bed: UUID | None = None, since: datetime | None = None, unit: str = "shelter",
    persona: str = "abrigo",
) -> UUID:  # fmt: skip
    """Somebody who came in from the street; gives the stay's id."""
    now = clock.now()
    with city.transaction() as session:
        [stay] = service.check_in(
            session, city.actor_in(session, persona), city.ids[unit], [Guest(None, called, [])], since or now, now,
            bed_ids=[bed] if bed else None,
        )  # fmt: skip
        return stay.id


def stays(city: City) -> list:
    return city.rows(
        "SELECT s.id, s.called, s.person_id, s.arrived_at, s.left_at, s.left_reason, s.party_id, s.referral_id, s.absent_until,"
        " (SELECT b.name FROM bed_claims c JOIN beds b ON b.municipality_id = c.municipality_id AND b.id = c.bed_id"
        "  WHERE c.municipality_id = s.municipality_id AND c.stay_id = s.id AND upper_inf(c.during)) AS bed"
        " FROM stays s WHERE s.municipality_id = :m ORDER BY s.arrived_at, s.id"
    )


def form(client, **fields):
    return {"csrf_token": client.csrf} | fields
