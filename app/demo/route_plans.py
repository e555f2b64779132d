"""Routes of the street teams: the points of their regions, in order, on the hours that they work; here and there one was missed."""

from datetime import datetime, time, timedelta

from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows

_STOPS = 6
_BACK = 14


def plan(city: Standing, rows: Rows, now: datetime) -> None:
    """One a team, every day for two weeks by now. Of each of the last nights one stop may have been missed."""
    planner = city.personas.get("coordenacao")
    if planner is None:
        return
    # Dice of its own: what is thrown here changes nothing of the city's life.
    dice = Dice(f"routes:{city.plan.id}")
    made_at = now - timedelta(days=_BACK)
    today = now.astimezone(city.zone).date()
    for team in city.plan.teams:
        spots = [spot for spot in city.plan.spots if spot.is_registered and spot.region in team.regions]
        if team.kind != "street" or len(spots) < 2:
            continue
        route_id = dice.uuid_at(made_at)
        stops = [city.points[spot.name] for spot in sorted(spots, key=lambda spot: -spot.weight)[:_STOPS]]
        rows.add(
            "route_plans", id=route_id, team_id=city.teams[team.key], name=team.name.removeprefix("Abordagem "), note="", ended_on=None,
            made_by=planner, made_at=made_at,
        )  # fmt: skip
        rows.add(
            "route_times", id=dice.uuid_at(made_at), route_id=route_id, on_date=None, weekdays=list(range(7)),
            starts=time(team.starts % 24), ends=time(team.ends % 24), valid_from=made_at.astimezone(city.zone).date(), valid_to=None,
        )  # fmt: skip
        for position, point_id in enumerate(stops, 1):
            rows.add(
                "route_stops", id=dice.uuid_at(made_at), route_id=route_id, point_id=point_id, position=position, added_at=made_at,
                left_at=None,
            )  # fmt: skip
        worker = city.workers[team.key][0]
        for back in range(1, 7):
            if dice.random() < 0.7:
                at = now - timedelta(days=back)
                rows.add(
                    "route_misses", id=dice.uuid_at(at), route_id=route_id, point_id=stops[-1 - back % 2], on_date=today - timedelta(days=back),
                    reason=dice.choice(["no_time", "rain", "called_away"]), worker_id=worker, device_id=None, occurred_at=at, received_at=at,
                )  # fmt: skip
