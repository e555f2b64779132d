"""A referral that leaves from a technician's desk: received like any other, of no meeting, on no phone, and silent about why."""

import pytest

from app.core import clock
from app.core.db import bind
from app.referrals import queries, service
from app.referrals.problems import AlreadyRevoked, ReferralNotFound, UnitNotReceiving, UnknownReferred
from tests.make.beds import house
from tests.make.colleague import another
from tests.people.shielded import make_shielded


def wanted(city, unit="shelter", **fields):
    return {
        "unit_id": city.ids[unit], "person_id": None, "called": "Dona Rosa", "people_count": 2, "with_children": False,
        "purpose": "place", "reasons": ["protection"], "is_urgent": True, "profile": [], "note": None,
    } | fields  # fmt: skip


def sent(city, **fields):
    with city.transaction() as session:
        actor = city.actor_in(session, "creas")
        bind(session, city.ibge, actor.worker_id)
        return service.send_from_desk(session, actor, wanted(city, **fields), clock.now()).id


def test_the_door_expects_her_and_is_told_neither_team_nor_reason(city):
    house(city, 4)
    referral_id = sent(city)
    inbox = city.client("abrigo").get("/api/v1/referrals/inbox").json
    [item] = inbox["new"] + inbox["coming"]
    assert (item["id"], item["called"], item["team_name"], item["note"]) == (str(referral_id), "Dona Rosa", "Equipe técnica", None)
    assert item["hold_answer"] == "granted"
    page = city.client("abrigo").get(f"/mesa/encaminhamentos/{referral_id}").get_data(as_text=True)
    assert "<li>Equipe técnica</li>" in page


def test_a_full_house_names_the_next_without_a_place_to_start_from(city):
    house(city, 1)
    house(city, 2, unit="centro_pop")
    assert sent(city, people_count=1)
    second = sent(city, people_count=1)
    [row] = city.rows("SELECT hold_answer FROM referrals WHERE municipality_id = :m AND id = :id", id=second)
    assert row["hold_answer"] == "taken"


def test_no_phone_holds_it_also_that_of_who_works_in_the_street_too(city):
    with city.transaction() as session:
        actor = city.actor_in(session, "creas")
        bind(session, city.ibge, actor.worker_id)
        service.send_from_desk(session, actor, wanted(city), clock.now())
        assert queries.for_phone(session, actor, None, clock.now()) == []


def test_only_who_sent_it_takes_it_back_and_once(city):
    referral_id = sent(city)
    another(city, "colega", "technician")
    with city.transaction() as session, pytest.raises(ReferralNotFound):
        service.revoke_from_desk(session, city.actor_in(session, "colega"), referral_id, clock.now())
    with city.transaction() as session:
        actor = city.actor_in(session, "creas")
        assert service.revoke_from_desk(session, actor, referral_id, clock.now()).status == "revoked"
        with pytest.raises(AlreadyRevoked):
            service.revoke_from_desk(session, actor, referral_id, clock.now())


def test_a_closed_unit_is_refused(city):
    assert city.rows("UPDATE units SET is_active = false WHERE municipality_id = :m AND id = :id RETURNING id", id=city.ids["shelter"])
    with pytest.raises(UnitNotReceiving):
        sent(city)


def test_of_somebody_restricted_only_the_door_and_who_sees_her_know(city):
    house(city, 4)
    her = make_shielded(city)
    another(city, "central", "technician", "municipality", None)
    referral_id = sent(city, person_id=her.person_id, called=None)

    def shown_to(persona):
        with city.transaction() as session:
            actor = city.actor_in(session, persona)
            bind(session, city.ibge, actor.worker_id)
            return queries.is_shown(session, actor, referral_id)

    assert (shown_to("abrigo"), shown_to("central")) == (True, True)
    her.restrict("creas")
    assert (shown_to("abrigo"), shown_to("central")) == (True, False)
    with city.transaction() as session:
        bind(session, city.ibge, city.ids["creas"])
        assert [one["id"] for one in queries.from_desk(session, city.ibge, [referral_id])] == [referral_id]
        bind(session, city.ibge, city.ids["central"])
        assert queries.from_desk(session, city.ibge, [referral_id]) == []
    with pytest.raises(UnknownReferred):
        with city.transaction() as session:
            actor = city.actor_in(session, "central")
            bind(session, city.ibge, actor.worker_id)
            service.send_from_desk(session, actor, wanted(city, person_id=her.person_id), clock.now())
