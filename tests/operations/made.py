"""Operations of a made city, begun and ended through the services."""

from datetime import datetime, time, timedelta

from app.core import clock
from app.operations import service
from app.operations.rules import Agreed, Plan
from tests.make.city import City


def plan(city: City, *agreed: Agreed, kind: str = "cold", **more) -> Plan:
    told = {"trigger": "13 °C", "closing": "by_hand", "ends": time(7), "nights": 1, "items": ("blanket", "hot_drink")} | more
    return Plan(kind=kind, opens=time(18), closes=time(7), units=agreed, **told)


def lends(city: City, places: int = 0, hours: tuple[int, int] | None = None, unit: str = "shelter") -> Agreed:
    opens, closes = hours or (None, None)
    return Agreed(city.ids[unit], places, time(opens) if hours else None, time(closes) if hours else None)


def begin(city: City, *agreed: Agreed, at: datetime | None = None, as_: str = "supervisao", **more):
    actor = city.actor(as_)
    with city.transaction() as session:
        return service.start(session, actor, more.get("kind", "cold"), at or clock.now(), plan(city, *agreed, **more))[0]


def finish(city: City, row, at: datetime | None = None, as_: str = "supervisao"):
    actor = city.actor(as_)
    with city.transaction() as session:
        return service.end(session, actor, row.id, None, at or clock.now())


def hours_ago(count: float) -> datetime:
    return clock.now() - timedelta(hours=count)
