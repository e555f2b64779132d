"""Coordenação: reads the board and the list of the own team; decides no referral."""

from tests.make.journeys import sent_referral


def test_reads_the_board_and_the_list_behind_it(city):
    phone, _referral_id = sent_referral(city)
    client = city.client("coordenacao")
    assert client.get("/painel/").status_code == 200
    found = client.get("/api/v1/coverage/encounters").json["encounters"]
    assert len(found) == 1
    assert phone.persona == "rua"


def test_the_list_is_of_the_own_team_only(city):
    sent_referral(city)
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET scope_id = %s WHERE worker_id = %s",
            (city.ids["pim_team"], city.ids["coordenacao"]),
        )
    assert city.client("coordenacao").get("/api/v1/coverage/encounters").json["encounters"] == []


def test_reads_an_inbox_and_moves_nothing_in_it(city):
    _phone, referral_id = sent_referral(city)
    client = city.client("coordenacao")
    assert client.get("/api/v1/referrals/inbox").status_code == 200
    for move in ("accept", "arrived", "not-arrived"):
        assert client.post(f"/api/v1/referrals/{referral_id}/{move}", json={}).status_code == 403


def test_has_no_phone_and_no_accounts(city):
    client = city.client("coordenacao")
    for path in ("/api/v1/sync/pull", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
