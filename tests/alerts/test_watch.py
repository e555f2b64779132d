"""The watch on real rows: a night as planned rings nothing, an empty region once; races, a killed turn, a phone that tells late."""

import threading
from datetime import time, timedelta

import pytest
from sqlalchemy import text

from app.alerts import service
from app.alerts.problems import AlertNotFound, AnsweredAlready, ClosedAlready, WordsMissing
from app.alerts.queries.lists import push_words
from app.alerts.service import watch_city
from app.core import clock
from app.notices import service as notices
from app.notices.delivery import deliver
from app.outreach_requests import service as requests
from app.territory.models import Region
from tests.alerts.made import Night
from tests.make.colleague import another
from tests.make.city import NORTH_POINT
from tests.notices.receiver import Browser
from tests.outreach_requests.made import ask, second_team, send
from tests.shifts import test_lived as lived
from tests.shifts.made import ZONE


@pytest.fixture
def night(city):
    return Night(city)


def does(city, persona, verb, *arguments, now=None):
    with city.transaction() as session:
        return getattr(service, verb)(session, city.actor_in(session, persona), *arguments, now or clock.now())


def test_two_teams_four_regions_the_roster_covers_two_and_the_night_passes_as_planned(city, night):
    second_team(city)
    night.region("east"), night.region("west")
    night.plans("team", "north"), night.plans("team2", "south")
    night.works("team", "north", -0.1, 8)
    night.works("team2", "south", 0.2, 8, worker="rua2")  # a few minutes late, then one long attendance without a record
    for hour in (0.5, 2, 3.5, 6):
        night.meets(hour)
    night.passes()
    assert (night.alerts(), night.notices()) == ([], [])


def test_one_planned_region_that_stays_empty_rings_once_all_night(city, night):
    second_team(city)
    night.region("east")
    night.plans("team", "north"), night.plans("team2", "south")
    night.works("team", "north", 0, 8)
    night.passes()
    [alert] = night.alerts()
    assert (alert["kind"], alert["team_id"], alert["region_id"]) == ("late", city.ids["team2"], city.ids["south"])
    assert alert["opened_at"] == night.at(0.5) and alert["since"] == night.at(0)
    assert (alert["closed_how"], alert["settled_at"]) == ("over", night.at(8))
    [notice] = night.notices()
    # Nobody said that she is on duty and the list is empty: whoever oversees the city.
    assert (notice["worker_id"], alert["told_as"]) == (city.ids["supervisao"], "everybody")


def test_a_team_that_leaves_its_region_rings_once_and_again_only_when_it_leaves_again(city, night):
    night.plans()
    shift = night.works("team", "north", 0)
    night.goes(shift, "south", 2)
    assert night.watch(2.9)["opened"] == 0
    assert [night.watch(3)["opened"], night.watch(3.1)["opened"]] == [1, 0]
    night.goes(shift, "north", 4)
    assert night.watch(4.1) == {"opened": 0, "closed": 1, "annulled": 0}
    assert night.watch(3)["opened"] == 0  # the clock went back
    night.goes(shift, "south", 5)
    assert night.watch(6.1)["opened"] == 1
    first, second = night.alerts()
    assert (first["since"], first["closed_how"], first["settled_at"]) == (night.at(2), "resolved", night.at(4))
    assert (second["since"], second["closed_at"]) == (night.at(5), None)


def test_two_watches_at_once_and_one_that_was_killed_open_one_alert(city, night):
    night.plans()

    class Killed(Exception):
        pass

    with pytest.raises(Killed), city.transaction() as session:
        assert watch_city(session, city.ibge, night.at(1))["opened"] == 1
        raise Killed
    assert (night.alerts(), night.notices()) == ([], [])
    ready, opened = threading.Barrier(3), []

    def turn():
        ready.wait(10)
        opened.append(night.watch(1)["opened"])

    turns = [threading.Thread(target=turn) for _ in range(3)]
    [each.start() for each in turns]
    [each.join(30) for each in turns]
    assert sorted(opened) == [0, 0, 1] and len(night.alerts()) == len(night.notices()) == 1


