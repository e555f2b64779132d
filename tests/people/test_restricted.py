"""Cadastro sigiloso: who sees her, who doesn't, by every way of reading; openings that end; writes that still come in."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.access.problems import Forbidden
from app.core.db import cleared, hold_nothing_opened
from app.core.ids import new_id
from app.people.problems import (
    AlreadyRestricted,
    AlreadyReviewed,
    NothingToOpen,
    OwnOpening,
    ReasonTooShort,
    UnknownPerson,
    UnknownReader,
)
from app.people import service as people
from app.people.queries import restricted as queries
from app.people.service import restriction
from tests.people.shielded import REASON, WHY, WORDS, acting, make_shielded, now


@pytest.fixture
def her(city):
    return make_shielded(city)


def sees(her, persona):
    with acting(her.city, persona) as (session, _actor):
        return queries.sees(session, her.city.ibge, her.person_id)


def held(phone):
    """Everything that a phone holds, as one text."""
    return json.dumps(list(phone.pull().values()), ensure_ascii=False)


def test_only_who_restricted_her_and_who_was_named_see_her(her):
    assert all(sees(her, persona) for persona in ("rua", "creas", "coordenacao", "abrigo"))
    her.restrict(readers=("rua2",))
    seen = {persona: sees(her, persona) for persona in ("rua", "rua2", "creas", "coordenacao", "abrigo", "supervisao", "admin")}
    assert [persona for persona, does in seen.items() if does] == ["rua2", "creas"]


def test_phones_forget_her_and_all_that_tells_of_her(her):
    rua, pim, rua2 = her.phone("rua"), her.phone("pim"), her.phone("rua2")
    before = held(rua) + held(pim)
    assert [word for word in WORDS if word not in before] == [WORDS[1]]  # a note never reaches a phone
    assert ("person", str(her.person_id)) in rua.entities
    rua2.pull()
    her.restrict(readers=("rua2",))
    for phone in (rua, pim):
        after = held(phone)
        assert [word for word in WORDS if word in after] == []
        assert str(her.person_id) not in after
    # The meeting itself stays: somebody was met there.
    assert rua.entities[("encounter", her.encounter_id)]["people"][0]["called"] is None
    assert ("referral", her.referral_id) not in rua.entities
    assert ("household", str(her.city.ids["household"])) not in pim.entities
    assert WORDS[0] in held(rua2) and ("referral", her.referral_id) in rua2.entities


def test_a_lifted_restriction_brings_her_back_to_every_phone(her):
    her.phone("rua").pull(), her.phone("pim").pull()
    her.restrict()
    assert WORDS[0] not in held(her.phone("rua"))
    with acting(her.city, "creas") as (session, actor):
        restriction.lift_restriction(session, actor, her.person_id, "Medida protetiva encerrada.", now())
    assert WORDS[0] in held(her.phone("rua")) and WORDS[3] in held(her.phone("pim"))


def test_a_phone_that_listed_her_after_the_restriction_began_never_has_her(her):
    her.restrict()
    assert [word for word in WORDS if word in held(her.city.phone("rua"))] == []


def test_the_shelter_that_must_expect_her_knows_and_who_looks_over_does_not(her):
    city = her.city
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET scope_kind = 'municipality', scope_id = NULL WHERE worker_id = %s", (city.ids["coordenacao"],)
        )
    paths = ("/mesa/", f"/mesa/encaminhamentos/{her.referral_id}", "/api/v1/referrals/inbox")
    coordination, shelter = city.client("coordenacao"), city.client("abrigo")
    assert WORDS[5] in coordination.get("/mesa/").get_data(as_text=True)
    her.restrict()
    for path in paths:
        assert WORDS[5] not in coordination.get(path).get_data(as_text=True)
        assert WORDS[5] in shelter.get(path).get_data(as_text=True)
    assert coordination.get(paths[1]).status_code == 404


def test_what_a_phone_tells_under_her_id_still_comes_in_and_tells_nothing_back(her):
    phone = her.phone("rua")
    phone.pull()
    her.restrict()
    again = phone.encounter()
    named = phone.command(
        "encounters.complete",
        {
            "encounter_id": again["body"]["encounter_id"], "addition_id": str(new_id()),
            "names": [
                {
                    "participation_id": again["body"]["people"][0]["participation_id"],
                    "person_id": str(her.person_id), "called": WORDS[0],
                }
            ],
        },
        after=[again["id"]],
    )  # fmt: skip
    outcomes = phone.push(again, named)
    assert [one["status"] for one in outcomes] == ["done", "done"]
    assert WORDS[0] not in json.dumps(outcomes) and WORDS[0] not in held(phone)
    [row] = her.city.rows("SELECT last_met_at > first_met_at AS again FROM people WHERE id = :id", id=her.person_id)
    assert row["again"]


def test_the_visitor_of_a_hidden_family_still_delivers_her_visit(her):
    phone = her.phone("pim")
    phone.pull()
    her.restrict()
    [outcome] = phone.push(phone.visit())
    assert outcome["status"] == "done"
    visits = [body for (kind, _id), body in phone.pull().items() if kind == "home_visit"]
    assert [(visit["household_id"], visit["called"]) for visit in visits] == [(None, None)]


# --- who may do what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "coordenacao", "supervisao", "admin"])
def test_a_technician_restricts_and_nobody_else(her, persona):
    with pytest.raises(Forbidden):
        her.restrict(persona)


def test_restricting_needs_words_happens_once_and_not_by_who_does_not_see_her(her):
    city = her.city
    with acting(city, "creas") as (session, actor), pytest.raises(ReasonTooShort):
        restriction.restrict(session, actor, her.person_id, "sigilo!!! 123", now())
    her.restrict()
    with pytest.raises(AlreadyRestricted):
        her.restrict()
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET role = 'technician' WHERE worker_id = %s", (city.ids["abrigo"],)
        )
    with pytest.raises(UnknownPerson):
        her.restrict("abrigo")


def test_the_administrator_can_not_be_named_and_the_last_reader_stays(her):
    city = her.city
    her.restrict()
    for wrong in ("admin", "auditoria", "supervisao"):
        with acting(city, "creas") as (session, actor), pytest.raises(UnknownReader):
            restriction.name_reader(session, actor, her.person_id, city.ids[wrong], now())
    with acting(city, "creas") as (session, actor), pytest.raises(UnknownReader):
        restriction.end_reader(session, actor, her.person_id, city.ids["creas"], now())
    with acting(city, "creas") as (session, actor):
        restriction.name_reader(session, actor, her.person_id, city.ids["rua"], now())
    assert sees(her, "rua")
    with acting(city, "creas") as (session, actor):
        restriction.end_reader(session, actor, her.person_id, city.ids["rua"], now())
    assert not sees(her, "rua")


# --- openings --------------------------------------------------------------------------------------------------------


def opened(her, persona="rua", why=WHY):
    with acting(her.city, persona) as (session, actor):
        restriction.break_glass(session, actor, her.person_id, why, now())


def test_an_opening_lasts_two_hours_for_one_worker_and_no_phone_keeps_it(her):
    her.restrict()
    phone = her.phone("rua")
    opened(her)
    assert sees(her, "rua") and not sees(her, "rua2")
    assert [word for word in WORDS if word in held(phone)] == []
    with acting(her.city, "rua") as (session, _actor):
        hold_nothing_opened(session)
        assert not queries.sees(session, her.city.ibge, her.person_id)
    her.ago("valid_to", 1.9)
    assert sees(her, "rua")
    her.ago("valid_to", 0.2)
    assert not sees(her, "rua")
    opened(her)  # it may be opened anew, with a reason anew
    assert sees(her, "rua")


def test_an_opening_names_nobody_and_lifts_nothing(her):
    city = her.city
    her.restrict()
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET role = 'technician' WHERE worker_id = %s", (city.ids["abrigo"],)
        )
    opened(her, "abrigo")
    for verb, more in (
        (restriction.name_reader, (city.ids["abrigo"],)), (restriction.lift_restriction, ("Porque eu quero muito.",)),
        (restriction.end_reader, (city.ids["creas"],)), (people.follow, ()),
    ):  # fmt: skip
        with acting(city, "abrigo") as (session, actor), pytest.raises(UnknownPerson):
            verb(session, actor, her.person_id, *more, now())


def test_who_follows_her_may_stop_only_when_another_sees_her(her):
    city = her.city
    with acting(city, "creas") as (session, actor):
        people.follow(session, actor, her.person_id, now())
    her.restrict()
    with acting(city, "creas") as (session, actor):
        people.unfollow(session, actor, her.person_id, now())  # still named, by restricting
    with acting(city, "creas") as (session, actor), pytest.raises(UnknownReader):
        restriction.end_reader(session, actor, her.person_id, city.ids["creas"], now())
    assert sees(her, "creas")


def test_opening_asks_a_reason_and_something_shut(her):
    with pytest.raises(NothingToOpen):
        opened(her)  # not restricted
    her.restrict()
    with pytest.raises(ReasonTooShort):
        opened(her, why="urgente")
    with pytest.raises(NothingToOpen):
        opened(her, "creas")  # sees her already
    with acting(her.city, "rua") as (session, actor), pytest.raises(NothingToOpen):
        restriction.break_glass(session, actor, new_id(), WHY, now())
    with pytest.raises(Forbidden):
        opened(her, "abrigo")


def test_the_coordination_of_the_opener_reviews_it_once_and_reads_nobody_s_name(her):
    city = her.city
    her.restrict()
    opened(her)
    opened(her, "coordenacao")
    with acting(city, "coordenacao") as (session, actor):
        assert queries.count_openings(session, actor) == 1  # her own is for somebody else
        listed = queries.openings(session, actor)
        assert {(one["worker"], one["reason"]) for one in listed} == {("Rua", WHY), ("Coordenacao", WHY)}
        assert WORDS[0] not in str(listed) and str(her.person_id) not in str(listed)
        [own] = [one["id"] for one in listed if one["is_own"]]
        [other] = [one["id"] for one in listed if not one["is_own"]]
        restriction.review_opening(session, actor, other, "Conversamos; estava certo.", now())
    with acting(city, "coordenacao") as (session, actor), pytest.raises(OwnOpening):
        restriction.review_opening(session, actor, own, "", now())
    with acting(city, "supervisao") as (session, actor):
        assert queries.count_openings(session, actor) == 1
        restriction.review_opening(session, actor, own, "", now())
    with acting(city, "supervisao") as (session, actor), pytest.raises(AlreadyReviewed):
        restriction.review_opening(session, actor, own, "", now())


def test_each_step_leaves_a_line_in_the_trail_without_a_word(her):
    her.restrict()
    opened(her)
    lines = her.city.rows(
        "SELECT action, fields::text, worker_id FROM audit_lines WHERE subject_id = :id AND action IN"
        " ('people.restrict', 'people.break_glass') ORDER BY at", id=her.person_id,
    )  # fmt: skip
    assert [line["action"] for line in lines] == ["people.restrict", "people.break_glass"]
    everything = str(her.city.rows("SELECT a::text FROM audit_lines a WHERE municipality_id = :m"))
    assert not [word for word in (*WORDS, REASON, WHY) if word in everything]


# --- the database itself, past every line of ours ----------------------------------------------------------------------


def by_hand(her, persona, statement, **values):
    """What a worker's transaction gets from a statement that no code of ours would write."""
    with acting(her.city, persona) as (session, _actor):
        return session.execute(text(statement), {"m": her.city.ibge, "p": her.person_id, **values}).all()


