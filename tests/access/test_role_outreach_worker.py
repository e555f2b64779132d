"""Abordagem social: records for the own team, sends and takes back referrals; sees no desk and no board."""

from tests.make.city import make_city
from tests.make.journeys import refused, sent_referral


def test_can_record_for_the_own_team(city):
    phone = city.phone("rua")
    assert refused(phone, phone.encounter()) is None


def test_cannot_record_for_another_team_nor_a_home_visit(city):
    phone = city.phone("rua")
    assert refused(phone, phone.encounter(team_id=str(city.ids["pim_team"]))) == "access.forbidden"
    assert refused(phone, phone.visit(team_id=None)) == "access.forbidden"


def test_can_correct_what_a_colleague_of_the_team_recorded(city):
    first = city.phone("rua2")
    met = first.encounter()
    first.push(met)
    phone = city.phone("rua")
    fixed = phone.encounter(replaces_id=met["body"]["encounter_id"], reason_text=None) | {"name": "encounters.correct"}
    assert refused(phone, fixed) is None


def test_can_send_a_referral_and_take_it_back(city):
    phone, referral_id = sent_referral(city)
    assert refused(phone, phone.command("referrals.revoke", {"referral_id": referral_id, "reason_text": None})) is None


def test_cannot_decide_what_a_unit_decides(city):
    phone, referral_id = sent_referral(city)
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    for move in ("accept", "arrived", "not-arrived"):
        assert phone.client.post(f"/api/v1/referrals/{referral_id}/{move}", json={}).status_code == 403


def test_the_phone_holds_units_points_and_regions_and_no_family(city):
    phone = city.phone("rua")
    phone.pull()
    kinds = {kind for kind, _id in phone.entities}
    assert {"me", "unit", "point", "region"} <= kinds
    assert "household" not in kinds


def test_sees_no_inbox_no_board_no_workers_no_territory_desk(city):
    client = city.client("rua")
    for path in ("/mesa/", "/mesa/vagas", "/painel/", "/painel/encontros", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
    for path in ("/api/v1/referrals/inbox", "/api/v1/units/vacancies", "/api/v1/coverage/regions"):
        assert client.get(path).status_code == 403, path


def test_another_city_s_team_is_as_unknown_as_none(city, app):
    other = make_city(app)
    phone = city.phone("rua")
    assert refused(phone, phone.encounter(team_id=str(other.ids["team"]))) == "access.forbidden"
