"""What failed in a run of pytest, read from the report that it leaves (junitxml), to be told once more at the end: whoever
reads a long log, or only its tail, finds there which test it was and why."""

import xml.etree.ElementTree as ET
from pathlib import Path

LINES = 40  # of each failure: the last ones hold what was asserted and where
LONGEST_LINE = 400
MOST_IN_FULL = 10  # with more failures than these, the others are told by their names


def failures(report: Path) -> list[tuple[str, str]]:
    """The name of each test that failed and the last lines of what it said; nothing when there is no whole report."""
    try:
        cases = ET.parse(report).iter("testcase")
    except (OSError, ET.ParseError):
        return []
    return [
        (_named(case), _tail(told.text or told.get("message") or ""))
        for case in cases
        for told in case
        if told.tag in ("failure", "error")
    ]


def told_again(found: list[tuple[str, str]]) -> str:
    parts = [f"\n— {name}\n{said}" for name, said in found[:MOST_IN_FULL]]
    parts += [f"\n— {name}" for name, _ in found[MOST_IN_FULL:]]
    return "\nO que falhou:\n" + "\n".join(parts)


def _named(case: ET.Element) -> str:
    """As pytest takes it; an error of collection has the file's name alone."""
    module = (case.get("classname") or "").replace(".", "/")
    return f"{module}.py::{case.get('name')}" if module else str(case.get("name"))


def _tail(text: str) -> str:
    return "\n".join(f"    {line[:LONGEST_LINE]}" for line in text.strip().splitlines()[-LINES:])
