"""Hashes of passwords that cost a test nothing: the true ones take an eighth of a second of both cores each, and hundreds
are made in a run. What is promised of the true ones is asked of TRUE."""

from argon2 import PasswordHasher

from app.accounts import passwords

TRUE = passwords._hasher
TRUE_NOBODY = passwords.NOBODY
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def make_cheap() -> None:
    """In this process, for the rest of its life."""
    passwords._hasher = CHEAP
    passwords.NOBODY = CHEAP.hash("nobody's")
