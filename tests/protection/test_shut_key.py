"""A lost or locked key: the rest runs, flags go on being sealed, decided and announced; what must be read waits for it."""

from datetime import timedelta

from app.core import clock, seal
from app.protection.queries import facts_of
from app.protection.models import Flag
from tests.make.flags import (
    call,
    complement,
    duties,
    flag,
    mistake,
    notices,
    numbers,
    raise_flag,
    row_of,
    shut_key,
    watch,
    within_case,
)
from tests.make.journeys import refused
from tests.protection.test_raising import accuse

HOUR = timedelta(hours=1)


def test_a_flag_is_taken_in_decided_and_announced_while_the_key_is_shut(city):
    phone = city.phone("rua")
    with shut_key():
        flag_id = raise_flag(phone, kinds=["physical"])
        row = row_of(city, flag_id)
        assert (row["unit_id"], row["is_counted"], row["is_immediate"]) == (city.ids["creas_unit"], False, True)
        assert notices(city, flag_id) == [("creas", "case_new", 0)]
        with within_case(city) as session:
            assert facts_of(session.get(Flag, (city.ibge, row["id"]))) is None
        assert refused(phone, call(phone, flag_id)) is None and refused(phone, mistake(phone, flag_id)) is None
        watch(city, row["due_at"] + HOUR)
        assert {who for who, _kind, _step in notices(city, flag_id)} == {"creas", "coordenacao", "supervisao"}
        [own] = phone.client.get("/api/v1/protection/flags").json["flags"]
        assert (own["flag_id"], own["status"], own["calls"], own["mistake"]) == (flag_id, "raised", [], "said")
    assert duties(city, flag_id)["guardianship_council"]["obligation"] == "mandatory"


def test_opened_again_a_turn_of_the_clock_hears_and_counts(city):
    phone = city.phone("rua")
    with shut_key():
        flag_id = raise_flag(phone, risk="no_sign")
        assert refused(phone, complement(phone, flag_id, kinds=["sexual_abuse"], risk="danger_now")) is None
        assert watch(city, clock.now())["counted"] == 0
        assert row_of(city, flag_id)["is_immediate"] and "police_190" not in notices(city, flag_id)
        assert ("coordenacao", "case_waiting") in {(who, kind) for who, kind, _step in notices(city, flag_id)}
    assert watch(city, clock.now()) == {"counted": 1, "climbed": 0}
    assert duties(city, flag_id)["guardianship_council"]["minutes"] == 0
    assert numbers(city, "child_labour_up_to_15", "unit") == [1] == numbers(city, "violence_minor", "unit")
    assert watch(city, clock.now())["counted"] == 0


def test_what_was_known_before_is_told_to_nobody_whom_it_is_hidden_from(city):
    accuse(city)
    phone = city.phone("rua")
    with shut_key():
        flag_id = raise_flag(phone, kinds=["state_violence"], agent_body="social_assistance", age="age_18_59", forms=[])
        assert {who for who, *_ in notices(city, flag_id)} == {"supervisao"}


def test_a_command_that_is_refused_while_the_key_is_shut_does_not_hold_back_a_flag(city):
    phone = city.phone("rua")
    with shut_key():
        sealed = phone.sealed(phone.encounter())
        assert [outcome["status"] for outcome in phone.push(sealed, flag(phone))] == ["waiting", "done"]


def test_a_key_of_which_no_trace_is_left_holds_up_no_flag(city):
    """The city's key of marks was sealed to a key whose file is gone: nothing says that it was lost, and nothing can be read."""
    phone = city.phone("rua")
    first = raise_flag(phone)
    folder = seal.keyring.place() / str(city.ibge)
    for path in folder.iterdir():
        path.rename(path.with_suffix(path.suffix + ".away"))
    flag_id = raise_flag(phone, kinds=["physical"])
    assert row_of(city, flag_id)["is_counted"] is False and notices(city, flag_id) == [("creas", "case_new", 0)]
    assert refused(phone, complement(phone, first, risk="danger_now")) is None
    assert {own["flag_id"] for own in phone.client.get("/api/v1/protection/flags").json["flags"]} == {first, flag_id}
    assert watch(city, clock.now())["counted"] == 0
    for path in folder.iterdir():
        path.rename(path.with_suffix(""))
    assert watch(city, clock.now())["counted"] == 2
    assert "police_190" in duties(city, first)
