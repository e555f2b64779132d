"""Tables that people open as a spreadsheet: separated by semicolons, with the mark that lets it read the accents."""

import csv
import io
from collections.abc import Iterable
from typing import Any


def cell(words: str) -> str:
    """Words that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{words}" if words[:1] in tuple("=+-@\t\r") else words


def written(rows: Iterable[Iterable[Any]]) -> str:
    """The rows as one text. Words that people wrote go through `cell` before."""
    paper = io.StringIO()
    csv.writer(paper, delimiter=";").writerows(rows)
    return "\ufeff" + paper.getvalue()
