"""Free places: typed by the desk, told to phones, never without their age."""

from datetime import timedelta

import pytest

from app.access.problems import Forbidden
from app.core import clock
from app.core.ids import new_id
from app.units import queries, rules, service
from app.units.models import Unit
from app.units.problems import FigureCounted, UnitInactive, UnitNotFound
from tests.units.house import House


def note(city, persona, unit, places, at=None):
    actor = city.actor(persona)
    with city.transaction() as session:
        service.note_vacancies(session, actor, city.ids.get(unit, unit), places, at or clock.now())


def bodies(city, ids=None):
    with city.transaction() as session:
        return {body["id"]: body for body in queries.for_phone(session, city.ibge, ids)}


def test_the_last_figure_reaches_the_phone_with_its_time(city):
    now = clock.now()
    note(city, "abrigo", "shelter", 12, now - timedelta(hours=3))
    note(city, "abrigo", "shelter", 9, now)
    body = bodies(city)[city.ids["shelter"]]
    assert (body["free_places"], body["free_noted_at"]) == (9, now)
    told = city.rows(
        "SELECT 1 FROM changes WHERE municipality_id = :m AND type = 'unit' AND entity_id = :i", i=city.ids["shelter"]
    )
    assert len(told) == 2


def test_a_unit_without_a_figure_says_so(city):
    body = bodies(city)[city.ids["centro_pop"]]
    assert body["free_places"] is None and body["free_noted_at"] is None


def test_a_desk_types_only_its_own_unit(city):
    with pytest.raises(Forbidden):
        note(city, "centropop", "shelter", 3)
    with pytest.raises(Forbidden):
        note(city, "rua", "shelter", 3)
    assert bodies(city)[city.ids["shelter"]]["free_places"] is None


def test_unknown_foreign_and_closed_units_are_refused_by_name(city, other_city):
    with pytest.raises(UnitNotFound):
        note(city, "abrigo", new_id(), 3)
    with pytest.raises(UnitNotFound):
        note(city, "abrigo", other_city.ids["shelter"], 3)
    with city.transaction() as session:
        session.get(Unit, (city.ibge, city.ids["shelter"])).is_active = False
    with pytest.raises(UnitInactive):
        note(city, "abrigo", "shelter", 3)


def test_phones_get_active_units_of_their_city_only(city, other_city):
    with city.transaction() as session:
        session.get(Unit, (city.ibge, city.ids["creas_unit"])).is_active = False
    assert set(bodies(city)) == {city.ids["shelter"], city.ids["centro_pop"]}
    assert bodies(city, [city.ids["creas_unit"], other_city.ids["shelter"]]) == {}


def test_a_place_is_given_in_degrees(city):
    with city.transaction() as session:
        session.get(Unit, (city.ibge, city.ids["shelter"])).geom = "SRID=4326;POINT(-35.2 -5.79)"
    body = bodies(city, [city.ids["shelter"]])[city.ids["shelter"]]
    assert (body["lon"], body["lat"]) == (-35.2, -5.79)


def test_units_of_a_worker_are_those_of_the_scope(city):
    with city.transaction() as session:
        assert [unit.id for unit in queries.units_of(session, city.actor("abrigo"))] == [city.ids["shelter"]]
        assert queries.units_of(session, city.actor("rua")) == []
        everywhere = queries.units_of(session, city.actor("supervisao"), "units.read")
    assert len(everywhere) == 3


def test_a_figure_past_the_limit_asks_to_be_confirmed(city):
    now = clock.now()
    note(city, "abrigo", "shelter", 5, now - timedelta(minutes=rules.FREE_FIGURE_MINUTES + 1))
    with city.transaction() as session:
        assert queries.vacancies_of(session, city.actor("abrigo"), now)[0]["is_stale"] is True
    note(city, "abrigo", "shelter", 5, now)
    with city.transaction() as session:
        found = queries.vacancies_of(session, city.actor("abrigo"), now)
    assert [unit["id"] for unit in found] == [city.ids["shelter"]]
    assert found[0]["is_stale"] is False


@pytest.mark.parametrize(
    "settings,minutes",
    [({}, 180), ({"free_figure_minutes": 60}, 60), ({"free_figure_minutes": "60"}, 180),
     ({"free_figure_minutes": True}, 180), ({"free_figure_minutes": 0}, 180)],
)  # fmt: skip
def test_the_limit_is_the_city_s_when_it_makes_sense(settings, minutes):
    assert rules.figure_limit(settings) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "kind,takes,active,expected",
    [
        ("shelter", True, True, True),
        ("shelter", False, True, False),
        ("shelter", True, False, False),
        ("child_shelter", True, True, False),
        ("guardianship_council", True, True, False),
    ],
)
def test_who_may_receive_a_referral(kind, takes, active, expected):
    assert rules.can_receive(kind, takes, active) is expected


def test_the_api_notes_and_reads(city):
    client = city.client("abrigo")
    address = f"/api/v1/units/{city.ids['shelter']}/vacancies"
    answer = client.post(address, json={"free_places": 4})
    assert answer.status_code == 200
    assert answer.json["units"][0]["free_places"] == 4
    assert client.get("/api/v1/units/vacancies").json == answer.json
    for wrong in (-1, 10_000, "muitas", None):
        refused = client.post(address, json={"free_places": wrong})
        assert (refused.status_code, refused.json["code"]) == (422, "core.invalid")
    assert city.client("centropop").post(address, json={"free_places": 1}).status_code == 403


def test_a_figure_is_confirmed_as_it_is_shown_also_while_one_free_place_is_owed(city):
    """One sleeps there and waits for a bed: two are free, one may be given, and the desk confirms what its page shows."""
    house = House(city, 1)
    at = clock.now()
    house.check_in(at=at - timedelta(hours=2), on=at)
    house.check_in(at=at - timedelta(hours=2), on=at)
    for name in ("8", "9"):
        house.bed(name)
    with city.transaction() as session:
        actor = city.actor_in(session, "abrigo")
        [shown] = [each for each in queries.vacancies_of(session, actor, clock.now()) if each["id"] == house.unit_id]
        assert shown["free_places"] == 1
        service.note_vacancies(session, actor, house.unit_id, shown["free_places"], clock.now())
        with pytest.raises(FigureCounted):
            service.note_vacancies(session, actor, house.unit_id, 0, clock.now())
