"""The catalogue: complete, said in words, with a purpose each; and the judge of every value."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core import clock
from app.people import ficha
from app.people.problems import BadValue, UnknownField


@pytest.fixture(autouse=True)
def _in_a_request(app):
    with app.test_request_context(headers={"Accept-Language": "pt-BR"}):
        yield


def test_every_field_says_why_it_is_asked_and_its_list_exists():
    ids = [field.id for group in ficha.GROUPS for field in group.fields]
    assert len(ids) == len(set(ids)) == len(ficha.FIELDS) > 50
    for field in ficha.FIELDS.values():
        assert str(field.purpose).endswith(".") and len(str(field.purpose)) > 20, field.id
        assert (field.list is not None) == (field.kind in ("choice", "many", "document")), field.id
        assert field.list is None or ficha.LISTS[field.list], field.id
    assert not [field.id for field in ficha.FIELDS.values() if field.sensitive and field.on_phone]


def test_every_list_is_asked_and_its_codes_are_its_own():
    assert {field.list for field in ficha.FIELDS.values()} - {None} == set(ficha.LISTS)
    for name, options in ficha.LISTS.items():
        codes = [option.code for option in options]
        assert len(codes) == len(set(codes)), name


def test_what_must_never_be_asked_is_not():
    assert "305" not in {option.code for option in ficha.LISTS["community"]}
    words = " ".join(str(f.label) for f in ficha.FIELDS.values()) + " ".join(str(o.label) for os in ficha.LISTS.values() for o in os)
    for never in ("visto", "pres", "polícia", "crim", "prisão", "biometr", "foto"):
        assert never not in words.lower().replace("pressão", "").replace("expresso", ""), never
    migrants = ("is_itinerant", "born_in_other_municipality", "is_international_migrant")
    assert [ficha.FIELDS[field].kind for field in migrants] == ["yes_no"] * 3
    assert ficha.FIELDS["statistical_sex"].list != ficha.FIELDS["gender_identity"].list


def test_the_official_codes():
    official = {name: [o.official for o in ficha.LISTS[name]] for name in ("sex", "time", "contact")}
    assert official == {"sex": ["1", "2"], "time": list("123456"), "contact": list("123456")}
    assert [o.official for o in ficha.LISTS["race"]] == ["1", "2", "3", "4", "5", None]
    assert ficha.official_of("street_reason", "eviction") == "lost_home"
    assert ficha.official_of("street_reason", "family") == "family"
    assert ficha.official_of("street_reason", "invented") is None


TOMORROW = (clock.now() + timedelta(days=3)).date().isoformat()


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name.nickname", "  Zé   do\tPandeiro ", "Zé do Pandeiro"),
        ("name.alias", "'; DROP TABLE people; --", "'; DROP TABLE people; --"),
        ("name.social", "مريم 🌻", "مريم 🌻"),
        ("name.civil", "x" * 80, "x" * 80),
        ("document.cpf", {"number": "529.982.247-25"}, {"state": "has", "number": "52998224725"}),
        ("document.cpf", {"state": "lost"}, {"state": "lost"}),
        ("document.cpf", {"state": "never", "number": None}, {"state": "never"}),
        ("document.rg", {"state": "has", "number": "1.234.567-x"}, {"state": "has", "number": "1234567X"}),
        ("birth_on", "1961-04-02", "1961-04-02"),
        ("age", 0, 0), ("sleeps_street", 7, 7), ("wants_storage", False, False),
        ("belongings", ["cart", "tent", "cart"], ["cart", "tent"]),
        ("gender_identity", "not_said", "not_said"),
    ],
)  # fmt: skip
def test_what_is_kept(field, value, kept):
    assert ficha.check_value(field, value) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name.nickname", "x" * 200), ("name.nickname", ""), ("name.nickname", "   "), ("name.nickname", None),
        ("name.nickname", 7), ("name.civil", "a\x00b"), ("name.civil", "\ud800"), ("name.alias", ["Zé"]),
        ("document.cpf", {"number": "111.111.111-11"}), ("document.cpf", {"number": "529.982.247-26"}),
        ("document.cpf", "52998224725"), ("document.cpf", {}), ("document.cpf", {"state": "x"}),
        ("document.cpf", {"state": []}), ("document.cpf", {"state": "has", "photo": "x"}),
        ("document.nis", {"number": "12056412546"}), ("document.cns", {"number": "300000000000000"}),
        ("document.rg", {"state": "has", "number": "1" * 40}), ("document.rg", {"state": "has", "number": "<b>"}),
        ("document.rg", {"state": "has", "number": 7}),
        ("birth_on", TOMORROW), ("birth_on", "1899-12-31"), ("birth_on", "2026-02-30"), ("birth_on", ""), ("birth_on", 5),
        ("age", 121), ("age", -1), ("age", "40"), ("age", True), ("age", 1.5), ("sleeps_street", 8),
        ("wants_storage", "sim"), ("wants_storage", 1), ("race", "Parda"), ("race", 4), ("race", None),
        ("belongings", []), ("belongings", "cart"), ("belongings", ["spaceship"]), ("belongings", [["cart"]]),
        ("complaint", "x" * 201), ("complaint", {}),
    ],
)  # fmt: skip
def test_what_is_refused_with_a_sentence_under_the_field(field, value):
    with pytest.raises(BadValue) as refused:
        ficha.check_value(field, value)
    assert list(refused.value.fields) == [field] and refused.value.fields[field][0].endswith(".")


@pytest.mark.parametrize("field", ["name.pet", "document.passport", "visa_status", "criminal_record", "", "photo"])
def test_a_field_that_is_not_of_the_ficha_is_refused(field):
    with pytest.raises(UnknownField):
        ficha.check_value(field, "x")


def test_a_field_that_ended_is_still_taken_from_who_told_of_it_before(monkeypatch):
    field = replace(ficha.FIELDS["wants_storage"], until=date(2026, 1, 10))
    monkeypatch.setitem(ficha.FIELDS, "wants_storage", field)
    assert ficha.check_value("wants_storage", True, on=date(2026, 1, 9)) is True
    for on in (date(2026, 1, 11), None):
        with pytest.raises(UnknownField):
            ficha.check_value("wants_storage", True, on=on)


def test_only_the_person_says_who_she_is():
    for field in ("race", "gender_identity", "orientation"):
        ficha.check_source(field, "told")
        for source in ("observed", "third_party", "document"):
            with pytest.raises(BadValue):
                ficha.check_source(field, source)
    ficha.check_source("substances", "observed")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("belongings", ["cart", "tent"], "Carroça ou carrinho, Barraca"),
        ("document.cpf", {"state": "has", "number": "52998224725"}, "Tem · 529.982.247-25"),
        ("birth_on", "1961-04-02", "02/04/1961"), ("wants_storage", True, "Sim"), ("age", 40, "40"),
        ("of_a_former_release", {"x": 1}, "x: 1"), ("of_a_former_release", "texto", "texto"),
        ("race", "a_former_code", "a_former_code"), ("birth_on", "1961", "1961"),
    ],
)  # fmt: skip
def test_what_was_told_stays_readable_whatever_the_catalogue_says(field, value, words):
    assert ficha.in_words(field, value) == words
    assert ficha.label_of(field)
