"""The clock of referrals: right also when it comes late, and never against a desk that nobody has heard."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.referrals import queries, service
from app.units import service as units
from tests.make.beds import house
from tests.referrals import made

TEAM = {"rua", "rua2", "coordenacao"}


def turn(city, at):
    with city.transaction() as session:
        return service.watch_city(session, city.ibge, at)


def row(city, referral_id):
    return city.rows("SELECT * FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)[0]


def told(city, referral_id):
    rows = city.rows(
        "SELECT w.login, n.kind, n.step FROM notices n JOIN workers w ON w.municipality_id = n.municipality_id AND w.id = n.worker_id"
        " WHERE n.municipality_id = :m AND n.subject_id = :i AND n.kind <> 'referral_new'",
        i=referral_id,
    )
    return {(row["login"].split("-")[0], row["kind"], row["step"]) for row in rows}


def events(city, referral_id):
    rows = city.rows(
        "SELECT status, worker_id, at FROM referral_events WHERE municipality_id = :m AND referral_id = :i ORDER BY at, id", i=referral_id
    )
    return [row["status"] for row in rows], rows[-1]


def heard(city, at):
    with city.transaction() as session:
        units.hear(session, city.ibge, [city.ids["shelter"]], at)


def change(city, sql, **values):
    with city.transaction() as session:
        session.execute(text(sql), values | {"m": city.ibge, "shelter": city.ids["shelter"]})


def accept(city, referral_id):
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.accept_referral(session, actor, referral_id, clock.now())


def test_not_arrived_frees_the_bed_and_both_sides_are_told_also_when_the_job_was_late(city):
    house(city, 1)
    id_ = made.sent(city)
    until = row(city, id_)["held_until"]
    heard(city, until + timedelta(minutes=1))
    assert turn(city, until + timedelta(hours=5))["released"] == 1
    assert row(city, id_)["status"] == "sent"
    statuses, last = events(city, id_)
    # At the instant at which it ran out, by nobody.
    assert statuses[-1] == "released" and (last["at"], last["worker_id"]) == (until, None)
    assert told(city, id_) >= {("abrigo", "place_released", 0), ("rua", "place_released", 0), ("rua2", "place_released", 0)}
    assert turn(city, until + timedelta(hours=6))["released"] == 0


def test_before_its_time_nothing_ends(city):
    house(city, 1)
    id_ = made.sent(city)
    heard(city, clock.now() + timedelta(minutes=2))
    assert turn(city, row(city, id_)["held_until"] - timedelta(seconds=1))["released"] == 0
    assert row(city, id_)["status"] == "held"


def test_a_silent_desk_s_place_is_not_given_away_and_the_team_is_told_to_ring(city):
    house(city, 1)
    id_ = made.sent(city)
    until = row(city, id_)["held_until"]
    for _again in range(2):
        assert turn(city, until + timedelta(hours=1))["released"] == 0
    assert row(city, id_)["status"] == "held"
    assert told(city, id_) >= {("abrigo", "confirm_places", 0), ("rua", "referral_waiting", 0)}
    assert not {each for each in told(city, id_) if each[1] == "place_released"}
    with city.transaction() as session:
        [item] = queries.inbox_of(session, city.actor_in(session, "abrigo"), until, until + timedelta(hours=1))["coming"]
    assert (item["hold_state"], item["is_overdue"]) == ("unconfirmed", True)
    # The desk is heard again and says nothing of her: it left the place standing knowingly.
    heard(city, until + timedelta(hours=2))
    assert turn(city, until + timedelta(hours=2))["released"] == 1


def test_who_was_accepted_is_expected_still_when_the_place_is_gone(city):
    house(city, 1)
    id_ = made.sent(city)
    accept(city, id_)
    until = row(city, id_)["held_until"]
    heard(city, until + timedelta(minutes=5))
    assert turn(city, until + timedelta(minutes=6))["released"] == 1
    assert turn(city, until + timedelta(minutes=7))["released"] == 0
    assert row(city, id_)["status"] == "accepted"
    with city.transaction() as session:
        [item] = queries.inbox_of(session, city.actor_in(session, "abrigo"), until, until + timedelta(minutes=8))["coming"]
    assert item["hold_state"] == "passed" and item["is_overdue"]


def test_an_arrival_told_late_with_its_true_time_wins_over_the_release(city):
    house(city, 1)
    id_ = made.sent(city)
    past = timedelta(hours=4)
    change(
        city,
        "UPDATE referrals SET sent_at = sent_at - interval '4 hours', received_at = received_at - interval '4 hours',"
        " held_until = held_until - interval '4 hours' WHERE id = :i",
        i=id_,
    )
    change(
        city, "UPDATE bed_claims SET during = tstzrange(lower(during) - interval '4 hours', upper(during) - interval '4 hours') WHERE referral_id = :i", i=id_
    )
    until = row(city, id_)["held_until"]
    heard(city, clock.now())
    turn(city, clock.now())
    second = made.sent(city)
    assert row(city, second)["status"] == "held"
    actor, came = city.actor("abrigo"), until - timedelta(minutes=30)
    assert came > clock.now() - past
    with city.transaction() as session:
        service.mark_arrived(session, actor, id_, clock.now(), at=came)
    assert (row(city, id_)["status"], row(city, id_)["arrived_at"]) == ("arrived", came)
    # Shown to both, never solved by sending somebody away.
    assert told(city, second) >= {("abrigo", "place_clash", 0), ("rua", "place_clash", 0)}
    assert row(city, second)["status"] == "held"


def test_a_unit_that_closes_while_somebody_is_on_the_way_sends_nobody_to_a_closed_door(city):
    house(city, 1)
    id_ = made.sent(city)
    change(city, "UPDATE units SET is_active = false WHERE id = :shelter")
    assert turn(city, clock.now())["shut"] == 1
    kept = row(city, id_)
    assert (kept["status"], kept["decline_reason"], kept["held_until"], kept["decided_by"]) == ("declined", "closed", None, None)
    assert {login for login, kind, _step in told(city, id_) if kind == "referral_answered"} == TEAM
    assert turn(city, clock.now())["shut"] == 0


def escalated(city, id_):
    return {(login, step) for login, kind, step in told(city, id_) if kind == "referral_waiting"}


def test_without_an_answer_the_next_in_line_is_told_each_time_the_limit_is_over(city):
    id_ = made.sent(city)
    start = row(city, id_)["received_at"]
    change(
        city,
        "INSERT INTO unit_contacts (municipality_id, id, unit_id, position, name, phone, email, worker_id) VALUES"
        " (:m, :a, :shelter, 1, 'A', '', '', NULL), (:m, :b, :shelter, 2, 'B', '', '', :second)",
        a=new_id(), b=new_id(), second=city.ids["centropop"],
    )  # fmt: skip
    assert turn(city, start + timedelta(minutes=14))["escalated"] == 0
    assert turn(city, start + timedelta(minutes=15))["escalated"] == 1
    assert escalated(city, id_) == {("centropop", 1)}
    # The job stood still for hours: everything that is due by now, once.
    assert turn(city, start + timedelta(hours=3))["escalated"] == 2
    assert escalated(city, id_) == {("centropop", 1), ("supervisao", 2), ("supervisao", 3)}
    assert turn(city, start + timedelta(hours=9))["escalated"] == 0


def test_an_answer_ends_the_climb(city):
    id_ = made.sent(city)
    start = row(city, id_)["received_at"]
    accept(city, id_)
    assert turn(city, start + timedelta(hours=9))["escalated"] == 0 and escalated(city, id_) == set()


@pytest.mark.parametrize("is_urgent,steps", [(False, 0), (True, 3)])
def test_the_hours_of_a_unit_are_respected_but_for_an_urgent_one(city, is_urgent, steps):
    change(city, "INSERT INTO unit_exceptions (municipality_id, id, unit_id, kind, from_on, to_on, reason) VALUES"
                 " (:m, :e, :shelter, 'open', current_date - 2, current_date + 2, '')", e=new_id())  # fmt: skip
    id_ = made.sent(city, is_urgent=is_urgent)
    start = row(city, id_)["received_at"]
    assert turn(city, start + timedelta(hours=2))["escalated"] == steps


def test_nobody_is_called_for_a_unit_without_a_desk_but_the_team_that_should_ring_it(city):
    change(city, "UPDATE units SET has_desk = false WHERE id = :shelter")
    id_ = made.sent(city)
    start = row(city, id_)["received_at"]
    assert turn(city, start + timedelta(hours=5))["escalated"] == 1
    assert escalated(city, id_) == {(login, 1) for login in TEAM}
    assert turn(city, start + timedelta(hours=6))["escalated"] == 0
    assert city.rows("SELECT FROM notices WHERE municipality_id = :m AND kind = 'referral_new'") == []


def test_a_team_is_reminded_of_an_appointment(city):
    id_ = made.sent(city, purpose="appointment", unit="creas_unit")
    actor = city.actor("creas")
    at = clock.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=3)  # 14:00 in the city
    with city.transaction() as session:
        service.appoint(session, actor, id_, clock.now(), at, "Sala 2")
    assert row(city, id_)["status"] == "accepted"
    assert turn(city, at - timedelta(hours=22))["reminded"] == 0
    for _again in range(2):
        turn(city, at - timedelta(hours=20))
        turn(city, at - timedelta(hours=5))
    reminders = [(login, kind) for login, kind, _step in told(city, id_) if kind.startswith("appointment")]
    assert sorted(reminders) == [(who, kind) for who in sorted(TEAM) for kind in ("appointment_near", "appointment_tomorrow")]


def test_a_window_that_ended_with_nobody_heard_of_is_asked_of_both_sides_once(city):
    id_ = made.sent(city, unit="creas_unit", purpose="service")
    ends = row(city, id_)["arrive_by"]
    unsaid = lambda: {(login, kind) for login, kind, _step in told(city, id_) if kind == "arrival_unsaid"}  # noqa: E731
    turn(city, ends - timedelta(minutes=1))
    assert unsaid() == set()
    for hours in (0, 5):
        turn(city, ends + timedelta(hours=hours))
    assert unsaid() == {(login, "arrival_unsaid") for login in {"creas", *TEAM}}
    assert row(city, id_)["status"] == "sent"
    rows = city.rows("SELECT FROM notices WHERE municipality_id = :m AND kind = 'arrival_unsaid'")
    assert len(rows) == len(unsaid())


def test_of_a_unit_without_a_desk_the_team_alone_hears_that_the_window_ended(city):
    change(city, "UPDATE units SET has_desk = false WHERE id = :shelter")
    id_ = made.sent(city, purpose="service")
    turn(city, row(city, id_)["arrive_by"] + timedelta(minutes=1))
    assert {login for login, kind, _step in told(city, id_) if kind == "arrival_unsaid"} == TEAM


def test_no_step_of_the_climb_ends_at_nobody(city):
    change(city, "UPDATE workers SET is_active = false WHERE id IN (:desk, :pop)", desk=city.ids["abrigo"], pop=city.ids["centropop"])
    id_ = made.sent(city)
    start = row(city, id_)["received_at"]
    # Nobody answers at the door: nor does the house have a coordination: the first step is the supervision's already.
    assert turn(city, start + timedelta(minutes=16))["escalated"] == 1
    assert {login for login, step in escalated(city, id_) if step == 1} == {"supervisao"}
    other = made.sent(city)
    change(city, "UPDATE workers SET is_active = false WHERE id IN (:one, :two)", one=city.ids["coordenacao"], two=city.ids["supervisao"])
    turn(city, row(city, other)["received_at"] + timedelta(minutes=16))
    assert {login for login, _step in escalated(city, other)} == {"rua", "rua2"}


def test_phones_hear_that_a_place_is_free_again(city):
    house(city, 1)
    id_ = made.sent(city)
    until = row(city, id_)["held_until"]
    heard(city, until + timedelta(minutes=1))
    last = city.rows("SELECT max(seq) AS seq FROM changes WHERE municipality_id = :m")[0]["seq"]
    turn(city, until + timedelta(minutes=2))
    told_of = city.rows("SELECT type FROM changes WHERE municipality_id = :m AND seq > :last", last=last)
    assert {each["type"] for each in told_of} == {"referral", "unit"}
