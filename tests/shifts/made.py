"""A roster made by its services: patterns, periods, shifts by hand."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core import clock
from app.shifts.roster import queries, service

ZONE = ZoneInfo("America/Fortaleza")


def today() -> date:
    return datetime.now(ZONE).date()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)


class Roster:
    """A city whose roster `coordenacao` plans (or another persona). Ids of members by persona."""

    def __init__(self, city, persona="coordenacao"):
        self.city, self.persona = city, persona

    def does(self, verb, *arguments):
        """A verb of the service in a transaction of its own; `now` is added last."""
        with self.city.transaction() as session:
            actor = self.city.actor_in(session, self.persona)
            return getattr(service, verb)(session, actor, *arguments, clock.now())

    def reads(self, name, *arguments, persona=None):
        with self.city.transaction() as session:
            actor = self.city.actor_in(session, persona or self.persona)
            return getattr(queries, name)(session, actor, *arguments)

    def pattern(self, starts="08:00", ends="17:00", members=("rua", "rua2"), team="team", vehicle=None, **more):
        data = {
            "team_id": self.city.ids[team], "kind": "weekly", "starts": time.fromisoformat(starts),
            "ends": time.fromisoformat(ends), "weekdays": list(range(7)), "cycle_days": 2, "anchor_on": None,
            "on_holidays": "work",
            "valid_from": today(), "valid_to": None, "region_ids": [self.city.ids["north"]],
            "member_ids": [self.city.ids[each] for each in members], "vehicle_id": vehicle,
        }  # fmt: skip
        return self.does("add_pattern", data | more)

    def by_hand(self, on, starts="08:00", ends="17:00", members=("rua",), team="team", vehicle=None):
        data = {
            "team_id": self.city.ids[team], "on_date": on, "starts": time.fromisoformat(starts),
            "ends": time.fromisoformat(ends), "region_ids": [self.city.ids["north"]], "vehicle_id": vehicle, "note": "",
            "member_ids": [self.city.ids[each] for each in members],
        }  # fmt: skip
        return self.does("plan_by_hand", data)

    def vehicle(self, name="Van 1"):
        return self.does("add_vehicle", {"name": name, "seats": 5, "is_accessible": False})

    def planned(self, since=1, until=7):
        return self.does("plan_period", in_days(since), in_days(until), None)

    def published(self, since=1, until=7):
        return self.does("publish", in_days(since), in_days(until), None)

    def turn(self, id_, persona=None):
        return self.reads("turn_of", id_, persona=persona)

    def turns(self, since=1, until=7, persona=None):
        return self.reads("shifts_between", in_days(since), in_days(until), persona=persona)

    def who(self, id_):
        """{persona: state} of a shift's members."""
        names = {self.city.ids[name]: name for name in ("rua", "rua2", "pim")}
        return {names[each.worker_id]: each.state for each in self.turn(id_).members}