def test_a_phone_that_tells_three_hours_late_annuls_what_rang_and_history_stays_true(city, night):
    """Once while the plan still runs, once after it was over; what rang is never said to have been wrong before it was known."""
    phone = city.phone("rua")
    night.plans(starts=4, ends=8)
    night.plans(starts=0, ends=3)
    [night.watch(hours) for hours in (1, 3.1, 5)]
    late = lambda: sorted((row["since"], row["closed_how"], row["annulled_at"] is not None) for row in night.alerts())  # noqa: E731
    assert late() == [(night.at(0), "over", False), (night.at(4), None, False)]
    since_now = (clock.now() - night.at(0)).total_seconds() / 3600
    shift = lived.start(phone, since_now - 0.1, region_id=str(city.ids["north"]))
    assert lived.told(phone.push(shift, lived.end(phone, shift, since_now - 2.5))) == ["done", "done"]
    night.watch(7.9)
    assert late() == [(night.at(0), "over", True), (night.at(4), None, False)]
    shift = lived.start(phone, since_now - 4.1, region_id=str(city.ids["north"]))
    assert lived.told(phone.push(shift)) == ["done"]
    night.watch(7.99)
    assert late() == [(night.at(0), "over", True), (night.at(4), "late_sync", True)]


def test_a_request_rings_at_each_step_that_waits_too_long_and_closes_with_it(city, night):
    request_id = ask(city, now=night.at(0), lon=NORTH_POINT[0], lat=NORTH_POINT[1])
    urgent = ask(city, now=night.at(0.1), is_urgent=True, purpose="self")
    assert night.watch(0.34)["opened"] == 2
    send(city, request_id, now=night.at(0.4))
    assert night.watch(0.5) == {"opened": 0, "closed": 1, "annulled": 0}
    assert night.watch(1.1)["opened"] == 1
    seen = {(str(row["request_id"]), row["stage"], row["closed_how"], row["is_urgent"]) for row in night.alerts()}
    assert seen == {
        (request_id, "triage", "resolved", False), (request_id, "arrival", None, False), (urgent, "triage", None, True),
    }  # fmt: skip
    assert {row["kind"] for row in night.notices()} == {"alert", "alert_urgent"}


def test_who_is_on_duty_is_told_and_the_list_only_where_nobody_is(city, night):
    second_team(city)
    another(city, "supervisao2", "supervisor", "municipality", None)
    other = city.ids["supervisao2"]
    does(city, "supervisao", "set_rules", {}, [other], now=night.at(0))
    night.plans("team"), night.plans("team2", "south", starts=1)
    night.watch(0.5)
    does(city, "coordenacao", "take_duty", night.at(6).astimezone(ZONE).time(), now=night.at(0.6))
    night.watch(1.5)
    by = {row["team_id"]: row for row in night.alerts()}
    assert by[city.ids["team"]]["told_as"] == "fallback"
    # The coordination on duty leads the first team alone: the second's goes to the list.
    assert by[city.ids["team2"]]["told_as"] == "fallback"
    assert {row["worker_id"] for row in night.notices()} == {other}
    with city.transaction() as session:
        said = [
            push_words(session, city.ibge, [by[city.ids["team"]]["id"]], city.ids[who], night.at(1.6)) for who in ("coordenacao", "supervisao")
        ]
    # How many wait is said of what she reads alone.
    assert ("em aberto" in said[0], "Mais 1 em aberto" in said[1]) == (False, True)
    night.plans("team", "south", starts=2)
    does(city, "supervisao", "take_duty", night.at(6).astimezone(ZONE).time(), now=night.at(1.6))
    night.watch(2.5)
    last = night.alerts()[-1]
    told = {row["worker_id"] for row in night.notices() if row["subject_id"] == last["id"]}
    assert last["told_as"] == "duty" and told == {city.ids["supervisao"], city.ids["coordenacao"]}


