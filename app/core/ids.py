"""Identifiers: UUIDv7 (RFC 9562), made where the thing is born, most of the time on a phone."""

import secrets
from uuid import UUID

import uuid_utils.compat

# No I, L, O, U, 0 or 1: a code is read aloud at a door, at night, by phone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> UUID:
    """A UUIDv7 of this instant."""
    return uuid_utils.compat.uuid7()


def new_code(length: int = 6) -> str:
    """A random code that survives being dictated (alphabet without look-alikes)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def new_token() -> str:
    """An opaque secret of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)
