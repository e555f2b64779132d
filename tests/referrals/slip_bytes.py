"""Slips written and checked without any code of ours: with `cryptography` and `struct`, from the words of the format.

`python -m tests.referrals.slip_bytes` writes tests/contract/slips.json anew (new keys, new signatures).
"""

import base64
import json
import struct
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILE = Path(__file__).parents[1] / "contract" / "slips.json"
LAYOUT = struct.Struct(">BI16s16s16s6sII")
ORIGIN = "https://vinculo.example"
CITY = 2408102
NOW = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
DEVICE, OTHER_DEVICE, LOST, UNKNOWN = (UUID(f"0193a000-0000-7000-8000-0000000000d{end}") for end in "1234")
UNIT, OTHER_UNIT = (UUID(f"0193a000-0000-7000-8000-00000000000{end}") for end in "ef")
REFERRAL, REVOKED, UNHEARD = (UUID(f"0193a000-0000-7000-8000-0000000000f{end}") for end in "123")
CODE = "K7M2QX"


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(letters: str) -> bytes:
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


def point_of(key: ec.EllipticCurvePrivateKey) -> str:
    return base64url(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def packed(
    *, version: int = 1, city: int = CITY, device: UUID = DEVICE, unit: UUID = UNIT, referral: UUID = REFERRAL,
    code: str = CODE, issued: datetime = NOW - timedelta(hours=1), expires: datetime = NOW + timedelta(hours=23),
) -> bytes:  # fmt: skip
    return LAYOUT.pack(
        version, city, device.bytes, unit.bytes, referral.bytes, code.encode(), int(issued.timestamp()), int(expires.timestamp())
    )


def signature_of(key: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def text_of(raw: bytes) -> str:
    return f"{ORIGIN}/mesa/conferir#{base64url(raw)}"


def verifies(point: str, text: str) -> bool:
    """Whether a slip's text bears the signature of this key."""
    raw = from_base64url(text.split("#")[1])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(point))
    r, s = (int.from_bytes(raw[at : at + 32], "big") for at in (67, 99))
    try:
        key.verify(encode_dss_signature(r, s), raw[:67], ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def standing(referral: UUID, status: str, code: str = CODE) -> dict:
    return {
        "code": code, "referral_id": str(referral), "unit_id": str(UNIT), "status": status, "people_count": 1,
        "received_at": iso(NOW - timedelta(minutes=50)), "at": iso(NOW - timedelta(minutes=50)),
    }  # fmt: skip


def written() -> dict:
    """What both suites read: what a desk holds, and slips with what it must say of each."""
    key, other, lost, stranger = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
    seen = NOW - timedelta(minutes=20)
    pack = {
        "city": CITY, "worker_id": "0193a000-0000-7000-8000-0000000000a1",
        "units": [
            {"id": str(UNIT), "name": "Albergue Municipal", "is_own": True},
            {"id": str(OTHER_UNIT), "name": "Casa de Passagem", "is_own": False},
        ],
        "keys": [
            {"device_id": str(DEVICE), "key": point_of(other), "revoked_at": None},
            {"device_id": str(DEVICE), "key": point_of(key), "revoked_at": None},
            {"device_id": str(OTHER_DEVICE), "key": point_of(other), "revoked_at": None},
            {"device_id": str(LOST), "key": point_of(lost), "revoked_at": iso(NOW - timedelta(hours=3))},
        ],
        "open": [standing(REFERRAL, "held"), standing(REVOKED, "revoked", "P3RTVW")],
        "server_time": iso(seen),
    }  # fmt: skip
    whole = packed()
    good = whole + signature_of(key, whole)
    cases: list[dict] = []

    def case(name: str, text: str, verdict: str, status: str | None = None, **more) -> None:
        cases.append({"name": name, "text": text, "verdict": verdict, "status": status, "is_new": False, "is_odd": False} | more)

    def by(signer, **fields) -> str:
        raw = packed(**fields)
        return text_of(raw + signature_of(signer, raw))

    case("valid", text_of(good), "valid", "held")
    case("valid, the letters alone", base64url(good), "valid", "held")
    case("valid, signed with the key that the device had before", by(other), "valid", "held")
    at = 0
    for name, width, verdict in (
        ("version", 1, "other_version"), ("city", 4, "other_city"), ("device", 16, "unknown_device"), ("unit", 16, "altered"),
        ("referral", 16, "altered"), ("code", 6, "altered"), ("issued", 4, "altered"), ("expires", 4, "altered"),
        ("signature, first half", 32, "altered"), ("signature, second half", 32, "altered"),
    ):  # fmt: skip
        changed = bytearray(good)
        changed[at + width - 1] ^= 1
        status = None if name in ("version", "referral") else "held"
        case(f"altered: {name}", text_of(bytes(changed)), verdict, status)
        at += width
    assert at == len(good) == 131
    case("made up by another key", by(stranger), "altered", "held")
    case("of another device's key", by(lost), "altered", "held")
    case("signed, with the code of nobody's referral", by(key, code="AAAAAA"), "altered", "held")
    case("expired", by(key, expires=NOW - timedelta(minutes=1)), "expired", "held")
    case("of another unit", by(key, unit=OTHER_UNIT, referral=UNHEARD), "other_unit")
    case("of another city", by(key, city=4314902), "other_city", "held")
    case("of an unknown device", by(stranger, device=UNKNOWN), "unknown_device", "held")
    case("made on a device after it was lost", by(lost, device=LOST), "revoked_device", "held")
    case("made on a device before it was lost", by(lost, device=LOST, issued=NOW - timedelta(hours=4)), "valid", "held")
    case("cancelled meanwhile, as the desk heard", by(key, referral=REVOKED, code="P3RTVW"), "valid", "revoked")
    case("not among what the desk knows", by(key, referral=UNHEARD), "valid")
    case("made since the desk last heard", by(key, referral=UNHEARD, issued=NOW - timedelta(minutes=10)), "valid", is_new=True)
    case("by a clock a day ahead", by(key, issued=NOW + timedelta(days=1), expires=NOW + timedelta(days=2)), "valid", "held", is_new=True, is_odd=True)
    case("by a clock a day behind", by(key, issued=NOW - timedelta(days=2), expires=NOW - timedelta(days=1)), "expired", "held")
    for name, text in {
        "empty": "", "blank": "  \n ", "words": "Boa noite", "an address": "https://vinculo.example/mesa/", "not base64": text_of(good)[:-3] + "*é!",
        "cut": text_of(good)[:-8], "one byte too long": text_of(good + b"\x00"), "zeros of another length": base64url(bytes([1]) + bytes(129)),
        "too long": "A" * 3_000,
    }.items():  # fmt: skip
        case(f"no slip: {name}", text, "not_a_slip")
    case("version 2", base64url(bytes([2]) + bytes(130)), "other_version")
    qr = segno.make(text_of(good), error="m", mode="byte", mask=3, micro=False, boost_error=False)
    return {
        "now": iso(NOW), "pack": pack, "cases": cases,
        "made": {
            "slip": {
                "city": CITY, "device_id": str(DEVICE), "unit_id": str(UNIT), "referral_id": str(REFERRAL), "code": CODE,
                "issued_at": iso(NOW - timedelta(hours=1)), "expires_at": iso(NOW + timedelta(hours=23)),
            },
            "signed": whole.hex(), "signature": good[67:].hex(), "origin": ORIGIN, "text": text_of(good),
        },
        "qr_by_mask_3": ["".join("1" if dark else "0" for dark in row) for row in qr.matrix],
    }  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(written(), ensure_ascii=False, indent=1) + "\n")
    sys.stdout.write(f"{FILE}\n")
