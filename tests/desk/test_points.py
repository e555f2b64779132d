"""Points of concentration at the desk: kept, counted, visited; what the phones are told of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.ids import new_id
from app.coverage.visits import last_visits
from app.territory.points import standing_of, where_of
from app.territory.problems import PointUnread
from tests.make.city import NORTH_POINT, OUTSIDE_POINT, SOUTH_POINT
from tests.make.phone import place

LON, LAT = SOUTH_POINT
TODAY = date(2026, 11, 28)


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": client.csrf})


def points(city):
    return {row["name"]: row for row in city.rows("SELECT * FROM concentration_points WHERE municipality_id = :m")}


def test_a_point_is_kept_counted_put_away_and_told_to_phones(city):
    desk, phone = city.client("coordenacao"), city.phone("rua")
    phone.pull()
    form = {"name": "Praça Nova", "kind": "square", "where": f"{LAT}, {LON}", "peaks": ["night", "dawn"], "conditions": "tents", "frequency_days": "7"}
    assert post(desk, "/mesa/pontos", **form).status_code == 303
    made = points(city)["Praça Nova"]
    assert (made["region_id"], made["peaks"], made["conditions"], made["frequency_days"]) == (city.ids["south"], ["night", "dawn"], ["tents"], 7)
    path = f"/mesa/pontos/{made['id']}"
    for people, period in ((12, "night"), (9, "night"), (0, "morning")):
        assert post(desk, f"{path}/contagem", on_date=str(date.today()), period=period, people_count=str(people)).status_code == 303
    page = desk.get(path).get_data(as_text=True)
    assert "12 pessoas" in page and "9 pessoas" in page and page.count("a mais nova") == 2  # history stays, the newest counts
    assert "informação precária" in page
    told = next(body for (kind, _id), body in phone.pull().items() if kind == "point" and body["name"] == "Praça Nova")
    assert (told["frequency_days"], told["last_visit_on"]) == (7, None)
    again = form | {"name": "Praça Velha", "where": "", "frequency_days": "", "peaks": []}
    assert post(desk, path, **again).status_code == 303
    kept = points(city)["Praça Velha"]
    assert (kept["geom"], kept["peaks"], kept["frequency_days"]) == (made["geom"], [], None)
    assert post(desk, f"{path}/fora").status_code == 303
    assert "Praça Velha" not in str(phone.pull().values())
    assert post(desk, f"{path}/volta").status_code == 303
    assert "Praça Velha" in str(phone.pull().values())
    assert len(city.rows("SELECT 1 FROM audit_lines WHERE municipality_id = :m AND action = 'territory.keep_points'")) == 7


def test_the_list_is_narrowed_to_a_region_and_widened_again(city):
    client = city.client("coordenacao")
    for region, seen in ((city.ids["north"], True), (city.ids["south"], False), ("", True)):
        answer = client.get(f"/mesa/pontos?regiao={region}")
        assert answer.status_code == 200 and ("Viaduto" in answer.get_data(as_text=True)) is seen


def test_a_visit_is_a_mark_there_or_an_encounter_near(city):
    phone, now = city.phone("rua"), datetime.now(UTC)
    point = city.ids["point"]
    near, far = (NORTH_POINT[0] + 0.0005, NORTH_POINT[1]), (NORTH_POINT[0] + 0.003, NORTH_POINT[1])

    def last():
        with city.transaction() as session:
            return last_visits(session, city.ibge, [(point, *NORTH_POINT)], datetime.now(UTC)).get(point)

    days_ago = lambda n: now - timedelta(days=n)  # noqa: E731
    assert phone.push(phone.encounter(days_ago(1), place=place("gps", *far)))[0]["status"] == "done"
    assert last() is None
    assert phone.push(phone.encounter(days_ago(9), place=place("gps", *near)))[0]["status"] == "done"
    assert (now - last()).days == 9
    mark = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(city.ids["team"]), "region_id": None, "place": place("known_point", point_id=str(point))}
    assert phone.push(phone.command("shifts.pass_by", mark, days_ago(2)))[0]["status"] == "done"
    assert (now - last()).days == 2
    body = next(body for (kind, _id), body in phone.pull().items() if kind == "point")
    assert body["last_visit_on"] is not None
    page = city.client("coordenacao").get("/mesa/pontos").get_data(as_text=True)
    assert "há 2 dias" in page


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"where": "perto do rio"}, 422), ({"where": f"{OUTSIDE_POINT[1]}, {OUTSIDE_POINT[0]}"}, 422), ({"where": "123.5, 200.1"}, 422),
        ({"name": ""}, 422), ({"kind": "x"}, 422), ({"frequency_days": "90"}, 422), ({"frequency_days": "x"}, 422), ({"peaks": "x"}, 422),
    ],
)  # fmt: skip
def test_bad_input_is_refused(city, wrong, status):
    form = {"name": "Praça", "kind": "square", "where": f"{LAT}, {LON}"} | wrong
    assert post(city.client("coordenacao"), "/mesa/pontos", **form).status_code == status
    assert set(points(city)) == {"Viaduto"}


@pytest.mark.parametrize("persona", ["rua", "supervisao", "abrigo", "admin"])
def test_exact_points_are_for_who_leads_the_teams(city, persona):
    assert city.client(persona).get("/mesa/pontos").status_code == 403


def test_counts_that_cannot_be_are_refused(city):
    desk, path = city.client("coordenacao"), f"/mesa/pontos/{city.ids['point']}/contagem"
    good = {"on_date": str(date.today()), "period": "night", "people_count": "3"}
    for wrong in ({"people_count": "-1"}, {"people_count": "2001"}, {"period": "x"}, {"on_date": str(date.today() + timedelta(days=9))}):
        assert post(desk, path, **good | wrong).status_code == 422
    assert post(desk, f"/mesa/pontos/{new_id()}/contagem", **good).status_code == 404


@pytest.mark.parametrize(
    ("last", "frequency", "standing"),
    [(None, 7, "precarious"), (60, None, "precarious"), (59, None, "fresh"), (59, 60, "fresh"), (7, 7, "due"), (6, 7, "fresh"), (0, 1, "fresh")],
)
def test_how_well_a_point_is_known(last, frequency, standing):
    assert standing_of(None if last is None else TODAY - timedelta(days=last), frequency, TODAY) == standing


def test_a_place_is_read_as_people_copy_it():
    for words in ("-5.7945, -35.2110", "-5.7945,-35.2110", "-5,7945; -35,2110", " -5,7945 -35,2110 "):
        assert where_of(words) == (-35.211, -5.7945)
    for words in ("", "-5.7945", "a, b", "-5,7945,-35,2110", "1e3, 2"):
        with pytest.raises(PointUnread):
            where_of(words)
