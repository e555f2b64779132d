"""The phone's vault, opened with its code by an implementation of our own: what static/src/store writes, read in Python."""

import hashlib
from functools import cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def as_bytes(row: dict[str, Any]) -> Any:
    """Hook for json.loads: `{"bytes": [1, 2]}` becomes bytes."""
    return bytes(row["bytes"]) if row.keys() == {"bytes"} else row


@cache
def _stretch(code: str, salt: bytes, rounds: int) -> bytes:
    """A third of a second each time it is really done: tests read the same phone again and again."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), salt, rounds)


def data_key(worker: dict[str, Any], code: str) -> bytes | None:
    """The key of a worker's database; None for a wrong code or a worker without a vault."""
    by_code = (worker.get("vault") or {}).get("code")
    if not by_code:
        return None
    stretched = _stretch(code, by_code["salt"], by_code["rounds"])
    place = f"vinculo/vault/v1/code/{worker['key']}".encode()
    try:
        return AESGCM(stretched).decrypt(by_code["iv"], by_code["box"], place)
    except InvalidTag:
        return None


class Keys:
    """The data keys of all workers of a phone that this code opens."""

    def __init__(self, workers: list[dict[str, Any]], code: str):
        self.of = {f"vinculo-{worker['key']}": data_key(worker, code) for worker in workers}

    def open(self, database: str, store: str, row: dict[str, Any]) -> dict[str, Any]:
        """A row whole where its key is known; else what lies outside its box."""
        if not isinstance(row, dict):  # of a database that isn't ours
            return row
        key, box = self.of.get(database), row.get("box")
        if key is None or not box:
            return row
        place = "/".join([
            database.removeprefix("vinculo-"), store, row["type"] if store == "pulled" else "",
            row.get("kind") or row.get("key") or row["id"],
        ])
        try:
            inside = orjson.loads(AESGCM(key).decrypt(box[:12], box[12:], place.encode()))
        except InvalidTag:
            return row
        return {name: value for name, value in row.items() if name != "box"} | {
            name: value for name, value in inside.items() if not (name == "sealed" and value is None)
        }
