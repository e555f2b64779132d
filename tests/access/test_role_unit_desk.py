"""Recepção da unidade: the inbox, arrivals and free places of the own unit only."""

from tests.make.journeys import sent_referral


def test_can_read_accept_and_mark_at_the_own_door(city):
    _phone, referral_id = sent_referral(city)
    desk = city.client("abrigo")
    assert [item["id"] for item in desk.get("/api/v1/referrals/inbox").json["new"]] == [referral_id]
    assert desk.post(f"/api/v1/referrals/{referral_id}/accept", json={}).json["status"] == "accepted"
    assert desk.post(f"/api/v1/referrals/{referral_id}/arrived", json={}).json["status"] == "arrived"


def test_cannot_see_nor_move_what_goes_to_another_unit(city):
    _phone, referral_id = sent_referral(city)
    other = city.client("centropop")
    assert other.get("/api/v1/referrals/inbox").json["new"] == []
    assert other.get(f"/mesa/encaminhamentos/{referral_id}").status_code in (403, 404)
    answer = other.post(f"/api/v1/referrals/{referral_id}/accept", json={})
    assert answer.status_code in (403, 404)
    assert city.rows("SELECT status FROM referrals WHERE municipality_id = :m")[0]["status"] == "sent"


def test_can_note_free_places_of_the_own_unit_only(city):
    desk = city.client("abrigo")
    assert desk.post(f"/api/v1/units/{city.ids['shelter']}/vacancies", json={"free_places": 3}).status_code == 200
    for unit in ("centro_pop", "creas_unit"):
        answer = desk.post(f"/api/v1/units/{city.ids[unit]}/vacancies", json={"free_places": 3})
        assert (answer.status_code, answer.json["code"]) == (403, "access.forbidden")


def test_sees_what_a_door_needs_and_no_place(city):
    sent_referral(city, note="tem um cachorro")
    [item] = city.client("abrigo").get("/api/v1/referrals/inbox").json["new"]
    told = str(item)
    assert "Seu Zé" in told
    assert not {"lon", "lat", "cell", "geom", "street", "neighbourhood"} & set(item)
    assert "-34.95" not in told and "-5.75" not in told


def test_sends_nothing_holds_nothing_and_sees_no_board(city):
    client = city.client("abrigo")
    assert client.get("/api/v1/sync/pull").status_code == 403
    body = {"device_id": str(city.ids["abrigo"]), "sent_at": "2026-11-22T12:00:00.000Z", "commands": []}
    assert client.post("/api/v1/sync/push", json=body).status_code == 403
    for path in ("/painel/", "/painel/encontros", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
