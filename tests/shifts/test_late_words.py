"""What a phone without signal said of a point, a route and a team that are no more by the time it arrives."""

from datetime import timedelta

from tests.make.city import PASSWORD
from tests.make.phone import Phone
from tests.shifts.routed import ago, tonight


def test_the_point_is_out_of_use_and_the_route_ended_when_the_words_arrive(city):
    point = city.ids["point"]
    route, on = tonight(city, point)
    phone = Phone(city, "rua").sign_in(PASSWORD)
    city.rows("UPDATE concentration_points SET is_active = false WHERE municipality_id = :m RETURNING id")
    city.rows("UPDATE route_plans SET ended_on = :on WHERE municipality_id = :m RETURNING id", on=on - timedelta(days=1))
    team, place = str(city.ids["team"]), {"source": "known_point", "point_id": str(point)}
    from_before = {"shift_id": None, "team_id": team}
    said = [
        phone.command("shifts.visit_point", {"mark_id": phone.command("x", {})["id"], "point_id": str(point), "people_count": 3, **from_before}, ago(1)),
        phone.command("shifts.pass_by", {"mark_id": phone.command("x", {})["id"], "region_id": None, "place": place, **from_before}, ago(1)),
        phone.command(
            "shifts.miss_stop",
            {"miss_id": phone.command("x", {})["id"], "route_id": str(route), "point_id": str(point), "on_date": str(on), "reason": "rain"}, ago(1),
        ),
        phone.encounter(ago(1), place={"source": "known_point", "point_id": str(point)}),
    ]  # fmt: skip
    assert [each["status"] for each in phone.push(*said)] == ["done"] * 4
    assert [each["status"] for each in phone.push(*said)] == ["repeated"] * 4
