"""The pin of the public form: the city's own outlines and streets, cheap, kept by the browser, and of no record."""

import json

from sqlalchemy import text

from app.territory import sketch
from tests.make.city import NORTH_POINT
from tests.outreach_requests.made import ask
from tests.outreach_requests.test_desk import streets


def fetched(city, path, **headers):
    return city.app.test_client().get(f"/pedido/{city.ibge}/mapa{path}", headers=headers)


def square_of(lon, lat):
    return f"/{int((lon + 180) * sketch.SQUARES_A_DEGREE)}/{int((lat + 90) * sketch.SQUARES_A_DEGREE)}"


def test_the_city_is_drawn_from_its_own_layers_and_nothing_of_a_record_is_in_it(city):
    streets(city, "Rua das Flores")
    ask(city, description="Quer um lugar para dormir")
    answer = fetched(city, "")
    drawn = answer.json
    assert [name for name, *_ in drawn["regions"]] and [name for name, *_ in drawn["neighbourhoods"]] == ["Centro"]
    # Two squares of a tenth of a degree, one above the other.
    assert 1.95 < drawn["height"] / (0.1 * 111_320) < 2.05 and drawn["regions"][0][3].startswith("M ")
    assert answer.headers["Cache-Control"] == "public, max-age=86400" and "Set-Cookie" not in answer.headers
    near = fetched(city, square_of(*NORTH_POINT))
    assert [name for name, *_ in near.json["streets"]] == ["Rua das Flores"]
    assert fetched(city, square_of(NORTH_POINT[0] + 3, NORTH_POINT[1])).status_code == 404  # far from the city
    assert fetched(city, "/999999999999/1").status_code == 404
    told = answer.get_data(as_text=True) + near.get_data(as_text=True)
    assert "Viaduto" not in told and "dormir" not in told  # no known point, no word


def test_it_is_packed_for_a_phone_and_drawn_anew_after_an_import(city):
    streets(city, "Rua das Flores")
    assert fetched(city, square_of(*NORTH_POINT)).json["streets"]
    plain, packed = fetched(city, ""), fetched(city, "", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert len(packed.get_data()) < len(plain.get_data()) and json.loads(plain.get_data())["squares"] == sketch.SQUARES_A_DEGREE
    with city.transaction() as session:
        session.execute(text("UPDATE territory_editions SET is_current = false WHERE municipality_id = :m AND layer = 'street'"), {"m": city.ibge})
    assert fetched(city, square_of(*NORTH_POINT)).json["streets"] == []


def test_without_a_layer_there_is_no_map_and_the_form_asks_in_words(city):
    with city.transaction() as session:
        session.execute(text("UPDATE territory_editions SET is_current = false WHERE municipality_id = :m"), {"m": city.ibge})
    assert fetched(city, "").status_code == 404
    page = city.app.test_client().get(f"/pedido/{city.ibge}/").get_data(as_text=True)
    assert "data-pin" not in page and 'name="street"' in page
