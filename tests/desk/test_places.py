"""Units, teams and telephones on duty, as plain forms of the administrator."""

import pytest

from app.core.ids import new_id


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": client.csrf})


def unit_form(**more):
    return {"name": "CRAS Novo", "kind": "cras", "address": "Rua A, 1", "phone": "84 3200", "region_id": ""} | more


def units(city):
    return {u["name"]: u for u in city.rows("SELECT * FROM units WHERE municipality_id = :m")}


def teams(city):
    return {t["name"]: t for t in city.rows("SELECT * FROM teams WHERE municipality_id = :m")}


@pytest.fixture
def admin(city):
    return city.client("admin")


# -- units ---------------------------------------------------------------------------------------------------------


def test_a_unit_is_made_and_phones_hear_of_it(admin, city):
    phone = city.phone("rua")
    phone.pull()
    form = unit_form(takes_referrals="1", receives=["men", "animals"], region_id=str(city.ids["north"]))
    assert post(admin, "/admin/unidades/nova", **form).status_code == 303
    made = units(city)["CRAS Novo"]
    assert made["takes_referrals"] is True and made["receives"] == ["men", "animals"]
    phone.pull()
    told = next(unit for unit in phone.of_type("unit") if unit["name"] == "CRAS Novo")
    assert (told["kind"], told["address"], told["takes_referrals"]) == ("cras", "Rua A, 1", True)


def test_a_unit_is_edited_closed_and_opened_again(admin, city):
    phone = city.phone("rua")
    there = f"/admin/unidades/{city.ids['shelter']}"
    post(admin, there, **unit_form(name="Abrigo Sul", kind="shelter"))
    assert units(city)["Abrigo Sul"]["takes_referrals"] is False
    assert post(admin, f"{there}/fechar").status_code == 303
    phone.pull()
    assert "Abrigo Sul" not in {unit["name"] for unit in phone.of_type("unit")}
    assert "fechada" in admin.get("/admin/unidades").get_data(as_text=True)
    assert post(admin, f"{there}/abrir").status_code == 303
    phone.pull()
    assert "Abrigo Sul" in {unit["name"] for unit in phone.of_type("unit")}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x"}, {"name": "x" * 81}, {"kind": "castle"}, {"kind": ""}, {"receives": "dragons"},
        {"region_id": "x"}, {"region_id": str(new_id())}, {"address": "x" * 161}, {"colour": "red"}, {"name": "a\x00b"},
    ],
)  # fmt: skip
def test_a_unit_that_makes_no_sense_is_refused(admin, city, wrong):
    before = units(city)
    assert post(admin, "/admin/unidades/nova", **unit_form(**wrong)).status_code == 422
    assert units(city) == before


def test_two_units_of_one_name_are_told(admin, city):
    answer = post(admin, "/admin/unidades/nova", **unit_form(name=f"shelter {city.ibge}"))
    assert answer.status_code == 409 and "Já há uma unidade com este nome." in answer.get_data(as_text=True)


def test_a_child_shelter_takes_no_referral_whatever_the_form_says(admin, city):
    post(admin, "/admin/unidades/nova", **unit_form(name="Casa Lar", kind="child_shelter", takes_referrals="1"))
    phone = city.phone("rua")
    phone.pull()
    assert next(u for u in phone.of_type("unit") if u["name"] == "Casa Lar")["takes_referrals"] is False


# -- teams ---------------------------------------------------------------------------------------------------------


def test_a_team_is_made_edited_and_its_phones_hear_of_its_regions(admin, city):
    north, south = str(city.ids["north"]), str(city.ids["south"])
    there = f"/admin/equipes/{city.ids['team']}"
    answer = post(admin, there, name="Equipe Noite", unit_id=str(city.ids["shelter"]), region_ids=north)
    assert answer.status_code == 303
    phone = city.phone("rua")
    phone.pull()
    [mine] = phone.of_type("me")[0]["teams"]
    assert (mine["name"], mine["region_ids"]) == ("Equipe Noite", [north])
    assert mine["reference_unit_id"] == str(city.ids["shelter"])
    post(admin, there, name="Equipe Noite", unit_id="", region_ids=[north, south])
    phone.pull()
    [mine] = phone.of_type("me")[0]["teams"]
    assert set(mine["region_ids"]) == {north, south} and mine["reference_unit_id"] is None


def test_a_team_closes_when_nobody_is_in_it(admin, city):
    there = f"/admin/equipes/{city.ids['pim_team']}"
    assert post(admin, f"{there}/fechar").status_code == 409
    assert teams(city)["Equipe PIM"]["is_active"] is True
    post(admin, f"/admin/trabalhadores/{city.ids['pim']}/suspender")
    assert post(admin, f"{there}/fechar").status_code == 303
    assert teams(city)["Equipe PIM"]["is_active"] is False
    assert post(admin, there, name="Outra", unit_id="").status_code == 404
    scope = {"role": "home_visitor", "scope": f"team:{city.ids['pim_team']}"}
    assert post(admin, f"/admin/trabalhadores/{city.ids['rua']}/perfis", **scope).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"kind": "boat"}, {"region_ids": str(new_id())}, {"unit_id": str(new_id())}, {"unit_id": "x"}]
)
def test_a_team_that_makes_no_sense_is_refused(admin, city, wrong):
    before = teams(city)
    assert post(admin, "/admin/equipes", **({"name": "Nova", "kind": "street", "unit_id": ""} | wrong)).status_code == 422
    assert teams(city) == before


def test_two_teams_of_one_name_are_told(admin):
    answer = post(admin, "/admin/equipes", name="Equipe Rua", kind="street", unit_id="")
    assert answer.status_code == 409 and "Já há uma equipe com este nome." in answer.get_data(as_text=True)


# -- telephones on duty --------------------------------------------------------------------------------------------


def test_a_telephone_on_duty_comes_and_goes(admin, city):
    form = {"name": "Noite", "phone": "(84) 3200-0101", "region_id": str(city.ids["north"])}
    assert post(admin, "/admin/plantao", **form).status_code == 303
    page = admin.get("/admin/plantao").get_data(as_text=True)
    assert "(84) 3200-0101" in page and "North" in page
    [kept] = city.rows("SELECT id FROM recipient_phones WHERE municipality_id = :m")
    assert post(admin, f"/admin/plantao/{kept['id']}/retirar").status_code == 303
    assert post(admin, f"/admin/plantao/{kept['id']}/retirar").status_code == 404
    assert city.rows("SELECT 1 FROM recipient_phones WHERE municipality_id = :m") == []


@pytest.mark.parametrize("phone", ["", "abc", "84 3200-0101; 84", "1", "9" * 41])
def test_a_telephone_that_is_none_is_refused(admin, city, phone):
    assert post(admin, "/admin/plantao", name="Noite", phone=phone, region_id="").status_code == 422
    assert city.rows("SELECT 1 FROM recipient_phones WHERE municipality_id = :m") == []
