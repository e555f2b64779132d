"""Nightly: the exact place of a home visit fades after a configured age; the region stays."""

from app.core import clock, jobs
from app.home_visits.models import HomeVisit
from app.territory.place import fade


@jobs.task("home_visits.fade_points", every="37 6 * * *")
def fade_points(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: fade(session, HomeVisit, m, clock.now()))
