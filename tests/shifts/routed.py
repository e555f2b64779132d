"""A route of the made city's team, with a night that is going on now."""

from datetime import datetime, timedelta

from app.core import clock, days
from app.core.ids import new_id
from app.shifts.route_plans import service
from app.territory.models import ConcentrationPoint
from tests.make.city import SOUTH_POINT


def second_point(city, name="Praça do Sul", where=None):
    """Another known point. Gives its id."""
    lon, lat = where or SOUTH_POINT
    with city.transaction() as session:
        row = ConcentrationPoint(
            municipality_id=city.ibge, id=new_id(), name=name, kind="square", region_id=city.ids["south"],
            geom=f"SRID=4326;POINT({lon!r} {lat!r})", peaks=["night"], conditions=["tents"], frequency_days=7,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def tonight(city, *point_ids, hours=3, name="Roteiro da noite"):
    """A route of today that began `hours` ago at most, of these stops. Gives its id and the date of its night."""
    now = clock.now()
    with city.transaction() as session:
        zone = days.zone_of(session, city.ibge)
        begun = (now - timedelta(hours=hours)).astimezone(zone)
        form = {
            "team_id": city.ids["team"], "name": name, "note": "", "repeats": "weekly", "weekdays": list(range(7)), "on_date": None,
            "valid_from": begun.date(), "valid_to": None, "starts": begun.time().replace(second=0, microsecond=0),
            "ends": (begun + timedelta(hours=hours + 4)).time().replace(second=0, microsecond=0),
        }  # fmt: skip
        actor = city.actor_in(session, "coordenacao")
        # Made yesterday, so that its night has the stops also where it began before midnight.
        made = now - timedelta(days=1)
        route_id = service.add_route(session, actor, form, made)
        for point_id in point_ids:
            service.add_stop(session, actor, route_id, point_id, made)
    return route_id, begun.date()


def ago(hours: float) -> datetime:
    return clock.now() - timedelta(hours=hours)
