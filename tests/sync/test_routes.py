"""The stops of a route over the phone's gate: twice, in disorder, late, by two phones, from another city."""

from datetime import timedelta

from app.core.ids import new_id
from tests.make.city import NORTH_POINT, make_city
from tests.make.phone import place
from tests.shifts.routed import ago, second_point, tonight


def visited(phone, point, hours=0.0, team=None, **more):
    body = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(team or phone.city.ids["team"]), "point_id": str(point)} | more
    return phone.command("shifts.visit_point", body, ago(hours))


def nobody(phone, point, hours=0.0):
    body = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(phone.city.ids["team"]), "region_id": None, "place": place("known_point", point_id=str(point))}
    return phone.command("shifts.pass_by", body, ago(hours))


def missed(phone, route, point, on, hours=0.0, reason="no_time"):
    body = {"miss_id": str(new_id()), "route_id": str(route), "point_id": str(point), "on_date": on.isoformat(), "reason": reason}
    return phone.command("shifts.miss_stop", body, ago(hours))


def told(outcomes):
    return [o["problem"]["code"] if o["problem"] else o["status"] for o in outcomes]


def stops(phone, on):
    """{point: (state, reason)} of the night as the phone holds it."""
    phone.pull()
    [me] = phone.of_type("me")
    [route] = [each for each in me["routes"] if each["on_date"] == on.isoformat()]
    return {stop["point_id"]: (stop["state"], stop["reason"]) for stop in route["stops"]}


def test_a_night_by_two_phones_in_disorder_and_twice_says_the_same_to_both(city):
    one, mate = city.phone("rua"), city.phone("rua2")
    points = [city.ids["point"], second_point(city), second_point(city, "Feira", (NORTH_POINT[0] + 0.004, NORTH_POINT[1]))]
    route, on = tonight(city, *points)
    first, second, third = map(str, points)
    assert stops(one, on) == {first: (None, None), second: (None, None), third: (None, None)}
    assert list(stops(one, on)) == [first, second, third]  # in order
    late = missed(one, route, first, on, 0.5)
    assert told(mate.push(nobody(mate, first, 1), missed(mate, route, second, on, 1, "rain"))) == ["done"] * 2
    assert told(one.push(late, visited(one, third, 0.2, people_count=6))) == ["done"] * 2
    assert told(one.push(late, late)) == ["repeated"] * 2
    expected = {first: ("nobody", None), second: ("missed", "rain"), third: ("done", None)}
    assert stops(one, on) == stops(mate, on) == expected
    # "Foi antes": an encounter recorded late where a colleague said that nobody was there.
    before = one.encounter(ago(1.5), place=place("known_point", point_id=first), late=True)
    assert told(one.push(before)) == ["done"]
    assert stops(mate, on) == expected | {first: ("done", None)}
    [count] = city.rows("SELECT point_id, people_count FROM point_counts WHERE municipality_id = :m")
    assert (str(count["point_id"]), count["people_count"]) == (third, 6)
    [body] = [each for each in one.of_type("point") if each["id"] == third]
    assert body["last_visit_on"] is not None and body["peaks"] == ["night"] and body["conditions"] == ["tents"]


def test_the_colleague_hears_that_the_point_was_visited_by_an_encounter_near(city):
    one, mate = city.phone("rua"), city.phone("rua2")
    mate.pull()
    assert mate.of_type("point")[0]["last_visit_on"] is None
    assert told(one.push(one.encounter(ago(1), place=place("gps", NORTH_POINT[0] + 0.0005, NORTH_POINT[1])))) == ["done"]
    mate.pull()
    assert mate.of_type("point")[0]["last_visit_on"] is not None


def test_yesterday_and_another_team_make_no_stop_of_tonight(city):
    phone, point = city.phone("rua"), city.ids["point"]
    route, on = tonight(city, point, hours=2)
    assert told(phone.push(visited(phone, point, 30), missed(phone, route, point, on - timedelta(days=1), 26))) == ["done"] * 2
    assert stops(phone, on) == {str(point): (None, None)}


def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_goes_on(city, app):
    phone, point = city.phone("rua"), city.ids["point"]
    route, on = tonight(city, point)
    other = make_city(app)
    theirs, _on = tonight(other, other.ids["point"])
    outcomes = phone.push(
        missed(phone, theirs, point, on), missed(phone, theirs, other.ids["point"], on), missed(phone, route, second_point(city), on),
        missed(phone, route, point, on, reason="tired"), visited(phone, other.ids["point"]), visited(phone, point, team=other.ids["team"]),
        visited(phone, point, people_count=-1), missed(phone, route, point, on),
    )  # fmt: skip
    assert told(outcomes) == [
        "shifts.stop_unknown", "shifts.stop_unknown", "shifts.stop_unknown", "core.invalid", "territory.unknown_point", "access.forbidden",
        "core.invalid", "done",
    ]  # fmt: skip
    taken = missed(phone, route, point, on)
    assert told(phone.push(taken)) == ["done"]
    same = missed(phone, route, point, on, reason="rain") | {"body": taken["body"] | {"reason": "rain"}}
    assert told(phone.push(same)) == ["shifts.miss_taken"]
    assert city.rows("SELECT count(*) AS n FROM route_misses WHERE municipality_id = :m")[0]["n"] == 2
    assert other.rows("SELECT count(*) AS n FROM route_misses WHERE municipality_id = :m")[0]["n"] == 0


def test_a_route_is_told_to_its_team_alone_and_taken_away_when_it_ends(city):
    phone, visitor = city.phone("rua"), city.phone("pim")
    route, _on = tonight(city, city.ids["point"])
    phone.pull(), visitor.pull()
    assert phone.of_type("me")[0]["routes"] and visitor.of_type("me")[0]["routes"] == []
    desk = city.client("coordenacao")
    assert desk.post(f"/mesa/roteiros/{route}/encerrar", data={"csrf_token": desk.csrf}).status_code == 303
    phone.pull()
    today = {each["on_date"] for each in phone.of_type("me")[0]["routes"]}
    assert len(today) <= 1  # the night that has begun goes on, no other comes
