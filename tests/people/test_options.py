"""A city's own choices beside the official ones: asked, counted as an official code, ended without losing what was told."""

from app.people import ficha, queries
from tests.people.made import card, register, tell, told


def options(city, field):
    phone = city.phone("rua")
    [body] = [body for (kind, _id), body in phone.pull().items() if kind == "ficha"]
    return [option["code"] for group in body["groups"] for each in group["fields"] if each["id"] == field for option in each["options"]]


def add(city, list_, label, official=""):
    return city.client("admin").post("/admin/listas", data={"list": list_, "label": label, "official": official})


def test_it_is_added_told_counted_and_ended(city, other_city):
    phone = city.phone("rua")
    phone.pull()
    assert add(city, "street_reason", "Queda da barreira", "flood").status_code == 303
    assert "ficha" in {kind for kind, _id in phone.pull()}
    assert "local_queda_da_barreira" in options(city, "street_reasons")
    assert "local_queda_da_barreira" not in options(other_city, "street_reasons")
    person_id = register(city)
    tell(city, person_id, told("street_reasons", ["local_queda_da_barreira", "threat"]))
    with city.transaction() as session:
        local = queries.local_options(session, city.ibge)
        [row] = queries.own_options(session, city.ibge)
    assert ficha.official_of("street_reason", "local_queda_da_barreira", local) == "lost_home"
    client = city.client("admin")
    assert client.post(f"/admin/listas/{row.id}/fim").status_code == 303
    assert "local_queda_da_barreira" not in options(city, "street_reasons")
    # A phone that was away still tells it, and the page still reads it.
    tell(city, person_id, told("street_reasons", ["local_queda_da_barreira"]))
    assert card(city, person_id, sensitive=True).facts["street_reasons"].value == ["local_queda_da_barreira"]
    assert "Queda da barreira" in city.client("creas").get(f"/mesa/pessoas/{person_id}").text
    assert "encerrada" in client.get("/admin/listas?lista=street_reason").text


def test_what_is_closed_stays_closed_and_nothing_comes_twice(city):
    for list_ in ("race", "sex", "time", "invented"):
        assert add(city, list_, "Outra coisa").status_code == 422
    assert add(city, "belonging", "Bicicleta", "spaceship").status_code == 422
    assert add(city, "belonging", "Bicicleta").status_code == 303
    assert add(city, "belonging", "bicicleta!").status_code == 409
    assert add(city, "belonging", "🛒🛒").status_code == 303
    assert city.client("coordenacao").post("/admin/listas", data={"list": "belonging", "label": "Mala"}).status_code == 403
    assert city.client("admin").post(f"/admin/listas/{city.ids['team']}/fim").status_code == 404
