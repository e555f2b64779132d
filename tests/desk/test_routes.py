"""/mesa/roteiros: a coordination makes, orders, copies and ends routes; what became of the stops, by stop and region."""

import re
from datetime import timedelta

import pytest

from app.core import clock, days
from app.core.ids import new_id
from tests.make.city import make_city
from tests.make.forms import form_of
from tests.make.phone import place
from tests.shifts.routed import ago, second_point, tonight


def today(city):
    with city.transaction() as session:
        return days.today_of(session, city.ibge, clock.now())


def form(city, **more):
    return {
        "team_id": str(city.ids["team"]), "name": "Centro à noite", "note": "", "repeats": "weekly", "weekdays": ["0", "2", "4"], "on_date": "",
        "valid_from": str(today(city)), "valid_to": "", "starts": "18:00", "ends": "01:00",
    } | more  # fmt: skip


def changed(city, **more):
    """The same of a route that is there: its team stays."""
    return {name: value for name, value in form(city, **more).items() if name != "team_id"}


def send(client, path, **data):
    return client.post(path, data=data | {"csrf_token": client.csrf})


def order_of(client, where):
    """The names of the stops as the page lists them."""
    return re.findall(r'class="row-link" href="/mesa/pontos/[^"]+">\d+\. ([^<]+)</a>', client.get(where).text)


def test_from_an_empty_route_to_paper_a_copy_and_its_end(city):
    desk = city.client("coordenacao")
    second = second_point(city)
    page = desk.get("/mesa/roteiros").text
    assert "Nenhum roteiro ainda" in page
    fields = form_of(page, "/mesa/roteiros") | form(city)
    made = desk.post("/mesa/roteiros", data=fields | {"csrf_token": desk.csrf})
    assert made.status_code == 303
    assert desk.post("/mesa/roteiros", data=fields | {"csrf_token": desk.csrf}).headers["Location"] == made.headers["Location"], "a second tap"
    where = made.headers["Location"].split("?")[0]
    assert "sem paradas a equipe não vê" in desk.get(f"{where}?feito=novo").text
    for point in (city.ids["point"], second):
        assert send(desk, f"{where}/paradas", point_id=str(point)).status_code == 303
    assert send(desk, f"{where}/paradas", point_id=str(second)).status_code == 409
    assert order_of(desk, where) == ["Viaduto", "Praça do Sul"]
    send(desk, f"{where}/ordem", point_id=str(second), way="up")
    assert order_of(desk, where) == ["Praça do Sul", "Viaduto"]
    paper = desk.get(f"{where}/folha?dia={today(city)}").text
    assert "1. Praça do Sul" in paper and "informação precária" in paper and "há barracas" in paper and "-35." not in paper
    copied = send(desk, f"{where}/copiar", team_id=str(city.ids["team"]), name="Centro, outra vez").headers["Location"].split("?")[0]
    assert send(desk, f"{where}/copiar", team_id=str(city.ids["team"]), name="Centro, outra vez").headers["Location"].split("?")[0] == copied
    assert order_of(desk, copied) == ["Praça do Sul", "Viaduto"]
    assert send(desk, f"{where}/ordem", point_id=str(city.ids["point"]), way="out").status_code == 303
    assert send(desk, f"{where}/ordem", point_id=str(city.ids["point"]), way="out").status_code == 303  # somebody else did it already
    assert order_of(desk, where) == ["Praça do Sul"] and order_of(desk, copied) == ["Praça do Sul", "Viaduto"]
    mended = form_of(desk.get(where).text, where)
    assert mended["starts"] == "18:00" and "team_id" not in mended
    assert send(desk, where, **changed(city, name="Centro", starts="19:00")).status_code == 303
    assert "19:00–01:00" in desk.get(where).text
    assert send(desk, f"{where}/encerrar").status_code == 303
    assert "Centro</a>" not in desk.get("/mesa/roteiros").text and "Centro</a>" in desk.get("/mesa/roteiros?encerrados=1").text
    assert send(desk, f"{where}/paradas", point_id=str(city.ids["point"])).status_code == 409


