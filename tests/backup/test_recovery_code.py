"""The code on paper: hard to guess, hard to mistype, and the only thing that opens what is sealed to it."""

import itertools
import stat

import pytest

from app.core import envelopes, recovery
from app.core.ids import CODE_ALPHABET
from app.core.recovery import BadCode


def test_a_code_is_138_random_bits_without_look_alikes():
    code = recovery.new()
    groups = code.split("-")
    assert [len(group) for group in groups] == [5] * 7
    assert set("".join(groups)) <= set(CODE_ALPHABET) and not set("01ILO") & set(CODE_ALPHABET)
    assert len(CODE_ALPHABET) ** (recovery.GROUPS * recovery.GROUP) > 2**128
    assert recovery.new() != code


def test_the_same_code_makes_the_same_key_however_it_is_typed():
    code = recovery.new()
    kid = envelopes.public_half(recovery.key_of(code)).kid
    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f"  {code}\n"):
        assert envelopes.public_half(recovery.key_of(typed)).kid == kid
    assert envelopes.public_half(recovery.key_of(recovery.new())).kid != kid


def test_every_wrong_letter_is_told_at_once_by_its_group():
    code = recovery.new()
    for at, letter in enumerate(code):
        if letter == "-":
            continue
        for other in CODE_ALPHABET:
            if other != letter:
                with pytest.raises(BadCode, match=f"o {at // 6 + 1}º grupo"):
                    recovery.key_of(code[:at] + other + code[at + 1 :])


def test_neighbours_that_changed_places_are_told():
    code = recovery.new()
    for at, (a, b) in enumerate(itertools.pairwise(code)):
        if a != b and "-" not in (a, b) and at % 6 < 3:
            with pytest.raises(BadCode):
                recovery.key_of(code[:at] + b + a + code[at + 2 :])


def test_groups_that_changed_places_are_told():
    groups = recovery.new().split("-")
    for a, b in itertools.combinations(range(recovery.GROUPS), 2):
        swapped = [*groups]
        swapped[a], swapped[b] = groups[b], groups[a]
        if swapped != groups:
            with pytest.raises(BadCode):
                recovery.key_of("-".join(swapped))


@pytest.mark.parametrize(
    "typed, said",
    [("", "tem 0 letras"), ("ABCDE-FGHJK", "tem 10 letras"), ("é" * 35, "não usa “É”"), ("0" * 35, "não usa “0”")],
)
def test_what_is_no_code_is_said_in_one_line(typed, said):
    with pytest.raises(BadCode, match=said) as told:
        recovery.key_of(typed)
    assert "\n" not in str(told.value)


def test_only_the_public_half_is_kept(tmp_path):
    code = recovery.new()
    kept = recovery.keep(tmp_path / "keys", code)
    path = tmp_path / "keys" / recovery.FILE
    text = path.read_text()
    assert recovery.public_key(tmp_path / "keys") == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(group in text for group in code.split("-"))
    sealed = envelopes.seal(kept, b"um segredo")
    assert envelopes.open_with(recovery.key_of(code), sealed) == b"um segredo"
    with pytest.raises(envelopes.NotOpened):
        envelopes.open_with(recovery.key_of(recovery.new()), sealed)


@pytest.mark.parametrize("content", ["", "vinculo-recovery-1", "vinculo-recovery-1 0000000000000000 AAAA", "\xff"])
def test_a_torn_public_half_is_none(tmp_path, content):
    (tmp_path / recovery.FILE).write_bytes(content.encode("latin-1"))
    assert recovery.public_key(tmp_path) is None


def test_a_set_up_that_fails_keeps_no_code_that_nobody_saw(tmp_path):
    with pytest.raises(ZeroDivisionError), recovery.first_code(tmp_path) as code:
        assert code and recovery.public_key(tmp_path)
        raise ZeroDivisionError
    assert recovery.public_key(tmp_path) is None
    with recovery.first_code(tmp_path) as code:
        assert code
    with recovery.first_code(tmp_path) as again:
        assert again is None  # one per installation
