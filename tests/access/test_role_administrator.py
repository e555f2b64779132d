"""Administração: accounts, settings and the territory; sees no case."""

from tests.make.journeys import sent_referral


def test_sees_workers_and_the_territory(city):
    client = city.client("admin")
    page = client.get("/admin/")
    assert page.status_code == 200
    assert city.login("rua") in page.get_data(as_text=True)
    assert client.get("/admin/territorio").status_code == 200


def test_sees_no_case_anywhere(city):
    _phone, referral_id = sent_referral(city)
    client = city.client("admin")
    for path in (
        "/api/v1/sync/pull", "/api/v1/referrals/inbox", "/api/v1/coverage/regions", "/api/v1/coverage/cells",
        "/api/v1/coverage/encounters", "/mesa/", f"/mesa/encaminhamentos/{referral_id}", "/painel/",
        "/painel/encontros",
    ):  # fmt: skip
        assert client.get(path).status_code == 403, path


def test_no_password_and_no_hash_of_one_is_shown(city):
    page = city.client("admin").get("/admin/").get_data(as_text=True)
    assert "argon2" not in page and "password" not in page
