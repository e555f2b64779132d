"""What goes out as a spreadsheet: no formula in it, nothing added to what is empty."""

import csv
import io

import pytest

from app.core import http
from app.core.spreadsheet import cell


@pytest.mark.parametrize("words", ["=1+1", "+55", "-2", "@who", "\tx", "\rx"])
def test_no_words_are_taken_for_a_formula(words):
    assert cell(words) == "'" + words


@pytest.mark.parametrize("words", ["", "Equipe Norte", "1-2", "é"])
def test_other_words_stay_as_they_are_and_an_empty_cell_is_empty(words):
    assert cell(words) == words


def test_the_file_reads_back_with_its_accents_and_is_kept_by_nobody(app):
    with app.test_request_context():
        found = http.table([["região", 1], ["São; José", "duas\nlinhas"]], "t.csv")
    body = found.get_data(as_text=True)
    assert list(csv.reader(io.StringIO(body.removeprefix("\ufeff"), newline=""), delimiter=";")) == [["região", "1"], ["São; José", "duas\nlinhas"]]
    assert body.startswith("\ufeff") and found.headers["Cache-Control"] == "no-store" and '"t.csv"' in found.headers["Content-Disposition"]
