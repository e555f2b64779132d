"""Who is found by some letters: forgiving, at most ten, only what may be told, and no letter of it anywhere else."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.problems import Forbidden
from app.core import clock
from app.core.db import owner_transaction
from app.people.problems import TooFewLetters
from app.people.queries.searching import likely_of, search
from app.people.service import merge
from app.people.service.restriction import restrict
from tests.people.known import acting, make_people, make_person, tell_name
from tests.people.made import register, tell, told

CPF, NIS, CNS = "52998224725", "12056412545", "123456789010000"


def found(city, wanted, persona="rua"):
    with acting(city, persona) as (session, actor):
        return search(session, actor, wanted).ids


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("José Conceição", "jose"),
        ("José Conceição", "CONCEICAO josé"),
        ("José Conceição", "conc"),
        ("Wellington Souza", "uelito sousa"),
        ("Wellington Souza", "welinton"),
        ("Francisca", "fransisca"),
        ("Sebastiana", "sebatsiana"),
        ("senhor do carrinho azul, praça Cívica", "carrinho civica"),
        ("Pé-de-vento", "pé de vento"),
        ("O’Hara", "ohara"),
        ("محمد علي", "محمد"),
        ("100% Zeca_x", "zeca"),
        ("Quarentinha", "tinha"),
    ],
)
def test_accents_slips_and_sounds_are_forgiven(city, told, wanted):
    person = make_person(city, told)
    make_people(city, [{"names": [("nickname", name)]} for name in ("Bigode", "Tico", "Marlene Nunes")])
    assert found(city, wanted) == [person]


@pytest.mark.parametrize("wanted", ["%", "%%%", "___", "zzqx", "bigode tico", "';--"])
def test_signs_find_nobody_and_every_word_must_be_hers(city, wanted):
    make_people(city, [{"names": [("nickname", name)]} for name in ("Bigode", "Tico")])
    try:
        assert found(city, wanted) == []
    except TooFewLetters:
        assert len([char for char in wanted if char.isalpha()]) < 3


def test_words_may_stand_in_two_names_told_under_two_ids(city):
    one, two = make_person(city, "Galego"), make_person(city, "Severino", kind="civil")
    other = make_person(city, "Galego")
    with acting(city, "creas") as (session, actor):
        merge(session, actor, one, two, {}, None, clock.now())
    assert found(city, "galego severino") == [one]
    # Found by either id's names, told as the survivor.
    assert found(city, "severino") == [one]
    assert set(found(city, "galego")) == {one, other}


def test_the_nearest_name_comes_first_and_ten_are_the_most(city):
    make_people(city, [{"names": [("nickname", f"Marcelino {n}")]} for n in range(12)])
    exact = make_person(city, "Marcelo")
    with acting(city, "rua") as (session, actor):
        answer = search(session, actor, "marcelo")
    assert answer.ids[0] == exact and len(answer.ids) <= 10
    with acting(city, "rua") as (session, actor):
        answer = search(session, actor, "marcelino")
    assert len(answer.ids) == 10 and answer.more


def test_fewer_than_three_letters_are_refused(city):
    for wanted in ("", "zé", " z é ", "🙂🙂🙂🙂", "..."):
        with pytest.raises(TooFewLetters):
            found(city, wanted)


def test_a_name_taken_back_and_a_person_ended_are_found_no_more(city):
    person = make_person(city, "Bigode")
    wrong = tell_name(city, person, "Xavier")
    gone = make_person(city, "Bigode Velho")
    with city.transaction() as session:
        session.execute(text("UPDATE person_told SET taken_back_at = now() WHERE id = :i"), {"i": wrong})
        session.execute(text("UPDATE people SET ended_at = now() WHERE id = :i"), {"i": gone})
    assert found(city, "xavier") == [] and found(city, "bigode") == [person]


def test_another_city_is_not_searched(city, other_city):
    make_person(city, "Quarentinha")
    assert found(other_city, "quarentinha") == []


def test_a_civil_name_beside_a_social_one_is_found_by_who_reads_documents_only(city):
    (person,) = make_people(city, [{"names": [("social", "Jéssica"), ("civil", "Wagner Ximenes")]}])
    other = make_person(city, "Wagner", kind="civil")
    assert found(city, "wagner") == [other] and found(city, "jessica") == [person]
    assert set(found(city, "wagner", "creas")) == {person, other}
    # The social name may have been told under another id of hers.
    social = make_person(city, "Luma", kind="social")
    with acting(city, "creas") as (session, actor):
        merge(session, actor, other, social, {}, None, clock.now())
    assert found(city, "wagner") == [] and found(city, "luma") == [other]
    with acting(city, "rua") as (session, actor):
        assert likely_of(session, actor, {"names": ["Wagner Ximenes"], "region_id": None}) == []


def test_a_restricted_person_is_found_by_who_may_see_her_only(city):
    person = make_person(city, "Zuleica Plantada")
    (documented,) = make_people(city, [{"names": [("nickname", "Nina")], "documents": {"cpf": CPF}}])
    with acting(city, "creas") as (session, actor):
        for each in (person, documented):
            restrict(session, actor, each, "o companheiro a procura", clock.now())
    for persona in ("rua", "coordenacao", "pim"):
        assert found(city, "zuleica", persona) == []
        with acting(city, persona) as (session, actor):
            assert likely_of(session, actor, {"names": ["Zuleica Plantada"], "documents": {"cpf": CPF}}) == []
    assert found(city, CPF, "coordenacao") == []
    assert found(city, "zuleica", "creas") == [person] and found(city, CPF, "creas") == [documented]


@pytest.mark.parametrize("kind, number, typed", [("cpf", CPF, "529.982.247-25"), ("nis", NIS, NIS), ("cns", CNS, "123 4567 8901 0000")])
def test_a_number_is_looked_up_for_who_reads_documents(city, kind, number, typed):
    (person,) = make_people(city, [{"names": [("nickname", "Nina")], "documents": {kind: number}}])
    assert found(city, typed, "creas") == [person]
    assert found(city, typed, "rua") == []


def test_who_may_not_search_is_refused(city):
    with pytest.raises(Forbidden):
        found(city, "bigode", "abrigo")


def test_the_two_indexes_answer_under_the_applications_role(city):
    """A city read through would be the plan of a reading that row level security binds."""
    names = ("Ana Prado", "Raí Leme", "Ubá Dorta", "Cida Melo", "Ivo Sá", "Edu Nery", "Lia Paz", "Gil Roma")
    make_people(city, [{"names": [("civil", f"{name} {n}")]} for n in range(2500) for name in names])
    with city.app.app_context(), owner_transaction(city.app.config["VINCULO"].sqlalchemy_owner_url) as session:
        session.execute(text("ANALYZE person_told"))
    target = make_person(city, "Quixabeira")

    def counted():
        rows = city.rows(
            "SELECT indexrelname AS name, idx_scan AS n FROM pg_stat_user_indexes WHERE relname = 'person_told'"
            " UNION ALL SELECT 'read_through', seq_scan FROM pg_stat_user_tables WHERE relname = 'person_told'"
        )
        return {row["name"]: row["n"] for row in rows}

    before = counted()
    with acting(city, "rua") as (session, actor):
        session.execute(text("SELECT pg_stat_force_next_flush()"))
        assert search(session, actor, "quixabera").ids == [target]
        assert [card.id for card, _alike in likely_of(session, actor, {"names": ["Quixabeira"]})] in ([], [target])
    after = counted()
    assert after["ix_person_told_plain"] >= before["ix_person_told_plain"] + 2
    assert after["ix_person_told_sounds"] >= before["ix_person_told_sounds"] + 2
    assert after["read_through"] == before["read_through"]


def test_a_number_told_under_an_absorbed_id_finds_the_person(city):
    a, b = register(city, "Desconhecida"), register(city, "Zuleica")
    tell(city, b, told("document.cpf", {"state": "has", "number": CPF}), persona="creas")
    with acting(city, "creas") as (session, actor):
        merge(session, actor, UUID(a), UUID(b), {}, "mesma pessoa", clock.now())
    with acting(city, "creas") as (session, actor):
        assert [str(id_) for id_ in search(session, actor, CPF).ids] == [a]
    client = city.client("creas")
    page = client.post("/mesa/pessoas/", data={"q": CPF, "csrf_token": client.csrf}).get_data(as_text=True)
    assert f"/mesa/pessoas/{a}" in page
