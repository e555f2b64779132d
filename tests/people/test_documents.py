"""The vectors of domain.md 5.4; none is anybody's number."""

import pytest

from app.people.documents import digits_of, is_cns, is_cpf, is_nis


@pytest.mark.parametrize(
    ("check", "number", "right"),
    [
        (is_cpf, "529.982.247-25", True), (is_cpf, "111.111.111-11", False), (is_cpf, "529.982.247-26", False),
        (is_cpf, "5299822472", False), (is_cpf, "529982247250", False), (is_cpf, "", False), (is_cpf, "5299822472x", False),
        (is_cpf, "٥٢٩٩٨٢٢٤٧٢٥", False),
        (is_nis, "12056412545", True), (is_nis, "20000000005", True), (is_nis, "12000000128", True),
        (is_nis, "12000000020", True), (is_nis, "12000000080", True), (is_nis, "12056412546", False),
        (is_nis, "00000000000", False),
        (is_cns, "123456789010000", True), (is_cns, "200000000010009", True), (is_cns, "700000000000005", True),
        (is_cns, "898000000000002", True), (is_cns, "123456789010001", False), (is_cns, "200000000010008", False),
        (is_cns, "700000000000004", False), (is_cns, "898000000000003", False), (is_cns, "300000000000000", False),
    ],
)  # fmt: skip
def test_the_check_digits_of_the_vectors(check, number, right):
    assert check(digits_of(number)) is right
