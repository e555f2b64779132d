"""Who is told: by roles as they stand, the nearest first, nobody who left and nobody of another city."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.notices import queries
from tests.make.colleague import another


def asked(city, reading, *args, **named):
    """The names behind the ids that a reading gives."""
    with city.transaction() as session:
        found = reading(session, city.ibge, *args, **named)
    names = {worker: name for name, worker in city.ids.items()}
    return {names[worker] for worker in found}


def end(city, persona, role, ago=timedelta(hours=1)):
    sql = "UPDATE role_grants SET valid_to = :t WHERE worker_id = :w AND role = :r"
    with city.transaction() as session:
        session.execute(text(sql), {"t": clock.now() - ago, "w": city.ids[persona], "r": role})


def suspend(city, persona):
    with city.transaction() as session:
        session.execute(text("UPDATE workers SET is_active = false WHERE id = :w"), {"w": city.ids[persona]})


def desk(city, unit="shelter", ago=timedelta(0)):
    return asked(city, queries.desk_of, city.ids[unit], clock.now() - ago)


def test_a_unit_s_desk_is_who_answers_there(city):
    another(city, "noite", "unit_desk", scope="shelter")
    assert desk(city) == {"abrigo", "noite"}
    assert desk(city, "centro_pop") == {"centropop"}
    assert desk(city, "creas_unit") == {"creas"}  # a CREAS is answered by its technicians


def test_who_left_a_desk_is_told_nothing_more(city):
    another(city, "noite", "unit_desk", scope="shelter")
    end(city, "abrigo", "unit_desk")
    assert desk(city) == {"noite"}
    assert desk(city, ago=timedelta(hours=2)) == {"abrigo", "noite"}  # as it was then
    suspend(city, "noite")
    assert desk(city) == set()


def test_a_role_that_begins_tomorrow_is_not_told_today(city):
    another(city, "noite", "unit_desk", scope="shelter")
    with city.transaction() as session:
        sql = "UPDATE role_grants SET valid_from = :t WHERE worker_id = :w"
        session.execute(text(sql), {"t": clock.now() + timedelta(days=1), "w": city.ids["noite"]})
    assert desk(city) == {"abrigo"}


def test_a_role_for_the_whole_city_answers_where_nobody_else_does(city):
    another(city, "todas", "unit_desk", "municipality", None)
    assert desk(city) == {"abrigo"}
    end(city, "abrigo", "unit_desk")
    assert desk(city) == {"todas"}


def test_a_coordination_that_only_reads_is_not_the_desk(city):
    another(city, "chefe", "coordinator", scope="shelter")
    assert desk(city) == {"abrigo"}


@pytest.mark.parametrize("kind, scope", [("unit", "shelter"), ("region", "north"), ("municipality", None)])
def test_the_nearest_coordination_of_a_unit(city, kind, scope):
    with city.transaction() as session:
        session.execute(text("UPDATE units SET region_id = :r WHERE id = :u"), {"r": city.ids["north"], "u": city.ids["shelter"]})
    assert asked(city, queries.coordinators_of, unit_id=city.ids["shelter"]) == set()  # `coordenacao` is of a team
    another(city, "perto", "coordinator", kind, scope)
    another(city, "cidade", "coordinator", "municipality", None)
    told = asked(city, queries.coordinators_of, unit_id=city.ids["shelter"])
    assert told == ({"perto", "cidade"} if kind == "municipality" else {"perto"})


def test_the_nearest_coordination_of_a_team(city):
    another(city, "casa", "coordinator", "unit", "centro_pop")  # the team's unit of reference
    another(city, "regiao", "coordinator", "region", "south")
    assert asked(city, queries.coordinators_of, team_id=city.ids["team"]) == {"coordenacao"}
    suspend(city, "coordenacao")
    assert asked(city, queries.coordinators_of, team_id=city.ids["team"]) == {"casa"}
    end(city, "casa", "coordinator")
    assert asked(city, queries.coordinators_of, team_id=city.ids["team"]) == {"regiao"}
    assert asked(city, queries.coordinators_of) == set()  # nobody coordinates the whole city


def test_a_supervisor_of_a_region_is_told_of_its_units_only(city):
    another(city, "norte", "supervisor", "region", "north")
    with city.transaction() as session:
        session.execute(text("UPDATE units SET region_id = :r WHERE id = :u"), {"r": city.ids["north"], "u": city.ids["shelter"]})
    assert asked(city, queries.supervisors_of) == {"supervisao"}
    assert asked(city, queries.supervisors_of, unit_id=city.ids["shelter"]) == {"supervisao", "norte"}
    assert asked(city, queries.supervisors_of, unit_id=city.ids["centro_pop"]) == {"supervisao"}
    suspend(city, "supervisao")
    assert asked(city, queries.supervisors_of) == {"norte"}  # somebody, where an escalation would end nowhere


def test_a_team_is_who_is_in_it_today(city):
    assert asked(city, queries.team_of, city.ids["team"]) >= {"rua", "rua2"}
    with city.transaction() as session:
        sql = "UPDATE team_members SET left_on = current_date - 2 WHERE worker_id = :w"
        session.execute(text(sql), {"w": city.ids["rua2"]})
    told = asked(city, queries.team_of, city.ids["team"])
    assert "rua" in told and "rua2" not in told
    suspend(city, "rua")
    assert "rua" not in asked(city, queries.team_of, city.ids["team"])


def test_nobody_of_another_city_is_found(city, other_city):
    with city.transaction() as session:
        for reading in (queries.coordinators_of, queries.supervisors_of):
            assert not set(reading(session, city.ibge)) & set(other_city.ids.values())
        assert queries.desk_of(session, city.ibge, other_city.ids["shelter"], clock.now()) == []
        assert queries.team_of(session, city.ibge, other_city.ids["team"]) == []
        assert queries.coordinators_of(session, city.ibge, new_id(), new_id()) == []
