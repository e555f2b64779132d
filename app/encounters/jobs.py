"""Nightly: exact points fade after a configured age (domain 8.2); the coarse cell and the region stay."""

from datetime import timedelta

from sqlalchemy import select, text, update

from app.core import clock, jobs
from app.core.db import transaction
from app.core.models import Municipality
from app.encounters.models import Encounter

POINT_DAYS = 90


@jobs.task("encounters.fade_points", every="27 6 * * *")
def fade_points(_timestamp: int) -> None:
    now = clock.now()
    with transaction() as session:
        cities = session.scalars(select(text("*")).select_from(text("all_municipalities()"))).all()
    for municipality_id in cities:
        with transaction(municipality_id) as session:
            fade_city(session, municipality_id, now)


def fade_city(session, municipality_id: int, now) -> int:
    """Fade one city's old points; gives how many. Street, address and known point go with the point."""
    city = session.get_one(Municipality, municipality_id)
    days = int(city.settings.get("point_fade_days", POINT_DAYS))
    done = session.execute(
        update(Encounter)
        .where(
            Encounter.municipality_id == municipality_id,
            Encounter.occurred_at < now - timedelta(days=days),
            Encounter.geom.is_not(None) | Encounter.street.is_not(None) | Encounter.place_text.is_not(None),
        )
        .values(geom=None, street=None, place_text=None, known_point_id=None, accuracy_m=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
