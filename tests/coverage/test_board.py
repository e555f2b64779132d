"""Figures by region: what counts, for whom, in which days; and the index that answers."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from app.core import clock, days
from app.coverage import queries, rules
from app.coverage.queries import Choice
from app.encounters.models import Encounter
from tests.coverage.made import met, persons, visited
from tests.make.city import NORTH_POINT, make_city

ZONE = ZoneInfo("America/Fortaleza")
HOUR = timedelta(hours=1)


def board_of(city, persona="supervisao", **query):
    answer = city.client(persona).get("/api/v1/coverage/regions", query_string={"period": "24h", **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def by_name(board):
    return {region["name"]: region for region in board["regions"]}


def test_each_region_has_its_own_figures_and_the_rest_has_a_row(city):
    met(city, people=3)
    met(city, people=1)
    met(city, people=0, region="south", point=None)
    met(city, people=4, region=None)
    visited(city)
    visited(city, result="nobody_home")
    board = board_of(city)
    found = by_name(board)
    assert [region["name"] for region in board["regions"]] == ["North", "South", None]
    assert (found["North"]["encounters"], found["North"]["people"]) == (2, 4)
    assert (found["North"]["home_visits"], found["North"]["home_visits_done"]) == (2, 1)
    assert (found["South"]["encounters"], found["South"]["people"]) == (1, 0)
    assert (found[None]["encounters"], found[None]["people"], found[None]["id"]) == (1, 4, None)
    assert found["North"]["teams"] == ["Equipe PIM", "Equipe Rua"] and found["South"]["teams"] == ["Equipe Rua"]
    totals = board["totals"]
    assert (totals["encounters"], totals["people"], totals["home_visits"]) == (4, 8, 2)
    assert totals["teams"] == ["Equipe PIM", "Equipe Rua"]


def test_what_was_corrected_or_withdrawn_does_not_count(city):
    met(city, people=2, status="corrected")
    met(city, people=2, status="withdrawn")
    visited(city, status="withdrawn")
    met(city, people=1)
    totals = board_of(city)["totals"]
    assert (totals["encounters"], totals["people"], totals["home_visits"]) == (1, 1, 0)


def test_what_a_phone_sends_is_on_the_board_at_once(city):
    phone = city.phone("rua")
    phone.push(phone.encounter(people=3))
    assert board_of(city, period="today")["totals"] | {"last_at": None} == {
        "encounters": 1, "people": 3, "home_visits": 0, "home_visits_done": 0, "teams": ["Equipe Rua"], "last_at": None,
    }  # fmt: skip


def test_today_is_the_citys_own_day(app):
    # The same instant, an hour before now, is or isn't today by the city's own midnight.
    for zone in ("America/Fortaleza", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        city = make_city(app, timezone=zone)
        midnight = days.start_of_day(clock.now(), ZoneInfo(zone))
        met(city, midnight - timedelta(seconds=1))
        met(city, midnight)
        assert board_of(city, period="today")["totals"]["encounters"] == 1
        assert board_of(city, period="7d")["totals"]["encounters"] == 2
        yesterday = (midnight - HOUR).astimezone(ZoneInfo(zone)).date().isoformat()
        dates = board_of(city, period="dates", since_on=yesterday, until_on=yesterday)
        assert dates["totals"]["encounters"] == 1


def test_a_quiet_region_still_says_when_somebody_was_there(city):
    long_ago = clock.now() - timedelta(days=3)
    met(city, long_ago)
    visited(city, clock.now() - timedelta(days=2), region="south")
    met(city, clock.now() - timedelta(days=40), region=None)
    found = by_name(board_of(city))
    assert found["North"]["encounters"] == 0 and found["North"]["last_at"].startswith(long_ago.isoformat()[:19])
    assert found["South"]["last_at"] is not None
    assert found[None]["last_at"] is None


def test_filters_narrow_and_unknown_ones_are_refused(city, other_city):
    met(city, people=2)
    met(city, people=5, region="south", point=None)
    met(city, region=None)
    met(city, people=7, team="pim_team")
    ids = city.ids
    assert board_of(city, region=str(ids["south"]))["totals"]["people"] == 5
    assert board_of(city, region="none")["totals"]["people"] == 1
    assert board_of(city, team=str(ids["pim_team"]))["totals"]["people"] == 7
    assert [r["name"] for r in board_of(city, region=str(ids["south"]))["regions"]] == ["South"]
    client = city.client("supervisao")
    for query in ({"region": str(other_city.ids["north"])}, {"team": str(other_city.ids["team"])}):
        answer = client.get("/api/v1/coverage/regions", query_string=query)
        assert (answer.status_code, answer.json["code"]) == (422, "coverage.unknown_filter")
    for query in ({"period": "ever"}, {"period": "today", "worker": "x"}, {"region": "x"}):
        assert client.get("/api/v1/coverage/regions", query_string=query).json["code"] == "core.invalid"
    answer = client.get("/api/v1/coverage/regions", query_string={"period": "dates"})
    assert (answer.status_code, answer.json["code"]) == (422, "coverage.bad_period")


def test_another_city_sees_none_of_it(city, other_city):
    met(city, people=9)
    visited(city)
    assert board_of(other_city)["totals"]["encounters"] == 0
    listed = other_city.client("supervisao").get("/api/v1/coverage/encounters?period=7d").json
    assert (listed["total"], listed["encounters"]) == (0, [])


def test_a_coordinator_sees_only_her_teams_records(city):
    met(city, people=2)
    met(city, people=3, team="pim_team", unit="creas_unit")
    visited(city)
    board = board_of(city, "coordenacao")
    assert board["totals"]["people"] == 2 and board["totals"]["home_visits"] == 0
    assert board["totals"]["teams"] == ["Equipe Rua"]
    listed = city.client("coordenacao").get("/api/v1/coverage/encounters?period=24h").json
    assert [row["people_count"] for row in listed["encounters"]] == [2]
    answer = city.client("coordenacao").get(
        "/api/v1/coverage/regions", query_string={"team": str(city.ids["pim_team"])}
    )
    assert answer.json["code"] == "coverage.unknown_filter"


def test_a_coordinator_of_a_unit_sees_what_refers_to_it(city):
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_kind = 'unit', scope_id = :u WHERE worker_id = :w"),
            {"u": city.ids["creas_unit"], "w": city.ids["coordenacao"]},
        )
    met(city, people=2)
    met(city, people=3, unit="creas_unit")
    visited(city)
    totals = board_of(city, "coordenacao")["totals"]
    assert (totals["people"], totals["home_visits"]) == (3, 1)


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "creas", "admin", "auditoria"])
def test_others_have_no_board(city, persona):
    client = city.client(persona)
    for path in ("regions", "cells", "encounters"):
        assert client.get(f"/api/v1/coverage/{path}").status_code == 403
    assert client.get("/painel/").status_code == client.get("/painel/encontros").status_code == 403


def test_the_covering_index_answers_under_row_security(city, config):
    now = clock.now()
    rows = (
        "INSERT INTO encounters (municipality_id, id, worker_id, team_id, region_id, people_count, occurred_at, device_at,"
        " recorded_at, received_at, clock_offset_s, time_uncertain, recorded_late, place_source, status, receipt, cell)"
        " SELECT :m, gen_random_uuid(), :w, :t, :r, 1, at, at, at, at, 0, false, false, 'map', 'valid', 'R', '88'"
        " FROM generate_series(1, 6000) n, LATERAL (SELECT now() - n * interval '20 minutes' AS at) x"
    )
    ids = city.ids
    with city.transaction() as session:
        session.execute(text(rows), {"m": city.ibge, "w": ids["rua"], "t": ids["team"], "r": ids["north"]})
    engine = create_engine(config.sqlalchemy_owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE encounters"))
    engine.dispose()
    actor = city.actor("supervisao")
    with city.transaction() as session:
        choice = Choice(rules.period_of("today", now, ZONE))
        asked = queries._grouped(session, actor, Encounter, choice)
        sql = str(asked.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = "\n".join(session.scalars(text("EXPLAIN " + sql.replace(":", "\\:"))))
        assert session.scalar(text("SELECT current_user")) != "vinculo_owner"
    assert "Index Only Scan using ix_encounters_time" in plan, plan


def test_the_list_behind_a_figure_is_that_figure_page_after_page(city, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    now = clock.now()
    at = now - HOUR
    wanted = {str(met(city, at - timedelta(minutes=n // 2))) for n in range(8)}  # pairs at the same instant
    met(city, at, status="corrected")
    met(city, now - timedelta(days=2))
    client = city.client("supervisao")
    seen, after = [], ""
    for _page in range(9):
        page = client.get("/api/v1/coverage/encounters", query_string={"period": "24h", "after": after}).json
        assert page["total"] == board_of(city)["totals"]["encounters"] == 8
        seen += [row["id"] for row in page["encounters"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 8 and set(seen) == wanted
    for bad in ("x", "2026_y", "2026-11-22T00:00:00Z_1"):
        assert client.get("/api/v1/coverage/encounters", query_string={"after": bad}).json["code"] == "core.invalid"


def test_the_list_tells_no_point_no_name_no_note(city):
    known = persons(city, 1)
    met(city, persons=known, note="segredo do Tico", neighbourhood="Cais", street="Rua Exata", place_text="Rua Exata, 10")
    client = city.client("supervisao")
    bodies = [
        client.get("/api/v1/coverage/encounters?period=24h").get_data(as_text=True),
        client.get("/painel/encontros?period=24h").get_data(as_text=True),
        client.get("/painel/?period=24h").get_data(as_text=True),
    ]
    assert "Cais" in bodies[0] and "Cais" in bodies[1]
    for body in bodies:
        for secret in ("segredo", "Rua Exata", str(NORTH_POINT[0]), str(NORTH_POINT[1]), "Pessoa 0", str(known[0])):
            assert secret not in body