@pytest.mark.parametrize(
    "table, column",
    [
        ("people", "id"), ("person_told", "person_id"), ("person_restrictions", "person_id"), ("person_access", "person_id"),
        ("household_member_people", "person_id"),
    ],
)  # fmt: skip
def test_the_database_shows_no_row_of_hers(her, table, column):
    asked = f"SELECT * FROM {table} WHERE {column} = :p"
    her.restrict()
    assert by_hand(her, "rua", asked) == []
    assert by_hand(her, "supervisao", asked) == []
    expected = 0 if table == "person_told" and not her.city.rows("SELECT FROM person_told WHERE person_id = :p", p=her.person_id) else 1
    assert len(by_hand(her, "creas", asked)) == expected


def test_the_database_changes_no_row_of_hers_for_who_does_not_see_her(her):
    her.restrict()
    for change in (
        "UPDATE people SET restricted_at = NULL WHERE id = :p RETURNING id",
        "UPDATE person_access SET worker_id = NULLIF(current_setting('vinculo.worker'), '')::uuid WHERE person_id = :p RETURNING id",
        "UPDATE person_restrictions SET ended_at = now() WHERE person_id = :p RETURNING id",
        "DELETE FROM person_told WHERE person_id = :p RETURNING id",
    ):
        assert by_hand(her, "rua", change) == []


