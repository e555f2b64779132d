"""What a phone is told in the push that asks for a place: granted until when, or taken and which unit comes next."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.referrals import queries, service
from app.units import service as units
from app.units.models import UnitSuspension
from tests.make.beds import house
from tests.make.phone import stamp
from tests.people.known import make_person

LATER = {
    "purpose": "place", "reasons": ["overnight"], "is_urgent": False, "profile": ["men"], "with_cart": False, "belongings": None,
    "travel": "on_foot", "vehicle_asked": False, "people": [], "redirects_id": None, "trip_id": None, "slip": False,
}  # fmt: skip


def send(phone, met, unit="shelter", **body):
    command = phone.referral(met, unit, **LATER | body) | {"version": 2}
    return command


def push(phone, unit="shelter", **body):
    met = phone.encounter()
    command = send(phone, met, unit, **body)
    outcomes = phone.push(met, command)
    assert [outcome["status"] for outcome in outcomes] == ["done", "done"], outcomes
    return command, outcomes[1].get("told")


def row(city, referral_id):
    return city.rows("SELECT * FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)[0]


def heard(city, *names):
    with city.transaction() as session:
        units.hear(session, city.ibge, [city.ids[name] for name in names], clock.now())


def desk(city, verb, referral_id, *arguments, **named):
    actor = city.actor("abrigo")
    with city.transaction() as session:
        return verb(session, actor, referral_id, clock.now(), *arguments, **named)


def held_places(city, referral_id):
    return city.rows(
        "SELECT bed_id FROM bed_claims WHERE municipality_id = :m AND referral_id = :r AND kind = 'hold' AND upper(during) > now()",
        r=referral_id,
    )


def test_a_free_place_is_kept_and_told_in_the_same_push_and_again_when_it_comes_again(city):
    house(city, 2)
    phone, before = city.phone("rua"), clock.now()
    command, told = push(phone)
    kept = row(city, command["body"]["referral_id"])
    assert (kept["status"], kept["hold_answer"]) == ("held", "granted")
    assert (told["hold"], told["next"]) == ("granted", None)
    assert datetime.fromisoformat(told["held_until"]) == kept["held_until"]
    assert kept["held_until"] >= before + timedelta(minutes=179) and kept["arrive_by"] == kept["held_until"]
    [again] = phone.push(command)
    assert (again["status"], again["told"]) == ("repeated", told)
    assert len(held_places(city, kept["id"])) == 1
    phone.pull()
    [body] = phone.of_type("referral")
    assert (body["status"], body["hold"]) == ("held", "granted")
    assert datetime.fromisoformat(body["held_until"]) == kept["held_until"]


def test_the_first_version_asks_for_a_place_too(city):
    house(city, 1)
    phone = city.phone("rua")
    met = phone.encounter()
    outcome = phone.push(met, phone.referral(met))[1]
    assert outcome["told"]["hold"] == "granted"


def test_the_last_place_is_told_taken_with_the_nearest_next_that_has_room(city):
    house(city, 1)
    house(city, 3, unit="centro_pop", kind="night_shelter")
    heard(city, "shelter", "centro_pop")
    phone = city.phone("rua")
    push(phone)
    command, told = push(phone)
    assert (told["hold"], told["held_until"]) == ("taken", None)
    assert told["next"]["unit_id"] == str(city.ids["centro_pop"]) and told["next"]["free_places"] == 3
    assert row(city, command["body"]["referral_id"])["status"] == "sent"
    assert held_places(city, command["body"]["referral_id"]) == []


def test_no_next_is_named_whose_figure_is_old_or_that_does_not_take_who_is_sent_or_is_full(city):
    house(city, 0)
    house(city, 2, unit="centro_pop", kind="night_shelter")
    phone = city.phone("rua")
    assert push(phone)[1]["next"] is None  # never heard
    with city.transaction() as session:
        units.hear(session, city.ibge, [city.ids["centro_pop"]], clock.now() - timedelta(hours=4))
    assert push(phone)[1]["next"] is None  # hours ago
    heard(city, "centro_pop")
    assert push(phone, profile=["women"])[1]["next"] is None  # receives men
    assert push(phone, people_count=3)[1]["next"] is None  # two places
    assert push(phone)[1]["next"]["name"].startswith("centro_pop")


def test_a_family_is_held_whole_or_not_at_all(city):
    house(city, 3)
    phone = city.phone("rua")
    command, told = push(phone, people_count=4)
    assert told["hold"] == "taken" and held_places(city, command["body"]["referral_id"]) == []
    command, told = push(phone, people_count=3)
    assert told["hold"] == "granted" and len(held_places(city, command["body"]["referral_id"])) == 3


def test_hours_late_the_promise_begins_with_the_receipt(city):
    house(city, 1)
    phone, long_ago = city.phone("rua"), clock.now() - timedelta(hours=9)
    met = phone.encounter(long_ago)
    command = send(phone, met) | {"occurred_at": stamp(long_ago)}
    told = phone.push(met, command)[1]["told"]
    assert told["hold"] == "granted" and datetime.fromisoformat(told["held_until"]) > clock.now()


def test_who_is_under_the_roof_by_then_gets_no_second_place(city):
    house(city, 3)
    phone, long_ago = city.phone("rua"), clock.now() - timedelta(hours=5)
    person = str(new_id())
    known = phone.command(
        "people.register",
        {"person_id": person, "called": "Ana", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None},
    )
    assert phone.push(known)[0]["status"] == "done"
    with city.transaction() as session:
        came = clock.now() - timedelta(hours=1)
        units.check_in(session, city.actor_in(session, "abrigo"), city.ids["shelter"], [units.Guest(person)], came, clock.now())
    met = phone.encounter(long_ago)
    met["body"]["people"][0] |= {"person_id": person, "certainty": "sure"}
    body = {"people": [{"participation_id": None, "person_id": person, "called": "Ana"}]}
    command = send(phone, met, **body) | {"occurred_at": stamp(long_ago)}
    assert [outcome["status"] for outcome in phone.push(met, command)] == ["done", "done"]
    kept = row(city, command["body"]["referral_id"])
    assert (kept["status"], kept["arrived_at"], kept["held_until"]) == ("arrived", came, None)
    assert held_places(city, kept["id"]) == []


def test_without_beds_a_window_of_days_stands_in_for_the_promise(city):
    command, told = push(city.phone("rua"), unit="creas_unit")
    assert told == {"hold": "no_beds", "held_until": None, "next": None}
    kept = row(city, command["body"]["referral_id"])
    assert timedelta(days=5) < kept["arrive_by"] - clock.now() < timedelta(days=9)
    command, told = push(city.phone("rua"), unit="creas_unit", purpose="appointment")
    assert told is None


def test_for_whom_of_a_group_must_have_been_there(city):
    phone = city.phone("rua")
    met, other = phone.encounter(people=2), phone.encounter()
    there, elsewhere = (each["body"]["people"][0]["participation_id"] for each in (met, other))
    named = lambda id_: [{"participation_id": id_, "person_id": None, "called": "Rosa"}]  # noqa: E731
    good, bad = send(phone, met, people=named(there)), send(phone, met, people=named(elsewhere))
    many = send(phone, met, people=named(there) + named(None))
    nobody = send(phone, met, people=[{"participation_id": None, "person_id": str(new_id()), "called": None}])
    outcomes = phone.push(met, other, good, bad, many, nobody)
    assert [outcome["status"] for outcome in outcomes[:3]] == ["done"] * 3
    codes = [outcome["problem"]["code"] for outcome in outcomes[3:]]
    assert codes[:2] == ["referrals.not_of_the_origin", "referrals.more_people_named"] and codes[2].startswith("referrals.")
    phone.pull()
    assert phone.of_type("referral")[0]["people"] == [{"participation_id": there, "person_id": None, "called": "Rosa"}]


def test_refused_twice_the_third_accepts_and_the_chain_stays(city):
    house(city, 1)
    phone = city.phone("rua")
    met = phone.encounter()
    first, second = send(phone, met), None
    phone.push(met, first)
    ids = [first["body"]["referral_id"]]
    desk(city, service.decline_referral, ids[0], "profile")
    assert held_places(city, ids[0]) == []
    for unit, persona in (("centro_pop", "centropop"), ("creas_unit", "creas")):
        second = send(phone, met, unit, redirects_id=ids[-1])
        assert phone.push(second)[0]["status"] == "done"
        ids.append(second["body"]["referral_id"])
        actor = city.actor(persona)
        with city.transaction() as session:
            if unit == "centro_pop":
                service.decline_referral(session, actor, ids[-1], clock.now(), "no_place")
            else:
                service.accept_referral(session, actor, ids[-1], clock.now())
    assert [row(city, id_)["status"] for id_ in ids] == ["redirected", "redirected", "accepted"]
    phone.pull()
    bodies = {body["id"]: body for body in phone.of_type("referral")}
    assert bodies[ids[0]]["redirected_to_id"] == ids[1] and bodies[ids[2]]["redirected_from_id"] == ids[1]
    with city.transaction() as session:
        shown = queries.referral_of(session, city.actor_in(session, "creas"), ids[2], clock.now())
    assert [one["decline_reason"] for one in shown["earlier"]] == ["no_place", "profile"]
    [again] = phone.push(send(phone, met, "centro_pop", redirects_id=ids[0]))
    assert again["problem"]["code"] == "referrals.already_redirected"
    [same] = phone.push(send(phone, met, "creas_unit", redirects_id=ids[2]))
    assert same["problem"]["code"] == "referrals.redirects_itself"


def test_who_arrived_at_the_first_unit_is_not_sent_on_by_a_phone_that_does_not_know(city):
    house(city, 1)
    phone = city.phone("rua")
    command, _told = push(phone)
    desk(city, service.mark_arrived, command["body"]["referral_id"])
    met = phone.encounter()
    outcome = phone.push(met, send(phone, met, "centro_pop", redirects_id=command["body"]["referral_id"]))[1]
    assert outcome["problem"]["code"] == "referrals.already_arrived"


@pytest.mark.parametrize("verb", ["decline", "miss", "revoke", "redirect"])
def test_what_was_promised_is_free_again(city, verb):
    house(city, 1)
    phone = city.phone("rua")
    command, _told = push(phone)
    id_ = command["body"]["referral_id"]
    if verb == "decline":
        desk(city, service.decline_referral, id_, "no_place")
    elif verb == "miss":
        desk(city, service.mark_not_arrived, id_)
    elif verb == "revoke":
        assert phone.push(phone.command("referrals.revoke", {"referral_id": id_, "reason_text": None}))[0]["status"] == "done"
    else:
        push(phone, "centro_pop", redirects_id=id_)
    assert held_places(city, id_) == [] and row(city, id_)["held_until"] is None
    assert push(phone)[1]["hold"] == "granted"


def test_accepting_keeps_the_place_from_now_on_and_a_place_that_had_gone_is_promised_anew(city):
    house(city, 2)
    phone = city.phone("rua")
    command, _told = push(phone)
    id_ = command["body"]["referral_id"]
    with city.transaction() as session:
        session.execute(
            text("UPDATE bed_claims SET during = tstzrange(lower(during), now() + interval '2 minutes') WHERE referral_id = :i"), {"i": id_}
        )
        session.execute(text("UPDATE referrals SET held_until = now() + interval '2 minutes' WHERE id = :i"), {"i": id_})
    desk(city, service.accept_referral, id_)
    kept = row(city, id_)
    assert kept["status"] == "accepted" and kept["held_until"] > clock.now() + timedelta(minutes=178)
    full, _told = push(phone, people_count=2)
    assert _told["hold"] == "taken"
    desk(city, service.decline_referral, id_, "other", "cano furado")
    desk(city, service.accept_referral, full["body"]["referral_id"])
    assert len(held_places(city, full["body"]["referral_id"])) == 2


def test_arriving_turns_the_promise_into_a_stay_with_its_true_time_and_a_mistake_takes_it_back(city):
    house(city, 1)
    phone = city.phone("rua")
    command, _told = push(phone)
    id_, came = command["body"]["referral_id"], clock.now() - timedelta(minutes=20)
    with city.transaction() as session:
        session.execute(text("UPDATE referrals SET sent_at = :at WHERE id = :i"), {"i": id_, "at": came - timedelta(minutes=5)})
    desk(city, service.mark_arrived, id_, at=came)
    [stay] = city.rows("SELECT * FROM stays WHERE municipality_id = :m AND referral_id = :r", r=id_)
    assert (stay["arrived_at"], stay["called"], row(city, id_)["arrived_at"]) == (came, "Seu Zé", came)
    assert held_places(city, id_) == []
    desk(city, service.serve_referral, id_, seen="arrived")
    desk(city, service.end_referral, id_, "sheltered")
    phone.pull()
    [body] = phone.of_type("referral")
    assert (body["status"], body["answer"]) == ("ended", "sheltered")
    desk(city, service.serve_referral, id_)
    desk(city, service.mark_arrived, id_)
    assert row(city, id_)["arrived_at"] == came and row(city, id_)["answer"] is None
    desk(city, service.mark_not_arrived, id_)
    [stay] = city.rows("SELECT left_at FROM stays WHERE municipality_id = :m AND referral_id = :r", r=id_)
    assert stay["left_at"] is not None and push(phone)[1]["hold"] == "granted"


def test_what_a_house_does_not_receive_is_told_as_that_and_not_as_taken(city):
    house(city, 2, receives=["women"])
    _command, told = push(city.phone("rua"), profile=["men"])
    assert (told["hold"], told["why"]) == ("taken", "profile")
    _command, told = push(city.phone("rua"), profile=["women"])
    assert told["hold"] == "granted" and "why" not in told


def test_where_she_is_suspended_no_place_waits_and_why_stays_there(city):
    house(city, 2)
    phone = city.phone("rua")
    person = make_person(city, "Maria")
    now = clock.now()
    with city.transaction() as session:
        session.add(
            UnitSuspension(
                municipality_id=city.ibge, id=new_id(), unit_id=city.ids["shelter"], person_id=person, decided_by=city.ids["abrigo"],
                decided_at=now, from_on=now.date() - timedelta(days=2), until_on=now.date() + timedelta(days=5), reason="threat",
            )  # fmt: skip
        )
    met = phone.encounter()
    met["body"]["people"][0] |= {"person_id": str(person), "certainty": "sure"}
    there = met["body"]["people"][0]["participation_id"]
    command = send(phone, met, people=[{"participation_id": there, "person_id": str(person), "called": None}])
    told = phone.push(met, command)[1]["told"]
    assert (told["hold"], told["why"]) == ("taken", "suspended") and "threat" not in str(told)
    assert held_places(city, command["body"]["referral_id"]) == []
    # Its desk may say yes all the same.
    desk(city, service.accept_referral, command["body"]["referral_id"])
    assert len(held_places(city, command["body"]["referral_id"])) == 1


def test_another_team_s_trip_takes_nobody_aboard_unasked(city):
    phone, other = city.phone("rua"), city.phone("pim")
    met = phone.encounter()
    first = send(phone, met, "creas_unit")
    trip = str(new_id())
    plan = {"trip_id": trip, "travel": "with_team", "vehicle_asked": False, "note": None, "referral_ids": [first["body"]["referral_id"]]}
    assert [each["status"] for each in phone.push(met, first, phone.command("referrals.plan_trip", plan))] == ["done"] * 3
    visit = other.visit()
    theirs = other.referral(visit, "creas_unit", **LATER | {"trip_id": trip}) | {"version": 2}
    assert [each["status"] for each in other.push(visit, theirs)] == ["done"] * 2
    assert row(city, theirs["body"]["referral_id"])["trip_id"] is None
