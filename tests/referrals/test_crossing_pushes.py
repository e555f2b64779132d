"""Pushes that cross one another on real connections: two never wait for each other in a ring, nobody loses a promise."""

from threading import Barrier, Thread

from app.core.db import db
from app.core.ids import new_id
from tests.make.beds import house

LATER = {
    "purpose": "place", "reasons": [], "is_urgent": False, "profile": [], "with_cart": False, "belongings": None,
    "travel": None, "vehicle_asked": False, "people": [], "redirects_id": None, "trip_id": None, "slip": False,
}  # fmt: skip


def at_once(city, *pushes):
    """[(status code, outcomes)] of pushes sent at the same moment, each by a phone of its own."""
    ready, found = Barrier(len(pushes)), [None] * len(pushes)

    def one(index, phone, commands):
        with city.app.app_context():
            ready.wait(10)
            answer = phone.post(commands)
            found[index] = (answer.status_code, answer.json.get("outcomes") or answer.json)
            db.session.remove()

    threads = [Thread(target=one, args=(index, *push)) for index, push in enumerate(pushes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def send(phone, met, unit, **body):
    return phone.referral(met, unit, **LATER | body) | {"version": 2}


def test_two_that_go_from_each_to_the_other_house_never_wait_in_a_ring(city):
    house(city, 12)
    house(city, 12, unit="centro_pop", kind="night_shelter")
    phones = {"shelter": city.phone("rua"), "centro_pop": city.phone("rua2")}
    other = {"shelter": "centro_pop", "centro_pop": "shelter"}
    for _round in range(6):
        pushes = []
        for unit, phone in phones.items():
            met = phone.encounter()
            first = send(phone, met, unit)
            assert [each["status"] for each in phone.push(met, first)] == ["done"] * 2
            pushes.append((phone, [send(phone, met, other[unit], redirects_id=first["body"]["referral_id"])]))
        for code, outcomes in at_once(city, *pushes):
            assert code == 200, outcomes
            assert [each["status"] for each in outcomes] == ["done"], outcomes


def test_trips_over_the_same_stops_in_two_orders_never_wait_in_a_ring(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    stops = []
    for _each in range(8):
        met = phone.encounter()
        command = send(phone, met, "creas_unit", purpose="service")
        phone.push(met, command)
        stops.append(command["body"]["referral_id"])
    for _round in range(6):
        def trip(whose, order):
            return whose.command(
                "referrals.plan_trip",
                {"trip_id": str(new_id()), "travel": "with_team", "vehicle_asked": False, "note": None, "referral_ids": order},
            )

        for code, outcomes in at_once(city, (phone, [trip(phone, stops)]), (mate, [trip(mate, stops[::-1])])):
            assert code == 200, outcomes
            assert [each["status"] for each in outcomes] == ["done"], outcomes
