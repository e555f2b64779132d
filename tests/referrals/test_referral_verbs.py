"""Sending, answering and taking back referrals, as the services do it on committed data."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.access.problems import Forbidden
from app.core import clock
from app.core.ids import new_id
from app.core.problems import Problem
from app.referrals import queries, service
from app.referrals.models import Referral
from app.referrals.problems import (
    AlreadyAccepted,
    AlreadyArrived,
    AlreadySent,
    OriginNotFound,
    OriginWithdrawn,
    ReferralNotFound,
    SameUnit,
    UnitNotReceiving,
)
from app.referrals.schemas import SendFirstIn, SendIn
from tests.referrals import made


def send(city, persona="rua", **fields):
    actor, now = city.actor(persona), clock.now()
    with city.transaction() as session:
        return service.send_referral(session, actor, made.body(city, **fields), now, now)


def do(city, persona, verb, *arguments, **named):
    actor = city.actor(persona)
    with city.transaction() as session:
        return verb(session, actor, arguments[0], clock.now(), *arguments[1:], **named)


def row(city, referral_id):
    return city.rows("SELECT * FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)[0]


def events(city, referral_id):
    found = city.rows(
        "SELECT status, reason FROM referral_events WHERE municipality_id = :m AND referral_id = :i ORDER BY at, id",
        i=referral_id,
    )
    return [(event["status"], event["reason"]) for event in found]


def changes(city, referral_id):
    return city.rows(
        "SELECT 1 FROM changes WHERE municipality_id = :m AND type = 'referral' AND entity_id = :i", i=referral_id
    )


def actions(city, referral_id):
    found = city.rows(
        "SELECT action FROM audit_lines WHERE municipality_id = :m AND subject_id = :i ORDER BY id", i=referral_id
    )
    return [line["action"] for line in found]


def test_a_referral_of_an_encounter_is_kept_with_its_team_history_trail_and_change(city):
    sent = send(city, origin=made.encounter(city), called="  Dona Rosa ", note="Usa bengala.")
    kept = row(city, sent.id)
    assert (kept["status"], kept["called"], kept["team_id"]) == ("sent", "Dona Rosa", city.ids["team"])
    assert events(city, sent.id) == [("sent", None)]
    assert actions(city, sent.id) == ["referrals.send"]
    assert len(changes(city, sent.id)) == 1


def test_a_referral_of_a_home_visit_is_kept_too(city):
    sent = send(city, "pim", visit_id=made.visit(city), unit="creas_unit")
    assert row(city, sent.id)["visit_id"] is not None
    assert row(city, sent.id)["encounter_id"] is None


def test_the_code_of_the_phone_is_never_changed_and_two_open_ones_that_bear_it_are_both_shown(city):
    first = send(city, origin=made.encounter(city), code="ABC234", called="A")
    second = send(city, origin=made.encounter(city), code="ABC234", called="B")
    elsewhere = send(city, origin=made.encounter(city), code="ABC234", unit="centro_pop")
    assert {row(city, each.id)["code"] for each in (first, second, elsewhere)} == {"ABC234"}
    shown = {item["id"]: item["same_code"] for item in inbox(city, "abrigo")["new"]}
    assert shown == {first.id: [{"id": second.id, "called": "B"}], second.id: [{"id": first.id, "called": "A"}]}
    do(city, "abrigo", service.decline_referral, first.id, "closed")
    assert inbox(city, "abrigo")["new"][0]["same_code"] == []
    assert inbox(city, "centropop")["new"][0]["same_code"] == []


def test_the_same_referral_twice_is_refused_by_name(city):
    data = made.body(city, made.encounter(city))
    actor, now = city.actor("rua"), clock.now()
    with city.transaction() as session:
        service.send_referral(session, actor, data, now, now)
    with pytest.raises(AlreadySent), city.transaction() as session:
        service.send_referral(session, actor, data | {"code": "ZZZ999"}, now, now)


def test_a_referral_needs_one_origin_that_exists(city):
    with pytest.raises(OriginNotFound):
        send(city, origin=new_id())
    with pytest.raises(Problem) as refused:
        send(city)
    assert refused.value.code == "core.invalid"
    with pytest.raises(Problem) as refused:
        send(city, origin=made.encounter(city), visit_id=new_id())
    assert refused.value.code == "core.invalid"


def test_an_encounter_of_another_city_is_no_origin(city, other_city):
    with pytest.raises(OriginNotFound):
        send(city, origin=made.encounter(other_city))


def test_no_referral_leaves_from_a_withdrawn_record(city):
    with pytest.raises(OriginWithdrawn):
        send(city, origin=made.encounter(city, status="withdrawn"))


def test_a_referral_of_a_corrected_record_leaves_from_its_correction(city):
    first = made.encounter(city, status="corrected")
    second = made.encounter(city, replaces_id=first)
    sent = send(city, origin=first)
    assert row(city, sent.id)["encounter_id"] == second


@pytest.mark.parametrize(
    "change",
    ["takes_referrals = false", "is_active = false", "kind = 'child_shelter'", "kind = 'guardianship_council'"],
)
def test_a_unit_that_does_not_receive_is_refused_by_name(city, change):
    with city.transaction() as session:
        session.execute(
            text(f"UPDATE units SET {change} WHERE municipality_id = :m AND id = :i"),
            {"m": city.ibge, "i": city.ids["shelter"]},
        )
    with pytest.raises(UnitNotReceiving):
        send(city, origin=made.encounter(city))


def test_a_unit_of_another_city_is_refused(city, other_city):
    with pytest.raises(UnitNotReceiving):
        send(city, origin=made.encounter(city), unit_id=other_city.ids["shelter"])


def test_a_colleague_of_the_team_may_refer_and_another_team_may_not(city):
    theirs = made.encounter(city, "rua")
    assert send(city, "rua2", origin=theirs).worker_id == city.ids["rua2"]
    with pytest.raises(Forbidden):
        send(city, "pim", origin=theirs)
    with pytest.raises(Forbidden):
        send(city, "abrigo", origin=theirs)


def test_rights_are_those_of_when_it_happened(city):
    origin = made.encounter(city)
    before_any_grant = clock.now() - timedelta(days=500)
    actor = city.actor("rua")
    with pytest.raises(Forbidden), city.transaction() as session:
        service.send_referral(session, actor, made.body(city, origin), clock.now(), before_any_grant)


def test_only_who_accepted_is_referred():
    raw = {
        "referral_id": str(new_id()), "code": "ABC234", "unit_id": str(new_id()), "encounter_id": str(new_id()),
        "people_count": 1, "with_children": False, "with_animals": False,
    }  # fmt: skip
    assert SendFirstIn().validate(raw | {"person_accepted": True}) == {}
    second = raw | {
        "purpose": "place", "reasons": ["overnight"], "is_urgent": False, "profile": ["men"], "with_cart": False,
        "vehicle_asked": False, "people": [],
    }  # fmt: skip
    assert SendIn().validate(second | {"person_accepted": True}) == {}
    for schema, whole in ((SendFirstIn, raw), (SendIn, second)):
        assert "person_accepted" in schema().validate(whole | {"person_accepted": False})
        assert "person_accepted" in schema().validate(whole)
        assert "code" in schema().validate(whole | {"person_accepted": True, "code": "ABC10L"})
        assert "people_count" in schema().validate(whole | {"person_accepted": True, "people_count": 301})
    for wrong in ({"purpose": "arrest"}, {"profile": ["m"]}, {"profile": ["men", "men"]}, {"travel": "by_force"}, {"reasons": ["x"]}):
        assert list(SendIn().validate(second | {"person_accepted": True} | wrong)) == list(wrong)


def test_accepted_then_arrived_each_with_its_time(city):
    sent = made.sent(city)
    do(city, "abrigo", service.accept_referral, sent, seen="sent")
    assert row(city, sent)["decided_by"] == city.ids["abrigo"]
    do(city, "abrigo", service.mark_arrived, sent)
    kept = row(city, sent)
    assert kept["status"] == "arrived" and kept["decided_at"] < kept["arrived_at"]
    assert events(city, sent) == [("sent", None), ("accepted", None), ("arrived", None)]
    assert actions(city, sent) == ["referrals.send", "referrals.decide", "referrals.mark_arrival"]
    assert len(changes(city, sent)) == 3


def test_arrival_needs_no_answer_before_it_and_a_mistake_is_put_right(city):
    sent = made.sent(city)
    do(city, "abrigo", service.mark_arrived, sent)
    assert row(city, sent)["decided_at"] is None
    do(city, "abrigo", service.mark_not_arrived, sent)
    assert row(city, sent)["arrived_at"] is None
    do(city, "abrigo", service.mark_arrived, sent)
    assert [status for status, _ in events(city, sent)] == ["sent", "arrived", "not_arrived", "arrived"]


def test_a_refusal_of_the_unit_keeps_its_reason_and_proposes_another(city):
    sent = made.sent(city)
    do(city, "abrigo", service.decline_referral, sent, "no_place", proposed_unit_id=city.ids["centro_pop"])
    kept = row(city, sent)
    assert (kept["status"], kept["decline_reason"]) == ("declined", "no_place")
    with city.transaction() as session:
        body = queries.for_phone(session, city.actor("rua"), None, clock.now())[0]
    assert body["proposed_unit_id"] == city.ids["centro_pop"] and body["decline_reason"] == "no_place"
    do(city, "abrigo", service.accept_referral, sent)
    assert row(city, sent)["decline_reason"] is None
    assert ("declined", "no_place") in events(city, sent)


def test_a_proposed_unit_is_another_one_that_receives(city):
    sent = made.sent(city)
    with pytest.raises(SameUnit):
        do(city, "abrigo", service.decline_referral, sent, "no_place", proposed_unit_id=city.ids["shelter"])
    with pytest.raises(UnitNotReceiving):
        do(city, "abrigo", service.decline_referral, sent, "no_place", proposed_unit_id=new_id())
    assert row(city, sent)["status"] == "sent"


def test_another_unit_s_desk_neither_answers_nor_marks(city):
    sent = made.sent(city)
    for verb in (service.accept_referral, service.mark_arrived, service.mark_not_arrived):
        with pytest.raises(Forbidden):
            do(city, "centropop", verb, sent)
    with pytest.raises(Forbidden):
        do(city, "centropop", service.decline_referral, sent, "no_place")
    with pytest.raises(Forbidden):
        do(city, "supervisao", service.accept_referral, sent)


def test_another_city_s_desk_does_not_find_it(city, other_city):
    sent = made.sent(city)
    with pytest.raises(ReferralNotFound):
        do(other_city, "abrigo", service.accept_referral, sent)


def revoke(city, persona, referral_id, reason=None):
    actor, now = city.actor(persona), clock.now()
    with city.transaction() as session:
        return service.revoke_referral(
            session, actor, {"referral_id": referral_id, "reason_text": reason}, now, now
        )


def test_the_team_takes_back_what_nobody_received_yet(city):
    sent = made.sent(city)
    revoke(city, "rua2", sent, "Desistiu")
    assert row(city, sent)["status"] == "revoked"
    assert events(city, sent)[-1] == ("revoked", "Desistiu")


def test_who_arrived_can_not_be_taken_back(city):
    sent = made.sent(city)
    do(city, "abrigo", service.mark_arrived, sent)
    with pytest.raises(AlreadyArrived):
        revoke(city, "rua", sent)


def test_another_team_does_not_take_it_back(city):
    sent = made.sent(city)
    with pytest.raises(Forbidden):
        revoke(city, "pim", sent)


def test_a_second_acceptance_is_told(city):
    sent = made.sent(city)
    do(city, "abrigo", service.accept_referral, sent)
    with pytest.raises(AlreadyAccepted):
        do(city, "abrigo", service.accept_referral, sent, seen="sent")
    assert len(events(city, sent)) == 2


def inbox(city, persona, **named):
    now = clock.now()
    with city.transaction() as session:
        return queries.inbox_of(session, city.actor(persona), now - timedelta(hours=1), now, **named)


def test_the_inbox_shows_a_unit_its_own_newest_first_and_what_closed(city):
    first, second, third, fourth = (made.sent(city, called=name) for name in "ABCD")
    elsewhere = made.sent(city, unit="centro_pop")
    do(city, "abrigo", service.accept_referral, third)
    do(city, "abrigo", service.mark_not_arrived, fourth)
    found = inbox(city, "abrigo")
    assert [item["id"] for item in found["new"]] == [second, first]
    assert [item["id"] for item in found["coming"]] == [third]
    assert [item["id"] for item in found["closed"]] == [fourth]
    assert found["counts"] == {"new": 2, "coming": 1, "here": 0, "waiting": 0, "closed": 1}
    assert [item["id"] for item in inbox(city, "centropop")["new"]] == [elsewhere]


def test_the_inbox_never_tells_where_the_encounter_was(city):
    made.sent(city)
    item = inbox(city, "abrigo")["new"][0]
    assert not {"geom", "cell", "region_id", "street", "neighbourhood", "encounter_id", "place_text"} & set(item)
    assert item["team_name"] == "Equipe Rua"


def test_what_closed_before_today_is_not_in_the_inbox(city):
    sent = made.sent(city)
    do(city, "abrigo", service.mark_arrived, sent)
    now = clock.now()
    with city.transaction() as session:
        found = queries.inbox_of(session, city.actor("abrigo"), now + timedelta(seconds=1), now)
    assert found["closed"] == []


def test_seen_is_noted_once(city):
    sent = made.sent(city)
    actor, first = city.actor("abrigo"), clock.now()
    for later in (0, 5):
        with city.transaction() as session:
            service.note_seen(session, actor, [sent], first + timedelta(minutes=later))
    assert row(city, sent)["seen_at"] == first


def test_a_phone_gets_its_own_and_its_team_s_of_seven_days(city):
    mine, colleague = made.sent(city, "rua"), made.sent(city, "rua2")
    old = made.sent(city)
    with city.transaction() as session:
        session.get(Referral, (city.ibge, old)).received_at = clock.now() - timedelta(days=8)
    with city.transaction() as session:
        found = {body["id"]: body for body in queries.for_phone(session, city.actor("rua"), None, clock.now())}
        assert set(found) == {mine, colleague}
        assert queries.for_phone(session, city.actor("pim"), None, clock.now()) == []
        assert queries.for_phone(session, city.actor("pim"), [mine], clock.now()) == []
    assert set(found[mine]) == {
        "id", "code", "unit_id", "unit_name", "status", "called", "people_count", "sent_at", "decided_at",
        "decline_reason", "proposed_unit_id", "arrived_at", "encounter_id", "visit_id", "purpose", "travel", "vehicle_asked",
        "vehicle_sent_at", "trip_id", "hold", "held_until", "arrive_by", "next_unit_id", "appointment_at", "appointment_note",
        "decline_text", "answer", "answer_text", "ended_at", "redirected_from_id", "redirected_to_id", "people",
        "trip_order", "profile", "with_children", "with_animals", "with_cart", "is_urgent", "reasons",
    }  # fmt: skip
