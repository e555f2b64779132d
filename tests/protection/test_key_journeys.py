"""Journeys of the city's key: rotated, old flags still open; lost, flags go on being taken in and announced; found again, everything
opens and is counted."""

from app.core import clock, seal
from app.core.db import cleared
from app.protection.sealing import CLEARANCE
from tests.make.flags import call, complement, duties, facts, notices, numbers, raise_flag, row_of, shut_key, watch, words
from tests.protection.desk import Desk, case
from tests.protection.night import Writing, trail_holds

BANNER = "A chave de lacre não abre"


def rotate(city) -> None:
    with city.transaction() as session:
        seal.create_key(session, city.ibge, clock.now())


def kids(city) -> set[str]:
    """By which keys the flags are sealed."""
    return {row["sealed_facts"].split(".")[1] for row in city.rows("SELECT sealed_facts FROM flags WHERE municipality_id = :m")}


def test_the_key_is_rotated_and_old_flags_open_beside_new_ones(city):
    desk = Writing(city)
    old = case(city)
    desk.done(f"/mesa/casos/{old}/assumir")
    draft = desk.begin(old, "guardianship_council")
    desk.signs(draft, "by_hand", {"seen": "Antes da troca."})
    before_phone = city.phone("rua2")
    rotate(city)
    new = case(city)
    # A phone that has not heard of the new key yet seals to the old one; what is added to an old case is sealed to the new one.
    late = raise_flag(before_phone, age="age_14_15")
    phone = city.phone()
    [outcome] = phone.push(complement(phone, old, risk="danger_now", words=words(phone, old, seen="Depois da troca.")))
    assert outcome["status"] == "done" and len(kids(city)) == 2
    for flag_id in (new, late):
        desk.done(f"/mesa/casos/{flag_id}/assumir")
    for flag_id, said in ((old, "Menino de boné azul"), (old, "Depois da troca."), (new, "Menino de boné azul")):
        assert said in desk.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
    assert (facts(city, old).risk, facts(city, late).age) == ("danger_now", "age_14_15")
    assert "Antes da troca." in desk.page(f"{draft}/via")
    assert all(row["is_counted"] for row in (row_of(city, each) for each in (old, new, late)))
    assert BANNER not in desk.page("/mesa/casos") and trail_holds(city) > 10


def test_the_key_is_lost_and_found_and_no_flag_was(city):
    desk, phone = Desk(city), city.phone()
    before = case(city)
    desk.done(f"/mesa/casos/{before}/assumir")
    with shut_key():
        flags = [case(city) for _one in range(5)]
        assert [one["status"] for one in phone.push(call(phone, flags[0], who="Ana", protocol="CT-1"))] == ["done"]
        # Announced, with a time, to whoever is told of any.
        for flag_id in flags:
            assert notices(city, flag_id) == [("creas", "case_new", 0)] and row_of(city, flag_id)["due_at"]
        for persona, path in (("creas", "/mesa/casos"), ("coordenacao", "/mesa/casos/coordenacao"), ("supervisao", "/painel/alertas"), ("admin", "/admin/")):
            page = Desk(city, persona).page(path)
            assert BANNER in page and "tel:" in page
        assert BANNER not in Desk(city, "abrigo").page("/mesa/")
        page = desk.page(f"/mesa/casos/{flags[0]}")
        assert "boné" not in page and "Trabalho infantil" not in page
        desk.done(f"/mesa/casos/{flags[0]}/assumir")
        for flag_id in (flags[0], before):
            answer = desk.post(f"/mesa/casos/{flag_id}/relato")
            assert answer.status_code == 503 and "boné" not in answer.get_data(as_text=True)
        watch(city, clock.now())
        assert not any(row_of(city, flag_id)["is_counted"] for flag_id in flags)
        # The rest goes on.
        assert phone.push(phone.encounter())[0]["status"] == "done" and phone.pull()
    seal._looked.clear()
    assert watch(city, clock.now())["counted"] == 5
    for flag_id in (before, *flags):
        if flag_id not in (before, flags[0]):
            desk.done(f"/mesa/casos/{flag_id}/assumir")
        assert "Menino de boné azul" in desk.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
        assert row_of(city, flag_id)["is_counted"] and "guardianship_council" in duties(city, flag_id)
    assert BANNER not in desk.page("/mesa/casos")
    assert numbers(city, "child_labour", "city") == [6]
    assert trail_holds(city) > 15


def test_words_moved_to_another_case_do_not_open_there(city):
    desk = Desk(city)
    first, second = case(city), case(city)
    desk.done(f"/mesa/casos/{second}/assumir")
    with city.transaction() as session, cleared(session, CLEARANCE):
        session.connection().exec_driver_sql(
            "UPDATE flags SET sealed_words = (SELECT sealed_words FROM flags WHERE municipality_id = %s AND id = %s)"
            " WHERE municipality_id = %s AND id = %s",
            (city.ibge, first, city.ibge, second),
        )
    answer = desk.post(f"/mesa/casos/{second}/relato")
    assert answer.status_code == 422 and "boné" not in answer.get_data(as_text=True)