def test_more_than_the_hour_s_number_comes_as_one_push_that_says_no_person(city, night, pushing):
    night.sets(alert_pushes_per_hour=1)
    client = city.client("supervisao")
    browser = Browser(pushing, "supervisao")
    assert client.post("/api/v1/notices/subscriptions", json=browser.subscription()).status_code == 201
    now = clock.now()
    start = (now - night.begins).total_seconds() / 3600

    def delivered(hours):
        with city.app.app_context():
            return deliver(city.ibge, night.at(hours))

    night.plans(starts=start - 1, ends=start + 3)
    night.watch(start)
    assert delivered(start) == {"push": 1}
    [first] = browser.reads()
    assert first["title"] == "Alerta do plantão" and first["url"] == "/painel/plantao"
    assert first["body"].startswith("Equipe") and "North: turno previsto para" in first["body"] and "pode estar sem sinal" in first["body"]
    assert not any(name in first["body"] for name in ("Rua2", "Supervisao", "ausente", "ninguém"))
    second_team(city)
    for n in range(2):
        night.plans("team2", "south", starts=start - 0.9 + n / 60, ends=start + 3)
        night.watch(start + 0.1 + n / 10)
    assert delivered(start + 0.3) == {}
    assert delivered(start + 1.01) == {"push": 2}
    assert browser.reads()[-1]["body"] == "2 alertas"


def test_in_the_city_s_quiet_hours_what_closes_before_their_end_never_rings(city, night):
    local = night.at(1).astimezone(ZONE).hour
    night.sets(alert_quiet_from=local, alert_quiet_to=(local + 3) % 24)
    night.plans()
    night.watch(1)
    [waits] = night.notices()
    assert waits["due_at"] > night.at(2) and waits["sent_at"] is None
    # Who takes over before it rings is told, too.
    does(city, "coordenacao", "take_duty", night.at(6).astimezone(ZONE).time(), now=night.at(1.1))
    assert {(row["worker_id"], row["due_at"]) for row in night.notices()} == {
        (city.ids[who], waits["due_at"]) for who in ("supervisao", "coordenacao")
    }
    night.works("team", "north", 1.2)
    night.watch(1.5)
    assert {(row["channel"], row["sent_at"]) for row in night.notices()} == {(None, night.at(1.5))}


def test_somebody_answers_once_with_a_word_within_her_reach(city, night):
    second_team(city)
    night.plans("team2", "south")
    night.watch(1)
    [alert] = night.alerts()
    with pytest.raises(AlertNotFound):
        does(city, "coordenacao", "answer", alert["id"], "called", "")
    with pytest.raises(WordsMissing):
        does(city, "supervisao", "answer", alert["id"], "other", "")
    does(city, "supervisao", "answer", alert["id"], "called", "")
    with pytest.raises(AnsweredAlready):
        does(city, "supervisao", "answer", alert["id"], "known", "")
    night.works("team2", "south", 1.5, worker="rua2")
    night.watch(2)
    with pytest.raises(ClosedAlready):
        does(city, "supervisao", "answer", alert["id"], "called", "")


