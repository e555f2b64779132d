"""Merge and undo: a dated row that moves nothing; whatever order they come in, the index says what the rows say."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.problems import Forbidden
from app.core import clock
from app.core.ids import new_id
from app.people.problems import (
    AlreadyMerged,
    AlreadyUndone,
    MergedIntoItself,
    UnknownChoice,
    UnknownMerge,
    UnknownPerson,
)
from app.people.queries import canonical, cards, cluster_of
from app.people.service import merge, undo_merge
from tests.people.known import acting, ends_of, make_people, make_person, tell_name


def merged(city, survivor: UUID, absorbed: UUID, persona="creas", **choices: UUID) -> UUID:
    with acting(city, persona) as (session, actor):
        return merge(session, actor, survivor, absorbed, choices, "mesma pessoa", clock.now())


def undone(city, merge_id: UUID, persona="supervisao") -> None:
    with acting(city, persona) as (session, actor):
        undo_merge(session, actor, merge_id, "eram duas", clock.now())


def three(city):
    return make_people(city, [{"names": [("nickname", name)]} for name in ("Galego", "Bigode", "Tico")])


def test_readers_find_the_survivor_and_nothing_moved(city):
    a, b, c = three(city)
    before = city.rows("SELECT id, person_id, field, value::text FROM person_told WHERE municipality_id = :m ORDER BY id")
    merged(city, a, b)
    with acting(city, "creas") as (session, _actor):
        assert canonical(session, city.ibge, [a, b, c]) == {a: a, b: a, c: c}
        assert cluster_of(session, city.ibge, [b]) == {a: [a, b]}
    after = city.rows("SELECT id, person_id, field, value::text FROM person_told WHERE municipality_id = :m ORDER BY id")
    assert before == after


def test_a_chain_ends_at_its_last_and_an_inner_merge_undone_frees_only_its_own(city):
    a, b, c = three(city)
    first = merged(city, b, a)
    second = merged(city, c, b)
    assert ends_of(city, a, b, c) == {a: c, b: c, c: c}
    undone(city, first)
    assert ends_of(city, a, b, c) == {a: a, b: c, c: c}
    undone(city, second)
    assert ends_of(city, a, b, c) == {a: a, b: b, c: c}


def test_who_was_merged_into_an_absorbed_person_stays_with_her_when_that_is_undone(city):
    """`b` was found to be `a` while `a` counted as `c`: the word was about `a`."""
    a, b, c = three(city)
    outer = merged(city, c, a)
    merged(city, a, b)
    assert ends_of(city, a, b, c) == {a: c, b: c, c: c}
    undone(city, outer)
    assert ends_of(city, a, b, c) == {a: a, b: a, c: c}


def test_what_may_not_be_merged_is_told(city, other_city):
    a, b, c = three(city)
    stranger = make_person(other_city, "Galego")
    merged(city, a, b)
    for survivor, absorbed, problem in (
        (a, a, MergedIntoItself),
        (b, a, AlreadyMerged),  # a ring
        (a, b, AlreadyMerged),
        (c, b, AlreadyMerged),  # b was shown alone, and is part of a now
        (a, new_id(), UnknownPerson),
        (a, stranger, UnknownPerson),
    ):
        with pytest.raises(problem):
            merged(city, survivor, absorbed)
    with pytest.raises(Forbidden):
        merged(city, a, c, persona="rua")
    assert ends_of(city, a, b, c) == {a: a, b: a, c: c}


def test_a_choice_must_be_something_that_stands_of_one_of_the_two(city):
    a, b, c = three(city)
    mine, other = tell_name(city, b, "Zé"), tell_name(city, c, "Zeca")
    with pytest.raises(UnknownChoice):
        merged(city, a, b, **{"name.nickname": other})
    with pytest.raises(UnknownChoice):
        merged(city, a, b, **{"name.civil": mine})
    merged(city, a, b, **{"name.nickname": mine})
    [row] = city.rows("SELECT choices FROM person_merges WHERE municipality_id = :m")
    assert row["choices"] == {"name.nickname": str(mine)}


def test_undo_is_the_supervisors_once(city):
    a, b, _c = three(city)
    made = merged(city, a, b)
    with pytest.raises(Forbidden):
        undone(city, made, persona="creas")
    undone(city, made)
    with pytest.raises(AlreadyUndone):
        undone(city, made)
    with pytest.raises(UnknownMerge):
        undone(city, new_id())
    # It may be found again later that they are one after all.
    merged(city, a, b)
    assert ends_of(city, b) == {b: a}


def test_both_ways_every_phone_is_told_of_everybody_it_touches(city):
    a, b, c = three(city)
    merged(city, a, b)
    made = merged(city, c, a)
    for act in (lambda: None, lambda: undone(city, made)):
        act()
        last = city.rows("SELECT max(xid::text::bigint) AS x FROM changes WHERE municipality_id = :m")[0]["x"]
        told = city.rows(
            "SELECT DISTINCT entity_id FROM changes WHERE municipality_id = :m AND type = 'person' AND xid::text::bigint = :x", x=last
        )
        assert {row["entity_id"] for row in told} == {a, b, c}


def test_the_trail_says_who_merged_whom_and_no_value(city):
    a, b, _c = three(city)
    merged(city, a, b)
    lines = city.rows("SELECT subject_id, fields FROM audit_lines WHERE municipality_id = :m AND action = 'people.merge'")
    assert {line["subject_id"] for line in lines} == {a, b}
    assert "Galego" not in str(lines)


@pytest.mark.parametrize("restricted", [0, 1])
def test_a_restricted_half_hides_the_whole_and_undo_uncovers_neither_until_somebody_lifts_it(city, restricted):
    from app.people.service.restriction import lift_restriction, restrict

    pair = list(three(city)[:2])
    with acting(city, "creas") as (session, actor):
        restrict(session, actor, pair[restricted], "o companheiro a procura", clock.now())
    made = merged(city, pair[0], pair[1])

    def seen(persona):
        with acting(city, persona) as (session, _actor):
            return {id_ for id_ in pair if session.get(_person(), (city.ibge, id_))}

    assert seen("creas") == set(pair) and seen("coordenacao") == set()
    undone(city, made)
    # What was told of the one under the other's id meanwhile must not be uncovered with it.
    assert seen("creas") == set(pair) and seen("coordenacao") == set()
    with acting(city, "creas") as (session, actor):
        lift_restriction(session, actor, pair[1 - restricted], "eram duas pessoas", clock.now())
    assert seen("coordenacao") == {pair[1 - restricted]}


def test_somebody_restricted_to_others_cannot_be_merged_by_guessing_her_id(city):
    from app.people.service.restriction import restrict

    a, b, _c = three(city)
    with acting(city, "creas") as (session, actor):
        restrict(session, actor, b, "o companheiro a procura", clock.now())
    with pytest.raises(UnknownPerson):
        merged(city, a, b, persona="coordenacao")


def _person():
    from app.people.models import Person

    return Person


steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_is_merged_and_undone_the_index_says_what_the_rows_say(city, steps):
    people = make_people(city, [{"names": [("nickname", f"P{n}")]} for n in range(6)])
    standing: dict[UUID, tuple[UUID, UUID]] = {}

    def end(of):
        into = {absorbed: survivor for survivor, absorbed in standing.values()}
        while of in into:
            of = into[of]
        return of

    made: list[UUID] = []
    for what, one, two in steps:
        if what == "merge":
            survivor, absorbed = people[one], people[two]
            may = survivor != absorbed and end(absorbed) == absorbed and end(survivor) != absorbed
            try:
                made.append(merged(city, survivor, absorbed))
                assert may
                standing[made[-1]] = (survivor, absorbed)
            except (AlreadyMerged, MergedIntoItself):
                assert not may
        elif one < len(made):
            try:
                undone(city, made[one])
                del standing[made[one]]
            except AlreadyUndone:
                assert made[one] not in standing
        assert ends_of(city, *people) == {id_: end(id_) for id_ in people}
    for merge_id in list(standing):
        undone(city, merge_id)
    assert ends_of(city, *people) == {id_: id_ for id_ in people}


acts = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("tell"), st.integers(0, 3), st.sampled_from(["social", "nickname", "civil", "alias"])),
    ),
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_after_all_is_undone_each_card_is_as_if_nobody_had_been_merged(city, acts):
    """Twins who are told the same and never merged; what comes under an old id while it is absorbed stays under it."""
    start = clock.now() - timedelta(hours=2)
    merged_ones, twins = (make_people(city, [{"names": [("nickname", f"P{n}")]} for n in range(4)], start) for _n in range(2))
    made: list[UUID] = []
    for number, (what, one, two) in enumerate(acts):
        try:
            if what == "merge":
                choices = {}
                with acting(city, "creas") as (session, actor):
                    card = cards(session, actor, [merged_ones[two]], documents=True, sensitive=True).get(merged_ones[two])
                if card:
                    choices = {told.field: told.id for told in reversed(card.names)}
                made.append(merged(city, merged_ones[one], merged_ones[two], **choices))
            elif what == "undo" and one < len(made):
                undone(city, made[one])
            elif what == "tell":
                for people in (merged_ones, twins):
                    tell_name(city, people[one], f"Nome {number}", two, start + timedelta(minutes=number + 1))
        except (AlreadyMerged, AlreadyUndone, MergedIntoItself):
            pass
    for merge_id in made:
        try:
            undone(city, merge_id)
        except AlreadyUndone:
            pass

    def seen(people):
        with acting(city, "creas") as (session, actor):
            found = cards(session, actor, people, documents=True, sensitive=True)
            return [
                (found[id_].called, found[id_].called_kind, found[id_].also, [(t.field, t.value) for t in found[id_].names])
                for id_ in people
            ]

    assert seen(merged_ones) == seen(twins)
