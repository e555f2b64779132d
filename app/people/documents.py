"""Numbers of documents: digits only, as text. The check digit finds a slip of the finger; it identifies nobody.

CPF, NIS and CNS as domain.md 5.4 gives them; the same vectors are the tests.
"""

import re

_NOT_DIGIT = re.compile(r"[\s.\-/]+")


def digits_of(written: str) -> str:
    """What somebody typed without dots, dashes and blanks; other signs stay, and are found wrong."""
    return _NOT_DIGIT.sub("", written)


def is_cpf(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{11}", number) or len(set(number)) == 1:
        return False
    return number[9:] == _cpf_digit(number[:9]) + _cpf_digit(number[:10])


def is_nis(number: str) -> bool:
    """NIS, PIS and PASEP are one numbering."""
    if not re.fullmatch(r"[0-9]{11}", number) or len(set(number)) == 1:
        return False
    rest = 11 - _sum(number[:10], (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return int(number[10]) == (0 if rest > 9 else rest)


def is_cns(number: str) -> bool:
    """The card of SUS: definitive ones begin with 1 or 2, provisional ones with 7, 8 or 9."""
    return bool(re.fullmatch(r"[12789][0-9]{14}", number)) and _sum(number, range(15, 0, -1)) % 11 == 0


# Kind of document → whether its number can be right; the others have no check digit that holds all over Brazil.
CHECKS = {"cpf": is_cpf, "nis": is_nis, "cns": is_cns}


def _cpf_digit(digits: str) -> str:
    return str(_sum(digits, range(len(digits) + 1, 1, -1)) * 10 % 11 % 10)


def _sum(digits: str, weights) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
