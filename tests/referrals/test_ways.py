"""How people go: setting out, several in one trip, a vehicle asked and sent; and what is told of units without a desk."""

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.core.problems import Problem
from app.referrals import service
from tests.make.journeys import refused
from tests.referrals.test_places_at_the_push import push, row, send


def plan(phone, ids, **body):
    full = {"trip_id": str(new_id()), "travel": "other_vehicle", "vehicle_asked": True, "note": None, "referral_ids": ids} | body
    return phone.command("referrals.plan_trip", full)


def done(phone, command):
    assert refused(phone, command) is None
    return command["body"]


def test_setting_out_says_nothing_about_an_answer(city):
    phone = city.phone("rua")
    id_ = push(phone)[0]["body"]["referral_id"]
    done(phone, phone.command("referrals.set_out", {"referral_id": id_, "travel": "with_team"}))
    kept = row(city, id_)
    assert (kept["status"], kept["travel"]) == ("on_the_way", "with_team") and kept["awaited_since"] is not None
    actor = city.actor("abrigo")
    for expected in (None, "referrals.already_accepted"):
        try:
            with city.transaction() as session:
                service.accept_referral(session, actor, id_, clock.now())
        except Problem as problem:
            assert problem.code == expected
    assert row(city, id_)["status"] == "on_the_way" and row(city, id_)["awaited_since"] is None


def test_several_people_and_stops_go_in_one_trip_and_the_vehicle_is_seen_on_the_phone(city):
    phone = city.phone("rua")
    ids = [push(phone, unit)[0]["body"]["referral_id"] for unit in ("shelter", "centro_pop", "shelter")]
    trip = done(phone, plan(phone, ids))["trip_id"]
    assert [row(city, id_)["trip_order"] for id_ in ids] == [1, 2, 3]
    asked = city.rows("SELECT FROM notices WHERE municipality_id = :m AND kind = 'vehicle_asked' AND worker_id = :w", w=city.ids["coordenacao"])
    assert len(asked) == 1
    # Planned anew, one is left out; another was declined meanwhile and the rest goes all the same.
    actor = city.actor("abrigo")
    with city.transaction() as session:
        service.decline_referral(session, actor, ids[2], clock.now(), "closed")
    done(phone, plan(phone, ids[1:], trip_id=trip))
    assert [row(city, id_)["trip_id"] and row(city, id_)["trip_order"] for id_ in ids[:2]] == [None, 1]
    coordination = city.actor("coordenacao")
    for _twice in range(2):
        with city.transaction() as session:
            service.send_vehicle(session, coordination, ids[1], clock.now())
    phone.pull()
    told = {body["id"]: body for body in phone.of_type("referral")}
    assert told[ids[1]]["vehicle_sent_at"] is not None and told[ids[0]]["vehicle_sent_at"] is None
    assert [told[id_]["trip_order"] for id_ in ids[:2]] == [None, 1]
    with pytest.raises(Problem), city.transaction() as session:
        service.send_vehicle(session, actor, ids[1], clock.now())


def test_another_team_plans_no_trip_of_ours(city):
    phone = city.phone("rua")
    id_ = push(phone)[0]["body"]["referral_id"]
    assert refused(city.phone("pim"), plan(phone, [id_])) == "access.forbidden"
    assert refused(phone, plan(phone, [str(new_id())])) == "referrals.not_found"


def by_phone(city):
    with city.transaction() as session:
        session.execute(text("UPDATE units SET has_desk = false WHERE id = :i"), {"i": city.ids["creas_unit"]})


def tell(phone, id_, status, **body):
    full = {"referral_id": id_, "status": status, "reason": None, "text": None, "who": None} | body
    return phone.command("referrals.tell_answer", full)


def test_a_hospital_without_login_answers_by_phone(city):
    by_phone(city)
    phone = city.phone("rua")
    id_ = push(phone, "creas_unit", purpose="health")[0]["body"]["referral_id"]
    done(phone, tell(phone, id_, "accepted", who="Recepção"))
    done(phone, tell(phone, id_, "arrived"))
    done(phone, tell(phone, id_, "ended", reason="attended"))
    kept = row(city, id_)
    assert (kept["status"], kept["answer"]) == ("ended", "attended") and kept["arrived_at"] is not None
    history = city.rows("SELECT status, reason, by_sender FROM referral_events WHERE referral_id = :i AND by_sender ORDER BY at, id", i=id_)
    assert [(each["status"], each["reason"]) for each in history] == [("accepted", "Recepção"), ("arrived", None), ("ended", "attended")]
    assert refused(phone, tell(phone, id_, "declined", reason="no_place")) == "referrals.already_ended"


@pytest.mark.parametrize(
    "body,code",
    [
        ({"status": "declined"}, "referrals.reason_unexplained"),
        ({"status": "declined", "reason": "attended"}, "referrals.reason_unexplained"),
        ({"status": "declined", "reason": "other", "text": " "}, "referrals.reason_unexplained"),
        ({"status": "ended"}, "referrals.answer_unexplained"),
        ({"status": "ended", "reason": "no_place"}, "referrals.answer_unexplained"),
        ({"status": "revoked"}, "core.invalid"),
    ],
)
def test_what_is_told_for_it_is_whole(city, body, code):
    by_phone(city)
    phone = city.phone("rua")
    id_ = push(phone, "creas_unit")[0]["body"]["referral_id"]
    assert refused(phone, tell(phone, id_, **body)) == code
    assert row(city, id_)["status"] == "sent"


def test_nobody_answers_for_a_unit_that_answers_itself(city):
    phone = city.phone("rua")
    id_ = push(phone)[0]["body"]["referral_id"]
    assert refused(phone, tell(phone, id_, "accepted")) == "referrals.unit_answers_itself"
    by_phone(city)
    other = push(phone, "creas_unit")[0]["body"]["referral_id"]
    assert refused(city.phone("pim"), tell(phone, other, "accepted")) == "access.forbidden"


def test_from_a_home_visit_alike(city):
    phone = city.phone("pim")
    visit = phone.visit()
    command = send(phone, visit, "creas_unit", purpose="benefit", profile=["families"])
    assert [outcome["status"] for outcome in phone.push(visit, command)] == ["done", "done"]
    phone.pull()
    [body] = phone.of_type("referral")
    assert (body["visit_id"], body["purpose"]) == (visit["body"]["visit_id"], "benefit")
