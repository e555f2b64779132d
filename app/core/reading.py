"""JSON as phones write it."""

import json
from typing import Any

import orjson


def loads(raw: bytes) -> Any:
    """The value; raises orjson.JSONDecodeError.

    Half an emoji (a lone surrogate: JavaScript writes it when a text is cut in its middle, no database keeps it)
    becomes "?", so that it doesn't hold back the record, nor all others of its push or file.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        if b"\\u" not in raw:
            raise
        try:
            mended = json.dumps(json.loads(raw.decode()), ensure_ascii=False).encode(errors="replace")
        except (ValueError, RecursionError):
            mended = b""
        if not mended:
            raise
        return orjson.loads(mended)
