"""Nightly: the exact place of a home visit fades as that of an encounter does; the region stays."""

from datetime import timedelta

from sqlalchemy import select, text, update

from app.core import clock, jobs
from app.core.db import transaction
from app.core.models import Municipality
from app.home_visits.models import HomeVisit

POINT_DAYS = 90


@jobs.task("home_visits.fade_points", every="37 6 * * *")
def fade_points(_timestamp: int) -> None:
    now = clock.now()
    with transaction() as session:
        cities = session.scalars(select(text("*")).select_from(text("all_municipalities()"))).all()
    for municipality_id in cities:
        with transaction(municipality_id) as session:
            days = int(session.get_one(Municipality, municipality_id).settings.get("point_fade_days", POINT_DAYS))
            session.execute(
                update(HomeVisit)
                .where(
                    HomeVisit.municipality_id == municipality_id,
                    HomeVisit.occurred_at < now - timedelta(days=days),
                    HomeVisit.geom.is_not(None) | HomeVisit.street.is_not(None) | HomeVisit.place_text.is_not(None),
                )
                .values(geom=None, street=None, place_text=None, known_point_id=None, accuracy_m=None)
                .execution_options(synchronize_session=False)
            )
