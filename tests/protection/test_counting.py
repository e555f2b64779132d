"""In the numbers: by the person whom a merge left, once a month, up to 15 for the RMA; out again when it was a mistake."""

import threading
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.db import cleared
from app.people.service import merge
from app.protection.models import Flag
from app.protection.sealing import CLEARANCE
from app.protection.service import counting, recount_city
from tests.make.flags import complement, numbers, raise_flag, row_of, within_case
from tests.make.journeys import refused
from tests.make.owner import as_owner
from tests.people.known import acting, make_person


def recount(city):
    with city.transaction() as session:
        return recount_city(session, city.ibge, clock.now())


def test_up_to_15_counts_for_the_unit_and_16_does_not(city):
    phone = city.phone("rua")
    raise_flag(phone)
    raise_flag(phone, age="age_16_17")
    assert numbers(city, "child_labour_up_to_15", "unit") == [1]
    assert numbers(city, "child_labour", "unit") == [2] and numbers(city, "flag", "unit") == [2]
    [row] = city.rows("SELECT DISTINCT unit_id, region_id FROM flag_counts WHERE municipality_id = :m")
    assert (row["unit_id"], row["region_id"]) == (city.ids["centro_pop"], city.ids["north"])  # the street team's unit


def test_it_stays_with_the_unit_that_met_her_when_the_team_moves_to_another(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    city.rows(
        "UPDATE teams SET reference_unit_id = :u WHERE municipality_id = :m AND id = :t RETURNING id", u=city.ids["creas_unit"], t=city.ids["team"],
    )  # fmt: skip
    assert refused(phone, complement(phone, flag_id, kinds=["physical"])) is None
    assert {row["unit_id"] for row in city.rows("SELECT unit_id FROM flag_counts WHERE municipality_id = :m")} == {city.ids["centro_pop"]}


def test_small_figures_of_regions_and_city_are_hidden(city):
    phone = city.phone("rua")
    for _n in range(4):
        raise_flag(phone)
    assert numbers(city, "flag", "city") == [None] == numbers(city, "flag", "region")
    raise_flag(phone)
    assert numbers(city, "flag", "city") == [5] == numbers(city, "flag", "region")


def test_a_person_counts_once_in_a_month_and_several_at_once_each(city):
    phone, her = city.phone("rua"), make_person(city, "Bia")
    for _n in range(3):
        raise_flag(phone, subject="known", person_id=str(her))
    assert numbers(city, "child_labour_up_to_15", "unit") == [1] and numbers(city, "flag", "unit") == [3]
    raise_flag(phone, subject="unnamed", people_count=4)
    assert numbers(city, "child_labour_up_to_15", "unit") == [5]


def test_two_found_to_be_one_count_once(city):
    phone, one, two = city.phone("rua"), make_person(city, "Bia"), make_person(city, "Beatriz")
    for person in (one, two):
        raise_flag(phone, subject="known", person_id=str(person))
    assert numbers(city, "child_labour_up_to_15", "unit") == [2]
    with acting(city, "creas") as (session, actor):
        merge(session, actor, one, two, {}, None, clock.now())
    raise_flag(phone, subject="known", person_id=str(two))  # under the absorbed id, as a phone that was off
    assert recount(city) == 1 and recount(city) == 0  # what counted by the survivor already stays as it is
    assert numbers(city, "child_labour_up_to_15", "unit") == [1]
    rows = city.rows("SELECT about FROM flags WHERE municipality_id = :m")
    assert set.intersection(*(set(row["about"]) for row in rows))  # found again as of one person


def test_told_later_it_counts_by_what_it_is_now(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    assert refused(phone, complement(phone, flag_id, age="age_16_17", kinds=["sexual_exploitation"])) is None
    assert numbers(city, "child_labour_up_to_15", "unit") == [] and numbers(city, "sexual_exploitation_minor", "unit") == [1]


def test_a_mistake_leaves_the_numbers_and_stays_out(city):
    flag_id = raise_flag(city.phone("rua"))
    with within_case(city) as session:
        row = session.get(Flag, (city.ibge, UUID(flag_id)))
        row.status, row.closed_at, row.close_reason = "closed", clock.now(), "mistake"
        assert counting.uncount(session, row, clock.now())
    assert numbers(city, "flag", "unit") == []
    recount(city)
    assert numbers(city, "flag", "unit") == [] and not row_of(city, flag_id)["is_counted"]


def test_a_home_visit_is_in_the_city_s_figures_and_in_no_unit_s(city):
    raise_flag(city.phone("pim"), source="home_visit", household_id=str(city.ids["household"]), place=None)
    assert numbers(city, "child_labour_up_to_15", "unit") == []
    [row] = city.rows("SELECT DISTINCT unit_id, region_id FROM flag_counts WHERE municipality_id = :m")
    assert (row["unit_id"], row["region_id"]) == (None, city.ids["north"])


def test_the_month_is_the_city_s_own(city):
    at = clock.now().replace(day=1, hour=1, minute=30, second=0, microsecond=0)  # 22:30 of the day before, in Fortaleza
    if clock.now() - at < timedelta(0):
        at -= timedelta(days=31)
    flag_id = raise_flag(city.phone("rua"), at)
    assert row_of(city, flag_id)["occurred_at"] == at
    [row] = city.rows("SELECT DISTINCT month_on FROM flag_counts WHERE municipality_id = :m")
    assert row["month_on"] == (at - timedelta(days=1)).date().replace(day=1)


def test_a_row_tells_neither_what_nor_which_flag(city):
    flag_id = raise_flag(city.phone("rua"))
    for row in city.rows("SELECT id, flag_mark, what, who FROM flag_counts WHERE municipality_id = :m"):
        assert row["id"].version == 4  # one of version 7 would tell its instant, and by it the flag
        assert UUID(flag_id).bytes not in (bytes(row["flag_mark"]), bytes(row["who"]))
    with city.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM flag_counts")) == 0


def test_the_first_two_flags_of_a_city_at_once_make_one_key_of_marks(city):
    phones, errors = [city.phone("rua"), city.phone("rua2")], []

    def raising(phone):
        try:
            raise_flag(phone)
        except AssertionError as error:
            errors.append(error)

    threads = [threading.Thread(target=raising, args=[phone]) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(city.rows("SELECT id FROM mark_keys WHERE municipality_id = :m")) == 1
    assert numbers(city, "flag", "unit") == [2]
    with city.transaction() as session, cleared(session, CLEARANCE):
        assert session.scalar(text("SELECT count(*) FROM flags WHERE is_counted")) == 2


def test_the_night_s_recount_holds_nothing_up_that_did_not_change(city):
    flag_id = raise_flag(city.phone("rua"), subject="known", person_id=str(make_person(city, "Bia")))
    with city.transaction() as session:
        assert recount_city(session, city.ibge, clock.now()) == 0
        with as_owner(city.app) as other:
            assert other.scalar(text("SELECT status FROM flags WHERE id = :f FOR UPDATE NOWAIT"), {"f": flag_id}) == "raised"
