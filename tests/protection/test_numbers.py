"""Counting without exposing: what coverage may know of flags, by month and region, under the rule of five."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.coverage import violations
from app.protection.terms import COUNTED
from tests.make.city import NORTH_POINT, SOUTH_POINT
from tests.make.flags import flag, raise_flag
from tests.make.owner import as_owner
from tests.make.phone import place

NORTH, SOUTH = place("gps", *NORTH_POINT), place("gps", *SOUTH_POINT)


def numbers(city, month_on=None, persona="supervisao"):
    with city.transaction() as session:
        now = clock.now()
        month_on = month_on or now.astimezone(UTC).date().replace(day=1)
        return violations.numbers_of(session, city.actor_in(session, persona), month_on, now)


def raised(city, north=0, south=0, **facts):
    phone = city.phone("rua")
    commands = [flag(phone, place=where, **facts) for where, count in ((NORTH, north), (SOUTH, south)) for _one in range(count)]
    assert {outcome["status"] for outcome in phone.push(*commands)} == {"done"}
    return [command["body"]["flag_id"] for command in commands]


def test_the_keys_are_those_of_flags():
    # What lies within another, and by subtraction would tell a few, stays with the form of its unit.
    assert set(violations.COUNTED) == set(COUNTED) - {"child_labour_up_to_15"}


def test_five_and_more_are_told_by_region_and_for_the_city(city):
    raised(city, north=6, south=5)
    found = numbers(city)
    assert found.city["child_labour"] == 11 and "child_labour_up_to_15" not in found.city
    assert found.regions[city.ids["north"]]["child_labour"] == 6
    assert found.regions[city.ids["south"]]["child_labour"] == 5
    assert "violence_woman" not in found.city


def test_a_small_figure_is_hidden_and_another_with_it_so_that_no_subtraction_tells_it(city):
    raised(city, north=6, south=2)
    found = numbers(city)
    # 8 in the city less 6 in the north would tell the 2.
    assert found.regions[city.ids["south"]]["child_labour"] is None
    assert found.regions[city.ids["north"]]["child_labour"] is None
    assert found.city["child_labour"] == 8


def in_regions(city, *counts):
    """So many different people in each of so many regions; gives (figures of the regions, the city's), None: hidden."""
    with city.app.app_context(), as_owner(city.app) as session:
        for number, count in enumerate(counts):
            told = {"m": city.ibge, "r": new_id(), "name": f"Região {number}", "n": count}
            session.execute(text("INSERT INTO regions (municipality_id, id, name, is_active) VALUES (:m, :r, :name, true)"), told)
            session.execute(
                text("INSERT INTO flag_counts (municipality_id, id, flag_mark, month_on, region_id, what, who)"
                     " SELECT :m, gen_random_uuid(), 'x', DATE '2026-11-01', :r, 'w', CAST(CAST(gen_random_uuid() AS text) AS bytea) FROM generate_series(1, :n)"),
                told,
            )  # fmt: skip
    with city.transaction() as session:
        rows = session.execute(text("SELECT scope, n FROM flag_numbers WHERE scope <> 'unit'")).all()
    regions = sorted((row.n for row in rows if row.scope == "region"), key=lambda n: (n is not None, n or 0))
    return regions, next(row.n for row in rows if row.scope == "city")


@pytest.mark.parametrize(("counts", "regions", "whole"), [
    ((9, 7, 5), [5, 7, 9], 21),
    ((9, 7, 2), [None, None, 9], 18),
    # Two of one: their sum alone would say each.
    ((9, 7, 1, 1), [None, None, None, 9], 18),
    # A sum below five is a figure below five.
    ((9, 7, 1, 2), [None, None, None, 9], 19),
    ((9, 7, 3, 3), [None, None, 7, 9], 22),
    # All fours: eight of two hidden.
    ((9, 7, 4, 4), [None, None, None, 9], 24),
    # Nothing left to hide beside them: the city's goes.
    ((4, 4), [None, None], None),
    ((1, 1, 1, 1, 1), [None] * 5, None),
    ((3, 3), [None, None], 6),
    ((6, 2), [None, None], 8),
    ((2,), [None], None),
])  # fmt: skip
def test_no_subtraction_tells_a_figure_below_five(city, counts, regions, whole):
    assert in_regions(city, *counts) == (regions, whole)


def test_one_child_alone_is_nowhere(city):
    raised(city, north=1)
    found = numbers(city)
    assert found.city["child_labour"] is None and found.regions[city.ids["north"]]["child_labour"] is None
    page = city.client("supervisao").get("/painel/sinais").get_data(as_text=True)
    assert "oculto" in page and ">1<" not in page


def test_sixteen_and_seventeen_are_child_labour_and_not_the_forms(city):
    raised(city, north=5, age="age_16_17")
    found = numbers(city)
    assert found.city["child_labour"] == 5 and "child_labour_up_to_15" not in found.city


def test_a_known_person_flagged_twice_is_one_and_a_group_is_as_many_as_seen(city):
    phone = city.phone("rua")
    person_id = str(new_id())
    body = {"person_id": person_id, "called": "Bento", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
    assert phone.push(phone.command("people.register", body))[0]["status"] == "done"
    raised(city, north=5)
    twice = [flag(phone, place=NORTH, subject="known", person_id=person_id) for _time in range(2)]
    assert [outcome["status"] for outcome in phone.push(*twice, flag(phone, place=NORTH, people_count=3))] == ["done"] * 3
    found = numbers(city)
    assert found.city["child_labour"] == 5 + 1 + 3 and found.city["flag"] == 8


def test_another_month_and_another_city_count_nothing(city, other_city):
    raised(city, north=6)
    assert numbers(city, datetime(2026, 1, 1).date()).city == {}
    assert numbers(other_city).city == {}


@pytest.mark.parametrize("persona", ["rua", "abrigo", "creas", "coordenacao", "admin", "auditoria"])
def test_only_who_oversees_reads_them(city, persona):
    raise_flag(city.phone("rua"))
    assert city.client(persona).get("/painel/sinais").status_code == 403


def test_a_month_that_is_none_and_one_to_come(city):
    client = city.client("supervisao")
    assert client.get("/painel/sinais?mes=2026-13").status_code == 422
    assert client.get("/painel/sinais?mes=2999-01").status_code == 200
