"""Técnico(a) de referência: decides at the own unit, like its desk; sees no other unit's."""

from tests.make.journeys import sent_referral


def test_can_decide_what_comes_to_the_own_unit(city):
    _phone, referral_id = sent_referral(city, "creas_unit")
    client = city.client("creas")
    answer = client.post(f"/api/v1/referrals/{referral_id}/decline", json={"reason": "no_place"})
    assert (answer.status_code, answer.json["status"]) == (200, "declined")


def test_cannot_decide_for_the_shelter(city):
    _phone, referral_id = sent_referral(city, "shelter")
    client = city.client("creas")
    assert client.get("/api/v1/referrals/inbox").json["new"] == []
    assert client.post(f"/api/v1/referrals/{referral_id}/accept", json={}).status_code in (403, 404)


def test_can_note_free_places_of_the_own_unit(city):
    client = city.client("creas")
    assert client.post(f"/api/v1/units/{city.ids['creas_unit']}/vacancies", json={"free_places": 0}).status_code == 200


def test_has_no_phone_no_board_and_no_accounts(city):
    client = city.client("creas")
    for path in ("/api/v1/sync/pull", "/painel/", "/painel/encontros", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
