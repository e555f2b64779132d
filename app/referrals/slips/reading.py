"""What somebody typed or pasted at a door: the six letters, or the text of a whole slip, of which the letters are read.

The server does not verify signatures: it knows the referral itself, which is more than any signature says.
"""

import base64
import binascii
import re

from app.core.ids import CODE_ALPHABET

LONGEST = 2000
_CODE = re.compile(f"[{CODE_ALPHABET}]{{6}}")
_SLIP_BYTES = 131
_CODE_AT = slice(53, 59)


def code_in(text: str) -> str | None:
    """The code of six letters in this text, None when there is none. Small letters, blanks and dashes are forgiven."""
    inside = text.strip().split("#", 1)[-1]
    plain = re.sub(r"[\s.-]", "", inside).upper()
    if len(inside) <= 40 and _CODE.fullmatch(plain):
        return plain
    if not re.fullmatch(r"[A-Za-z0-9_-]{100,400}", inside):
        return None
    try:
        raw = base64.urlsafe_b64decode(inside + "=" * (-len(inside) % 4))
    except (ValueError, binascii.Error):
        return None
    code = raw[_CODE_AT].decode("ascii", "replace")
    return code if len(raw) == _SLIP_BYTES and raw[0] == 1 and _CODE.fullmatch(code) else None
