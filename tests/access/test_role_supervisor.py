"""Supervisão: the whole city's board and its lists; moves nothing, holds no accounts."""

from tests.make.journeys import sent_referral


def test_reads_the_board_and_every_encounter_behind_it(city):
    sent_referral(city)
    client = city.client("supervisao")
    assert client.get("/painel/").status_code == 200
    assert len(client.get("/api/v1/coverage/encounters").json["encounters"]) == 1


def test_the_list_shows_no_exact_place_no_note_and_no_name(city):
    phone = city.phone("rua")
    phone.push(phone.encounter(note="mora atrás do mercado", place={"source": "gps", "lon": -34.954321, "lat": -5.754321,
               "accuracy_m": 9, "point_id": None, "text": None, "reason": None, "fixed_at": None}))  # fmt: skip
    client = city.client("supervisao")
    for path in ("/api/v1/coverage/encounters", "/api/v1/coverage/cells", "/api/v1/coverage/regions", "/painel/"):
        told = client.get(path).get_data(as_text=True)
        assert "954321" not in told and "754321" not in told, path
    assert "atrás do mercado" not in client.get("/painel/").get_data(as_text=True)


def test_moves_nothing_and_holds_no_accounts(city):
    _phone, referral_id = sent_referral(city)
    client = city.client("supervisao")
    assert client.post(f"/api/v1/referrals/{referral_id}/accept", json={}).status_code == 403
    assert client.post(f"/api/v1/units/{city.ids['shelter']}/vacancies", json={"free_places": 1}).status_code == 403
    for path in ("/api/v1/sync/pull", "/mesa/", "/mesa/vagas", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