def test_the_nights_say_what_became_of_each_stop_and_never_who_went(city):
    phone, desk = city.phone("rua"), city.client("coordenacao")
    second, third = second_point(city), second_point(city, "Feira", (-35.29, -5.86))
    route, on = tonight(city, city.ids["point"], second, third)
    mark = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(city.ids["team"]), "region_id": None, "place": place("known_point", point_id=str(second))}
    miss = {"miss_id": str(new_id()), "route_id": str(route), "point_id": str(third), "on_date": on.isoformat(), "reason": "unsafe"}
    outcomes = phone.push(
        phone.encounter(ago(1), place=place("known_point", point_id=str(city.ids["point"]))), phone.command("shifts.pass_by", mark, ago(1)),
        phone.command("shifts.miss_stop", miss, ago(1)),
    )  # fmt: skip
    assert [each["status"] for each in outcomes] == ["done"] * 3
    page = desk.get(f"/mesa/roteiros/{route}").text
    rows = {re.sub("<[^>]+>", "", name): re.sub(r"<[^>]+>|\s+", " ", rest) for name, rest in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)}
    assert "1 de 1" in rows["Viaduto"] and "feito" in rows["Viaduto"]
    assert "1 de 1" in rows["Praça do Sul"] and "ninguém" in rows["Praça do Sul"]
    assert "0 de 1" in rows["Feira"] and "não era seguro" in rows["Feira"]
    assert city.login("rua") not in page and "Rua2" not in page
    totals = desk.get("/mesa/roteiros").text
    figures = {re.sub("<[^>]+>", "", n): re.findall(r"<td>(\d+)</td>", r) for n, r in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', totals, re.S)}
    assert [sum(int(row[at]) for row in figures.values()) for at in range(5)] == [3, 1, 1, 1, 0]
    # Changed hours are of today on: what was done keeps its night.
    before = on - timedelta(days=3)
    city.rows("UPDATE route_times SET valid_from = :d WHERE municipality_id = :m RETURNING id", d=before)
    assert send(desk, f"/mesa/roteiros/{route}", **changed(city, weekdays=["0"], valid_from=str(before))).status_code == 303
    kept = city.rows("SELECT valid_from, valid_to FROM route_times WHERE municipality_id = :m ORDER BY valid_from")
    assert [(row["valid_from"], row["valid_to"]) for row in kept] == [(before, today(city) - timedelta(days=1)), (today(city), None)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"weekdays": []}, {"weekdays": ["7"]}, {"ends": "18:00"}, {"ends": "17:00"}, {"starts": "25:00"}, {"repeats": "once"},
        {"repeats": "once", "on_date": "2020-01-01"}, {"valid_to": "2020-01-01"}, {"team_id": "x"}, {"valid_from": "amanhã"},
    ],
)  # fmt: skip
def test_bad_input_is_refused(city, wrong):
    desk = city.client("coordenacao")
    assert send(desk, "/mesa/roteiros", **form(city, **wrong)).status_code == 422
    assert city.rows("SELECT 1 FROM route_plans WHERE municipality_id = :m") == []


def test_out_of_reach_out_of_the_city_and_out_of_role(city, app):
    other = make_city(app)
    theirs, _on = tonight(other, other.ids["point"])
    route, _on = tonight(city, city.ids["point"])
    desk = city.client("coordenacao")
    assert send(desk, "/mesa/roteiros", **form(city, team_id=str(other.ids["team"]))).status_code == 403
    assert send(desk, f"/mesa/roteiros/{route}/paradas", point_id=str(other.ids["point"])).status_code == 422
    for path in ("", "/folha"):
        assert desk.get(f"/mesa/roteiros/{theirs}{path}").status_code == 404
    assert send(desk, f"/mesa/roteiros/{theirs}/encerrar").status_code == 404
    for persona in ("rua", "supervisao", "abrigo", "admin"):
        assert city.client(persona).get("/mesa/roteiros").status_code == 403


def test_the_city_says_after_how_many_days_a_point_is_known_badly(city):
    """The desk's badge, its figures by region and the phones go by one number."""
    phone, desk = city.phone("rua"), city.client("coordenacao")
    mark = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(city.ids["team"]), "region_id": None, "place": place("known_point", point_id=str(city.ids["point"]))}
    assert phone.push(phone.command("shifts.pass_by", mark, ago(24 * 40)))[0]["status"] == "done"
    second_point(city)
    for said, days_, badly, row in ((None, 60, 1, {("1", "1", "0"), ("1", "1", "1")}), (35, 35, 2, {("1", "1", "1")}), ("x", 60, 1, None), (0, 60, 1, None)):
        city.rows("UPDATE municipalities SET settings = settings || jsonb_build_object('point_stale_days', CAST(:s AS jsonb)) WHERE id = :m RETURNING id",
                  s="null" if said is None else f'"{said}"' if isinstance(said, str) else str(said))  # fmt: skip
        page = desk.get("/mesa/pontos").text
        assert page.count("informação precária</span>") == badly and f"Sem visita há {days_} dias" in page
        if row:
            assert set(re.findall(r"<td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", page)) == row
        phone.pull()
        assert phone.of_type("me")[0]["settings"]["point_stale_days"] == days_