@pytest.mark.parametrize("kind", ["named", "follows"])
def test_nobody_gives_herself_access(her, kind):
    her.restrict()
    give = (
        "INSERT INTO person_access (municipality_id, id, person_id, worker_id, kind, given_by, valid_from)"
        " VALUES (:m, gen_random_uuid(), :p, :w, :kind, :w, now())"
    )
    with pytest.raises(ProgrammingError, match="given_by_who_sees"):
        by_hand(her, "rua", give, w=her.city.ids["rua"], kind=kind)


def test_an_opening_can_not_last_longer_nor_be_without_a_reason(her):
    her.restrict()
    give = (
        "INSERT INTO person_access (municipality_id, id, person_id, worker_id, kind, given_by, valid_from, valid_to, reason)"
        " VALUES (:m, gen_random_uuid(), :p, :w, 'break_glass', :w, now(), now() + make_interval(hours => :h), :why)"
    )
    for hours, why in ((3, WHY), (1, None)):
        with pytest.raises(Exception, match="ck_person_access_opening"):
            by_hand(her, "rua", give, w=her.city.ids["rua"], h=hours, why=why)


def test_her_family_is_hidden_while_she_is_in_it_and_her_row_ever_after(her):
    city = her.city
    her.restrict()
    household, member = city.ids["household"], city.ids["child"]
    homes, members = "SELECT id FROM households WHERE id = :h", "SELECT id FROM household_members WHERE household_id = :h"
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO household_members (municipality_id, id, household_id, called, kind) VALUES (%s, %s, %s, 'Irmão', 'child')",
            (city.ibge, new_id(), household),
        )
    assert by_hand(her, "pim", homes, h=household) == by_hand(her, "pim", members, h=household) == []
    assert len(by_hand(her, "creas", members, h=household)) == 2
    with acting(city, "creas") as (session, _actor):
        session.execute(text("UPDATE household_members SET left_at = now() WHERE id = :id"), {"id": member})
    assert len(by_hand(her, "pim", homes, h=household)) == 1
    assert [row.id for row in by_hand(her, "pim", members, h=household)] != [] and (member,) not in by_hand(her, "pim", members, h=household)


