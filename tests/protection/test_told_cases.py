"""Who is told of a flag, by the cases that the phone's rules are held to as well (static/test/flag/rules.test.ts)."""

import json
from pathlib import Path

import pytest

from app.protection.rules import Line, duties_for
from app.protection.sealing import Facts

SHARED = json.loads((Path(__file__).parents[1] / "contract" / "told.json").read_text(encoding="utf-8"))


def with_tuples(values: dict) -> dict:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_the_table_tells_the_same_on_server_and_phone(case):
    lines = [Line(**with_tuples(line)) for line in SHARED["lines"]]
    told = duties_for(lines, Facts(**with_tuples(case["facts"])))
    assert [[line.recipient, line.obligation, line.minutes] for line in told] == case["told"]
