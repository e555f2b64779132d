"""Visitador(a) do PIM: the own families and their visits; nobody met in the street."""

from datetime import UTC, datetime, timedelta

from app.core.ids import new_id
from tests.make.colleague import another
from tests.make.journeys import refused, sent_referral


def test_can_record_a_visit_to_an_own_family_and_to_one_called_by_a_name(city):
    phone = city.phone("pim")
    assert refused(phone, phone.visit()) is None
    assert refused(phone, phone.visit(household_id=None, called="Família da esquina")) is None


def test_cannot_record_in_the_street(city):
    phone = city.phone("pim")
    assert refused(phone, phone.encounter()) == "access.forbidden"
    start = {
        "shift_id": str(new_id()), "team_id": str(city.ids["team"]),
        "reference_unit_id": str(city.ids["creas_unit"]), "companion_ids": [],
    }  # fmt: skip
    assert refused(phone, phone.command("shifts.start", start)) == "access.forbidden"


def test_cannot_visit_a_family_of_another_team(city):
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE households SET visitor_id = %s, team_id = %s WHERE id = %s",
            (city.ids["rua"], city.ids["team"], city.ids["household"]),
        )
    phone = city.phone("pim")
    assert refused(phone, phone.visit()) == "home_visits.unknown_family"


def test_a_visit_made_before_the_family_got_another_visitor_is_taken_in(city):
    another(city, "pim2", "home_visitor", "team", "pim_team")
    phone = city.phone("pim")
    visit = phone.visit(datetime.now(UTC) - timedelta(hours=3))
    city.rows("UPDATE households SET visitor_id = :w WHERE municipality_id = :m RETURNING 1", w=city.ids["pim2"])
    assert [outcome["status"] for outcome in phone.push(visit)] == ["done"]


def test_can_send_a_referral_from_a_visit(city):
    phone = city.phone("pim")
    visit = phone.visit()
    assert [o["status"] for o in phone.push(visit, phone.referral(visit))] == ["done", "done"]


def test_cannot_send_one_from_the_street_team_s_encounter(city):
    street = city.phone("rua")
    met = street.encounter()
    street.push(met)
    phone = city.phone("pim")
    referral = phone.referral(met) | {"after": []}
    assert refused(phone, referral) == "access.forbidden"


def test_the_phone_holds_the_own_families_and_nobody_of_the_street(city):
    sent_referral(city)
    phone = city.phone("pim")
    phone.pull()
    kinds = {kind for kind, _id in phone.entities}
    assert "household" in kinds
    assert kinds & {"person", "encounter", "point", "referral"} == set()


def test_sees_no_desk_and_no_board(city):
    client = city.client("pim")
    for path in ("/mesa/", "/mesa/vagas", "/painel/", "/painel/encontros", "/admin/", "/admin/territorio"):
        assert client.get(path).status_code == 403, path
