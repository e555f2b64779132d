"""Rows of houses with beds: rooms, numbered places, promises and stays, put there directly."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.units import service
from app.units.models import Stay, Unit
from tests.make.city import City
from tests.make.journeys import sent_referral


def house(city: City, places: list | int = 4, unit: str = "shelter", **unit_fields) -> None:
    """`unit` gives `places` numbered places (a number, or groups as set_capacity takes them)."""
    groups = [((), places)] if isinstance(places, int) else places
    with city.transaction() as session:
        row = session.get(Unit, (city.ibge, city.ids[unit]))
        row.place_rule = "capacity"
        for name, value in unit_fields.items():
            setattr(row, name, value)
        session.flush()
        service.set_capacity(session, city.actor_in(session, "admin"), row.id, groups, clock.now())


def beds(city: City, unit: str = "shelter") -> list[dict]:
    """Beds of a unit that weren't taken away, by name."""
    return city.rows(
        "SELECT * FROM beds WHERE municipality_id = :m AND unit_id = :u AND (valid_to IS NULL OR valid_to > now())"
        " ORDER BY length(name), name",
        u=city.ids[unit],
    )


def promise(city: City, bed: UUID, until: datetime | None = None, unit: str = "shelter", since: datetime | None = None) -> UUID:
    """Somebody on the way has a bed; gives the referral's id."""
    _phone, referral_id = sent_referral(city, unit)
    since = since or clock.now() - timedelta(minutes=5)
    with city.transaction() as session:
        # What the push may have promised it by itself gives way to this bed.
        session.execute(text("UPDATE bed_claims SET during = 'empty' WHERE referral_id = :i"), {"i": referral_id})
        session.execute(text("UPDATE referrals SET status = 'held' WHERE id = :i"), {"i": referral_id})
        _claim(session, city, unit, bed, "hold", since, until or clock.now() + timedelta(hours=1), referral=referral_id)
    return UUID(str(referral_id))


def stay(city: City, bed: UUID, unit: str = "shelter", since: datetime | None = None) -> UUID:
    """Somebody sleeps in a bed; gives the stay's id."""
    since = since or clock.now() - timedelta(hours=1)
    with city.transaction() as session:
        row = Stay(
            municipality_id=city.ibge, id=new_id(), unit_id=city.ids[unit], party_id=new_id(), arrived_at=since,
            recorded_at=since, worker_id=city.ids["abrigo"], profile=[],
        )  # fmt: skip
        session.add(row)
        session.flush()
        _claim(session, city, unit, bed, "stay", since, None, stay=row.id)
        return row.id


def block(city: City, bed: UUID, unit: str = "shelter") -> None:
    """A bed is out of use."""
    with city.transaction() as session:
        _claim(session, city, unit, bed, "block", clock.now() - timedelta(hours=1), None)


def _claim(session, city, unit, bed, kind, since, until, referral=None, stay=None):
    session.execute(
        text(
            "INSERT INTO bed_claims (municipality_id, id, bed_id, unit_id, kind, referral_id, stay_id, during, worker_id, made_at)"
            " VALUES (:m, :id, :bed, :u, :kind, :referral, :stay, tstzrange(:since, :until), :w, :since)"
        ),
        {
            "m": city.ibge, "id": new_id(), "bed": bed, "u": city.ids[unit], "kind": kind, "referral": referral, "stay": stay,
            "since": since, "until": until, "w": city.ids["abrigo"],
        },
    )  # fmt: skip
