"""A suspension: one unit's rule about one person, with an end; no mark on her, and no word of why in the street."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.problems import Forbidden
from app.core import clock
from app.core.days import today_of
from app.units import queries, service
from app.units.problems import (
    AlreadySuspended,
    BadDays,
    ReasonNotSaid,
    SuspensionBegins,
    SuspensionNotFound,
    SuspensionOver,
    SuspensionTooLong,
)
from tests.make.beds import house as with_places
from tests.make.colleague import another
from tests.people.made import register


@pytest.fixture
def house(city):
    """The city with a coordinator of its shelter, and somebody known."""
    another(city, "casa", "coordinator", scope="shelter")
    city.ids["maria"] = UUID(register(city, "Maria", "nickname"))
    return city


def today(city, plus=0):
    with city.transaction() as session:
        return today_of(session, city.ibge, clock.now()) + timedelta(days=plus)


def suspend(city, until=10, since=0, as_="casa", unit="shelter", **more):
    actor = city.actor(as_)
    data = {"from_on": today(city, since), "until_on": today(city, until), "reason": "threat", "reason_text": None} | more
    with city.transaction() as session:
        return service.suspend(session, actor, city.ids[unit], [city.ids["maria"]], data, clock.now()).id


def standing(city, unit, plus=0):
    with city.transaction() as session:
        return queries.suspended(session, city.ibge, city.ids[unit], [city.ids["maria"]], today(city, plus))


def pulled(city):
    return city.phone("rua").pull()["person", str(city.ids["maria"])]


def test_it_closes_one_unit_until_a_day_and_ends_by_itself(house):
    suspend(house, until=10)
    assert standing(house, "shelter") == {house.ids["maria"]: today(house, 10)}
    assert standing(house, "shelter", 10) and not standing(house, "shelter", 11)
    assert not standing(house, "centro_pop")


def test_the_street_is_told_until_when_and_never_why(house):
    assert "suspended" not in pulled(house)
    suspend(house, until=5, reason="other", reason_text="palavras que ficam na casa")
    told = pulled(house)
    assert told["suspended"] == [{"unit_id": str(house.ids["shelter"]), "until_on": today(house, 5).isoformat()}]
    assert "palavras" not in str(told) and "threat" not in str(told)


def test_a_phone_that_holds_her_hears_of_it_and_of_its_end(house):
    phone = house.phone("rua")
    key = "person", str(house.ids["maria"])
    assert "suspended" not in phone.pull()[key]
    suspension = suspend(house)
    assert phone.pull()[key]["suspended"][0]["unit_id"] == str(house.ids["shelter"])
    with house.transaction() as session:
        service.lift(session, house.actor_in(session, "casa"), house.ids["shelter"], suspension, [house.ids["maria"]], clock.now())
    assert "suspended" not in phone.pull()[key]
    with pytest.raises(SuspensionOver), house.transaction() as session:
        service.lift(session, house.actor_in(session, "casa"), house.ids["shelter"], suspension, [], clock.now())


@pytest.mark.parametrize(
    "wrong,problem",
    [
        ({"until": -1}, BadDays), ({"since": 1}, SuspensionBegins), ({"since": -31}, SuspensionBegins),
        ({"until": 180}, SuspensionTooLong), ({"since": -5, "until": -6}, BadDays),
        ({"reason": "other"}, ReasonNotSaid), ({"reason": "other", "reason_text": "curto"}, ReasonNotSaid),
    ],
)  # fmt: skip
def test_without_an_end_a_beginning_or_a_reason_it_is_refused_by_name(house, wrong, problem):
    with pytest.raises(problem):
        suspend(house, **wrong)
    assert not standing(house, "shelter")


def test_the_longest_is_the_city_s_to_say(house):
    with house.transaction() as session:
        session.execute(text("UPDATE municipalities SET settings = '{\"suspension_max_days\": 30}' WHERE id = :m"), {"m": house.ibge})
    with pytest.raises(SuspensionTooLong) as refused:
        suspend(house, until=30)
    assert "30 dias" in refused.value.sentence
    suspend(house, until=29)
    with pytest.raises(AlreadySuspended):
        suspend(house, until=2)


def test_only_its_coordination_decides_and_its_technicians_read(house):
    for persona in ("abrigo", "rua", "creas", "supervisao", "admin", "coordenacao"):
        with pytest.raises(Forbidden):
            suspend(house, as_=persona)
    with pytest.raises(Forbidden):
        suspend(house, unit="centro_pop")
    suspend(house)
    with house.transaction() as session:
        [read] = queries.suspensions_at(session, house.actor_in(session, "casa"), house.ids["shelter"], today(house))
        assert (read.state, read.reason, read.decided_by) == ("stands", "threat", "Casa")
        for persona in ("abrigo", "rua", "creas", "admin"):
            with pytest.raises(Forbidden):
                queries.suspensions_at(session, house.actor_in(session, persona), house.ids["shelter"], today(house))


def test_her_appeal_is_kept_in_her_words(house):
    suspension = suspend(house)
    with house.transaction() as session:
        casa = house.actor_in(session, "casa")
        service.note_appeal(session, casa, house.ids["shelter"], suspension, "Não fui eu.", clock.now())
        read = queries.suspension_of(session, casa, house.ids["shelter"], suspension, today(house))
        assert (read.appeal_text, read.state) == ("Não fui eu.", "stands") and read.appealed_at
        with pytest.raises(SuspensionNotFound):
            queries.suspension_of(session, casa, house.ids["shelter"], house.ids["maria"], today(house))


def test_no_line_of_the_trail_says_why(house):
    suspend(house, reason="other", reason_text="palavras que ficam na casa")
    [line] = house.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'units.suspend' AND outcome = 'done'")
    assert line["fields"] == ["from_on", "reason", "until_on"] and "palavras" not in str(dict(line))


def test_who_comes_to_the_door_from_the_street_is_known_to_be_suspended(house):
    with_places(house, 2)
    another(house, "tecnica", "technician", scope="shelter")
    desk = house.client("tecnica")
    page = f"/mesa/entrada?unidade={house.ids['shelter']}&pessoa={house.ids['maria']}"
    before = desk.get(page).get_data(as_text=True)
    assert "Maria" in before and "não recebe esta pessoa" not in before
    suspend(house, until=10, reason="other", reason_text="palavras que ficam na casa")
    shown = desk.get(page).get_data(as_text=True)
    assert f"não recebe esta pessoa até {today(house, 10):%d/%m/%Y}" in shown and "palavras que ficam" not in shown
