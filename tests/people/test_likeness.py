"""How likely two persons are one: the vectors that the phone follows too, and what must hold whatever comes in."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.likeness import LIKELY, POSSIBLE, REASONS, likeness, trigrams

VECTORS = orjson.loads((Path(__file__).parents[1] / "contract" / "likeness.json").read_bytes())


def person(*names, **more):
    return {"names": list(names)} | more


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_answer_is_the_contracts(vector):
    found = likeness(vector["a"], vector["b"])
    assert (found.score, list(found.reasons)) == (vector["score"], vector["reasons"])


def test_the_vectors_tell_every_reason_and_both_thresholds():
    assert {reason for vector in VECTORS for reason in vector["reasons"]} == REASONS.keys()
    scores = [vector["score"] for vector in VECTORS]
    assert min(scores) == 0 and max(scores) >= 90
    assert any(POSSIBLE <= score < LIKELY for score in scores)


def test_a_document_already_on_another_person_is_a_likeness_whatever_the_names():
    found = likeness(person("Jéssica", documents={"cpf": "52998224725"}), person("Wagner", documents={"cpf": "52998224725"}))
    assert found.score >= LIKELY and found.reasons == ("same_document",)


def test_two_numbers_of_what_a_person_has_one_of_speak_against_it():
    alike = likeness(person("Jéssica Lima"), person("Jessica Lima"))
    apart = likeness(person("Jéssica Lima", documents={"nis": "1"}), person("Jessica Lima", documents={"nis": "2"}))
    assert alike.score >= LIKELY and apart.score < POSSIBLE and "other_document" in apart.reasons
    # A second identity card is nothing unusual.
    card = likeness(person("Jéssica Lima", documents={"rg": "1"}), person("Jessica Lima", documents={"rg": "2"}))
    assert card.score == alike.score


def test_who_shares_no_name_is_not_alike_however_near():
    here = {"sex": "male", "age": 40, "region_id": "norte"}
    assert likeness(person("Tiago", **here), person("Bigode", **here)).score == 0


def test_a_rare_word_says_more_than_a_common_one():
    assert likeness(person("Ximenes"), person("Ximenes")).score > likeness(person("Silva"), person("Silva")).score


def test_trigrams_are_those_of_pg_trgm():
    assert trigrams("ana") == {"  a", " an", "ana", "na "}


people = st.fixed_dictionaries(
    {"names": st.lists(st.one_of(st.text(max_size=80), st.sampled_from(["Zé", "José da Silva", "Jose Silva", "Wéliton"])), max_size=3)},
    optional={
        "age": st.none() | st.integers(-5, 400),
        "age_band": st.none() | st.sampled_from(["age_0_12", "age_13_17", "age_18_59", "age_60_plus", "?"]),
        "sex": st.none() | st.sampled_from(["male", "female"]),
        "region_id": st.none() | st.uuids(),
        "documents": st.dictionaries(st.sampled_from(["cpf", "nis", "rg"]), st.sampled_from(["", "1", "2"])),
    },
)


@settings(max_examples=300, deadline=None)
@given(people, people)
def test_it_is_a_whole_number_from_0_to_100_the_same_both_ways_and_never_fails(a, b):
    found = likeness(a, b)
    assert isinstance(found.score, int) and 0 <= found.score <= 100
    assert set(found.reasons) <= REASONS.keys() and len(set(found.reasons)) == len(found.reasons)
    assert likeness(b, a).score == found.score
