"""Nightly: the exact place of an encounter fades after a configured age; the region stays."""

from app.core import clock, jobs
from app.encounters.models import Encounter
from app.territory.place import fade


@jobs.task("encounters.fade_points", every="27 6 * * *")
def fade_points(_timestamp: int) -> None:
    jobs.in_each_city(lambda session, m: fade(session, Encounter, m, clock.now()))
