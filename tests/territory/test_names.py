"""Names as the files of prefeituras write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.territory.names import LONGEST, clean, key_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NOSSA SENHORA DE FATIMA", "Nossa Senhora de Fatima"),
        ("SÃO JOÃO DO MONTE E DA SERRA", "São João do Monte e da Serra"),
        ("DA PAZ", "Da Paz"),
        ("VILA E", "Vila E"),
        ("PASSO D'AREIA", "Passo d'Areia"),
        ("PEDRO II (Dom)", "Pedro II (Dom)"),
        ("XV DE NOVEMBRO", "XV de Novembro"),
        ("BEM-TE-VI", "Bem-Te-Vi"),
        ("EVANDRO BEHR (Prefeito) (Avenida) - ERS 509", "Evandro Behr (Prefeito) (Avenida) - ERS 509"),
        ("V (RUA FEDERAL)", "V (Rua Federal)"),
        ("BR 287", "BR 287"),
        ("RUA 12", "Rua 12"),
        ("J.G. DE ARAUJO", "J.G. de Araujo"),
        ("RUA DR. BOZANO", "Rua Dr. Bozano"),
        ("Chácara das Flores", "Chácara das Flores"),
        ("são josé", "são josé"),
        ("  Passo   das  Tropas ", "Passo das Tropas"),
        (12, "12"),
        (3.0, "3"),
        ("a\x00b\u202ec", "a b c"),
    ],
)
def test_a_name_is_written_as_portuguese_writes_titles(written, read):
    assert clean(written) == read


@pytest.mark.parametrize(
    "nothing",
    ["SEM NOME", "S/N", "s/nº".rstrip("º"), "Sem Denominacao", "RUA SEM DENOMINAÇÃO", "SERVIDAO SEM NOME", "", "  ", "-",
     "N/A", "null", None, True, [], {}, "NÃO IDENTIFICADO"],
)  # fmt: skip
def test_what_says_that_there_is_no_name_is_no_name(nothing):
    assert clean(nothing) is None


def test_accents_capitals_and_punctuation_do_not_make_another_name():
    assert key_of("São José") == key_of("SAO  JOSE") == key_of("Sao-José")
    assert key_of("Norte") != key_of("Nordeste")


@given(st.text(max_size=300) | st.integers() | st.floats() | st.none() | st.booleans())
def test_any_value_gives_a_storable_name_or_none(value):
    name = clean(value)
    assert name is None or (0 < len(name) <= LONGEST and name == name.strip() and "\x00" not in name and key_of(name))
    if name is not None:
        name.encode()
        assert key_of(clean(name) or "") == key_of(name)
