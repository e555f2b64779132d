"""Passwords: argon2id, at most two at once so that a burst of sign-ins can't take the server's memory."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.terms import NO_PASSWORD

_hasher = PasswordHasher()
_two_at_once = BoundedSemaphore(2)
# Verified when the login is unknown, so that the answer takes as long: the hash of a text that was thrown away. Made
# here it would cost every command a third of a second; a test holds its parameters to the hasher's.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$M8MjqQvOGo7ZqjBbvcxihw$JYujIaBE4hVJwH1g7TweLw4PCGI6MIcGrPNJRNGx4lY"


def hash_password(password: str) -> str:
    with _two_at_once:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """False for a wrong password and for a worker who doesn't exist, in the same time."""
    known = None if stored == NO_PASSWORD else stored
    with _two_at_once:
        try:
            return _hasher.verify(known or NOBODY, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False