def test_an_urgent_patience_by_region_counts_before_the_city_s(city, night):
    period = {n: ("dawn", "morning", "afternoon", "night")[night.at(n).astimezone(ZONE).hour // 6] for n in (2.5, 2.6)}
    does(city, "supervisao", "set_rules", {(city.ids["north"], each): 30 for each in set(period.values())}, [], now=night.at(0))
    night.plans()
    night.goes(night.works("team", "north", 0), "south", 2)
    assert [night.watch(2.4)["opened"], night.watch(2.51)["opened"]] == [0, 1]
    assert timedelta(minutes=30) <= night.alerts()[0]["opened_at"] - night.alerts()[0]["since"]


def test_a_break_that_nobody_ended_silences_no_night(city, night):
    """She ends her shift in a break, or goes on elsewhere and forgets to tell: the planned region rings all the same."""
    night.plans()
    shift = night.works("team", "north", 0, 2)
    night.says(shift, "paused", 1)
    assert [night.watch(hours)["opened"] for hours in (1.9, 2, 2.1)] == [0, 1, 0]
    [alert] = night.alerts()
    assert (alert["kind"], alert["since"]) == ("missing", night.at(1))


def test_a_spreadsheet_of_requests_silences_no_urgent_one(city, night, monkeypatch):
    monkeypatch.setattr("app.alerts.service.watching.MOST_REQUESTS", 2)
    for minute in range(3):
        ask(city, now=night.at(minute / 60))
    assert night.watch(0.5)["opened"] == 2
    ask(city, now=night.at(0.5), is_urgent=True, purpose="self")
    assert night.watch(0.7)["opened"] == 1
    assert night.alerts()[-1]["is_urgent"]


def test_a_request_that_comes_back_to_a_step_rings_again_after_its_time(city, night):
    request_id = ask(city, now=night.at(0))
    send(city, request_id, now=night.at(0.1))
    assert night.watch(1.1)["opened"] == 1
    with city.transaction() as session:
        requests.take_back(session, city.actor_in(session, "supervisao"), request_id, night.at(1.2))
    assert night.watch(1.3) == {"opened": 1, "closed": 1, "annulled": 0}  # it waits for a team
    send(city, request_id, now=night.at(1.4))
    assert night.watch(1.5)["opened"] == 0  # the team was told six minutes ago
    assert night.watch(2.4)["opened"] == 1
    assert [row["stage"] for row in night.alerts()] == ["arrival", "dispatch", "arrival"]


def test_a_region_of_an_edition_that_was_replaced_rings_nothing_and_a_night_without_a_server_ends_as_it_was(city, night):
    night.plans()
    night.works("team", "south", 0)
    assert night.watch(1)["opened"] == 1
    with city.transaction() as session:
        session.get_one(Region, (city.ibge, city.ids["south"])).is_active = False
    night.plans("team", "south", starts=2)
    night.watch(7)
    assert [row["region_id"] for row in night.alerts()] == [city.ids["north"]]
    night.watch(48)
    [alert] = night.alerts()
    assert (alert["closed_how"], alert["settled_at"]) == ("over", night.at(8))


def test_her_own_quiet_hours_are_for_the_nights_when_she_is_not_on_duty(city, night, pushing):
    browser, now = Browser(pushing, "supervisao"), clock.now()
    client = city.client("supervisao")
    assert client.post("/api/v1/notices/subscriptions", json=browser.subscription()).status_code == 201
    start, local = (now - night.begins).total_seconds() / 3600, now.astimezone(ZONE)
    with city.transaction() as session:
        quiet = (time((local.hour - 1) % 24), time((local.hour + 4) % 24))
        notices.set_preferences(session, city.actor_in(session, "supervisao"), "", *quiet, now)
    night.plans(starts=start - 1, ends=start + 3)
    night.watch(start)
    with city.app.app_context():
        assert deliver(city.ibge, now) == {}
        second_team(city)
        does(city, "supervisao", "take_duty", time((local.hour + 3) % 24), now=now)
        night.plans("team2", "south", starts=start - 1, ends=start + 3)
        night.watch(start + 0.1)
        assert deliver(city.ibge, night.at(start + 0.2)) == {"push": 1}


def test_where_nobody_oversees_the_whole_city_whoever_leads_the_team_is_told(city, night):
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET valid_to = greatest(valid_from, :at) WHERE municipality_id = :m AND scope_kind = 'municipality'"),
            {"at": night.at(0), "m": city.ibge},
        )
    night.plans()
    night.watch(1)
    assert [row["worker_id"] for row in night.notices()] == [city.ids["coordenacao"]]
