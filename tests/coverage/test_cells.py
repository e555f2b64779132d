"""The map: few people never make a cell, and no filter may be subtracted from another."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.geo import coarse_cell
from tests.coverage.made import met, persons, visited
from tests.make.city import NORTH_POINT, SOUTH, SOUTH_POINT, WEST

# Before the last full hour, so that the map already shows it.
BEFORE = timedelta(minutes=70)


def cells_of(city, persona="supervisao", **query):
    answer = city.client(persona).get("/api/v1/coverage/cells", query_string={"period": "7d", **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def classes(found):
    return [(c["properties"]["people_from"], c["properties"]["people_to"]) for c in found["cells"]["features"]]


def test_four_people_show_only_as_their_region_five_as_a_class(city):
    met(city, clock.now() - BEFORE, people=4)
    found = cells_of(city)
    assert classes(found) == []
    regions = {f["properties"]["name"]: f["properties"] for f in found["regions"]["features"]}
    assert (regions["North"]["people"], regions["North"]["encounters"], regions["South"]["people"]) == (4, 1, 0)
    met(city, clock.now() - BEFORE, people=1)
    assert classes(cells_of(city)) == [(5, 9)]


def test_the_same_person_five_times_is_one(city):
    [one, *others] = persons(city, 5)
    for hours in range(5):
        met(city, clock.now() - BEFORE - timedelta(hours=hours), persons=[one])
    assert classes(cells_of(city)) == []
    met(city, clock.now() - BEFORE, persons=others)
    assert classes(cells_of(city)) == [(5, 9)]


def test_a_cell_says_its_class_and_outline_never_an_exact_number(city):
    met(city, clock.now() - BEFORE, people=23, neighbourhood="Cais")
    [cell] = cells_of(city)["cells"]["features"]
    assert cell["properties"] == {"people_from": 20, "people_to": 49, "region": "North", "near": "Cais"}
    ring = cell["geometry"]["coordinates"][0]
    assert len(ring) == 7 and ring[0] == ring[-1]
    assert list(NORTH_POINT) not in ring


def test_what_does_not_count_makes_no_cell(city):
    met(city, clock.now() - BEFORE, people=9, status="withdrawn")
    met(city, clock.now() - timedelta(days=8), people=9)
    met(city, clock.now() - BEFORE, people=9, region=None)
    met(city, clock.now() - BEFORE, people=9, team="pim_team", region="north", point=None)
    assert classes(cells_of(city)) == []


def test_a_home_visit_is_never_on_the_map(city):
    for _ in range(12):
        visited(city, clock.now() - BEFORE)
    found = cells_of(city)
    assert classes(found) == []
    assert all(f["properties"]["people"] == 0 for f in found["regions"]["features"])


@pytest.mark.parametrize("query", [{"team": "x"}, {"period": "dates"}, {"since_on": "2026-11-01"}])
def test_the_map_is_never_narrowed_to_a_team_or_to_chosen_days(city, query):
    if "team" in query:
        query = {"team": str(city.ids["team"])}
    answer = city.client("supervisao").get("/api/v1/coverage/cells", query_string=query)
    assert (answer.status_code, answer.json["code"]) == (422, "core.invalid")


def test_a_region_chooses_whole_cells_and_never_splits_one(city):
    # A cell astride the border: five in the north, one in the south. Drawn by halves it would show that one.
    border = (WEST + 0.05, SOUTH + 0.1)
    cell = coarse_cell(*border)
    met(city, clock.now() - BEFORE, people=5, point=border)
    met(city, clock.now() - BEFORE, people=5, point=border)
    met(city, clock.now() - BEFORE, people=1, region="south", point=border)
    met(city, clock.now() - BEFORE, people=30, region="south", point=SOUTH_POINT)
    assert coarse_cell(*SOUTH_POINT) != cell
    assert classes(cells_of(city)) == [(20, 49), (10, 19)]
    assert classes(cells_of(city, region=str(city.ids["north"]))) == [(10, 19)]
    south = cells_of(city, region=str(city.ids["south"]))
    assert classes(south) == [(20, 49)]
    assert [f["properties"]["name"] for f in south["regions"]["features"]] == ["South"]


def test_watching_the_map_does_not_tell_who_just_came(city):
    now = clock.now()
    met(city, now.replace(minute=0, second=0, microsecond=0), people=9)  # since the last full hour
    assert classes(cells_of(city, period="24h")) == []


def test_a_city_may_ask_for_more_people(city):
    met(city, clock.now() - BEFORE, people=7)
    assert classes(cells_of(city)) == [(5, 9)]
    for asked, shown in ((8, []), (2, [(5, 9)])):
        with city.transaction() as session:
            session.execute(
                text("UPDATE municipalities SET settings = jsonb_build_object('map_min_people', CAST(:n AS int))"),
                {"n": asked},
            )
        found = cells_of(city)
        assert classes(found) == shown and found["min_people"] == max(5, asked)


def test_another_city_and_another_team_see_no_cell(city, other_city):
    met(city, clock.now() - BEFORE, people=9, team="pim_team", unit="creas_unit")
    assert classes(cells_of(other_city)) == []
    assert classes(cells_of(city, "coordenacao")) == []
    met(city, clock.now() - BEFORE, people=4)
    assert classes(cells_of(city, "coordenacao")) == []
    assert classes(cells_of(city)) == [(10, 19)]