def test_access_follows_a_merge_and_its_undo(her):
    """Somebody found to be her: hidden too, and whoever sees one id sees both, for as long as the merge stands."""
    city, other = her.city, new_id()
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO people (municipality_id, id, called, called_kind, first_met_at, last_met_at)"
            " VALUES (%s, %s, 'Zu', 'nickname', now(), now())", (city.ibge, other),
        )  # fmt: skip
    her.restrict(readers=("rua2",))
    with acting(city, "creas") as (session, _actor):
        session.execute(
            text("INSERT INTO people_absorbed (municipality_id, id, survivor_id) VALUES (:m, :p, :o)"),
            {"m": city.ibge, "p": her.person_id, "o": other},
        )
        restriction.resettle(session, city.ibge, [her.person_id, other])
    assert by_hand(her, "rua", "SELECT id FROM people WHERE id = :o", o=other) == []
    for persona in ("rua2", "creas"):
        assert len(by_hand(her, persona, "SELECT id FROM people WHERE id = :o", o=other)) == 1
    with acting(city, "creas") as (session, _actor):
        with cleared(session, "restricted"):
            session.execute(text("DELETE FROM people_absorbed WHERE survivor_id = :o"), {"o": other})
            restriction.resettle(session, city.ibge, [her.person_id, other])
    assert len(by_hand(her, "rua", "SELECT id FROM people WHERE id = :o", o=other)) == 1
    assert not sees(her, "rua") and sees(her, "rua2")


def test_restricting_a_merged_person_covers_every_id_also_after_an_undo(her):
    city, other = her.city, new_id()
    with city.transaction() as session:
        run = session.connection().exec_driver_sql
        run(
            "INSERT INTO people (municipality_id, id, called, called_kind, first_met_at, last_met_at)"
            " VALUES (%s, %s, 'Zu', 'nickname', now(), now())", (city.ibge, other),
        )  # fmt: skip
        run("INSERT INTO people_absorbed (municipality_id, id, survivor_id) VALUES (%s, %s, %s)", (city.ibge, her.person_id, other))
    her.restrict()
    with acting(city, "creas") as (session, _actor):
        with cleared(session, "restricted"):
            session.execute(text("DELETE FROM people_absorbed WHERE survivor_id = :o"), {"o": other})
            restriction.resettle(session, city.ibge, [her.person_id, other])
    assert not sees(her, "rua") and sees(her, "creas")
    assert by_hand(her, "rua", "SELECT id FROM people WHERE id = :o", o=other) == []
    assert len(by_hand(her, "creas", "SELECT id FROM people WHERE id = :o", o=other)) == 1


def test_the_lost_phone_s_paper_counts_her_and_does_not_name_her(her):
    city, phone = her.city, her.phone("rua")
    phone.pull()
    her.restrict()
    client = city.client("coordenacao")
    local = (now() - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(f"/aparelhos/{phone.device_id}/perdido", data={"seen_at": local, "csrf_token": client.csrf})
    page = client.get(f"/aparelhos/{phone.device_id}/perdido").get_data(as_text=True)
    assert not [word for word in WORDS if word in page]
    assert '<td class="number">1</td>' in page
