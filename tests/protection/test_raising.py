"""A flag as it comes in: sealed, decided, announced, and waiting for nothing."""

from tests.make.flags import duties, facts, flag, notices, raise_flag, row_of


def test_a_flag_is_taken_in_sealed_and_its_unit_told(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    row = row_of(city, flag_id)
    assert (row["author_id"], row["status"], row["unit_id"]) == (city.ids["rua"], "raised", city.ids["creas_unit"])
    assert facts(city, flag_id).kinds == ("child_labour",)
    assert facts(city, flag_id).region_id == str(city.ids["north"])
    assert set(duties(city, flag_id)) >= {"guardianship_council", "peti", "creas"}
    assert notices(city, flag_id) == [("creas", "case_new", 0)]


def test_nobody_and_nowhere_is_taken_in(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, subject="unknown", age=None, place=None, kinds=["physical"], forms=[], team_id=None, risk=None, company=None)
    assert row_of(city, flag_id)["due_at"] is not None
    assert notices(city, flag_id) == [("creas", "case_new", 0)]
