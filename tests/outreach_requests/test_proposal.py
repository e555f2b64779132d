"""Which team is proposed when there is no record: from where it opened its shift, from its region, from the roster; and it says so."""

from datetime import timedelta

from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.outreach_requests import queries
from tests.make.city import NORTH_POINT, SOUTH_POINT
from tests.make.phone import place
from tests.outreach_requests.made import ask, row_of, second_team


def start(city, phone, team, **where):
    """A shift as the phone opens it; its id."""
    body = {
        "shift_id": str(new_id()), "team_id": str(city.ids[team]), "reference_unit_id": None, "companion_ids": [],
        "region_id": None, "place": None, "planned_shift_id": None,
    }  # fmt: skip
    [told] = phone.push(phone.command("shifts.start", body | where, version=2))
    assert told["status"] == "done", told
    return body["shift_id"]


def planned(city, team, region):
    """A published shift of the roster that runs now."""
    with city.transaction() as session:
        told = {"m": city.ibge, "p": new_id(), "i": new_id(), "t": city.ids[team], "r": city.ids[region], "w": city.ids["supervisao"]}
        session.execute(
            text(
                "INSERT INTO planned_shifts (municipality_id, id, team_id, on_date, starts_at, ends_at, status, published_at, made_by, made_at, note,"
                " is_changed) VALUES (:m, :p, :t, current_date, now() - interval '1 hour', now() + interval '5 hours', 'published', now(), :w,"
                " now(), '', false)"
            ),
            told,
        )
        session.execute(text("INSERT INTO planned_shift_regions (municipality_id, id, planned_shift_id, region_id) VALUES (:m, :i, :p, :r)"), told)


def known(city, request_id, team="team", later=0):
    """From what it is known where the team is, and how far that is from the request."""
    row = row_of(city, request_id)
    with city.transaction() as session:
        found = queries.candidates(session, city.ibge, row["cell"], row["region_id"], clock.now() + timedelta(hours=later))
    [one] = [each for each in found if each.team_id == city.ids[team]]
    return one.basis, one.km if one.km is None else round(one.km)


def test_without_a_record_the_check_in_then_the_region_then_the_roster_tell_where_a_team_is(city):
    request_id, phone, desk = ask(city), city.phone("rua"), city.client("supervisao")
    page = lambda: desk.get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)  # noqa: E731
    assert known(city, request_id) == (None, None) and "não se sabe onde está" in page()
    planned(city, "team", "south")
    assert known(city, request_id) == ("roster", 11) and "a cerca de 11 km (pela região da escala)" in page()
    shift_id = start(city, phone, "team", region_id=str(city.ids["north"]))
    assert known(city, request_id) == ("region", 0) and "perto daqui (pela região onde disse estar)" in page()
    start(city, phone, "team", place=place("gps", lon=SOUTH_POINT[0], lat=SOUTH_POINT[1], accuracy_m=20))
    assert known(city, request_id) == ("check_in", 11) and "abriu o turno," in page()
    [shift] = city.rows("SELECT * FROM shifts WHERE municipality_id = :m AND ended_at IS NULL")
    assert str(shift["id"]) != shift_id and shift["start_cell"] and str(SOUTH_POINT[0]) not in str(dict(shift))  # coarse, never the point
    # A record is newer, then six hours old: the shift's opening tells again.
    assert phone.push(phone.encounter(place=place("map", lon=NORTH_POINT[0], lat=NORTH_POINT[1])))[0]["status"] == "done"
    assert known(city, request_id) == ("record", 0) and "último registro," in page()
    city.rows("UPDATE encounters SET occurred_at = occurred_at - interval '7 hours' WHERE municipality_id = :m RETURNING 1")
    assert known(city, request_id) == ("check_in", 11)


def test_a_team_that_says_it_changed_its_region_is_no_longer_where_it_recorded(city):
    request_id, phone = ask(city), city.phone("rua")
    shift_id = start(city, phone, "team", region_id=str(city.ids["north"]))
    assert phone.push(phone.encounter(place=place("map", lon=NORTH_POINT[0], lat=NORTH_POINT[1])))[0]["status"] == "done"
    assert known(city, request_id) == ("record", 0)
    entered = phone.command("shifts.enter_region", {"event_id": str(new_id()), "shift_id": shift_id, "region_id": str(city.ids["south"])}, clock.now() + timedelta(seconds=1))
    assert phone.push(entered)[0]["status"] == "done"
    assert known(city, request_id) == ("region", 11)


def test_the_nearest_is_proposed_first_whatever_it_is_known_from(city):
    second_team(city)
    request_id = ask(city)
    start(city, city.phone("rua"), "team", region_id=str(city.ids["south"]))
    start(city, city.phone("rua2"), "team2", place=place("gps", lon=NORTH_POINT[0], lat=NORTH_POINT[1], accuracy_m=20))
    page = city.client("supervisao").get(f"/mesa/solicitacoes/{request_id}").get_data(as_text=True)
    assert page.index("<b>Equipe Dois</b>") < page.index("<b>Equipe Rua</b>")
