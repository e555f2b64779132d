"""Reads a spreadsheet of workers or of teams saved as CSV: pure, and it never trusts the file.

UTF-8 (with or without its mark), Windows-1252 or UTF-16; parted by `;`, `,` or tab; the header in Portuguese says
which of the two it is. What is wrong with the file as a whole is a Problem; what is wrong with a line is said on it.
"""

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass

from flask_babel import gettext as _

from app.accounts.problems import BadFile, BadHeader, EmptyFile, Spreadsheet, TooManyLines

LARGEST = 512 * 1024
MOST_LINES = 2000
_LONGEST_CELL = 200

# What a column may be called, without accents and case.
_COLUMNS = {
    "login": ("acesso", "nome de acesso", "login", "usuario"),
    "name": ("nome", "nome completo"),
    "role": ("perfil", "papel", "funcao"),
    "team": ("equipe",),
    "kind": ("tipo", "tipo de equipe"),
    "unit": ("unidade", "unidade de referencia"),
    "region": ("regiao", "regioes"),
}
_WORKERS = {"login", "name", "role"}
_TEAMS = {"team", "kind"}


@dataclass(frozen=True)
class Row:
    """One line: its number as an editor shows it, its cells by column, and why it can't be used ('' = it may)."""

    number: int
    cells: dict[str, str]
    wrong: str = ""


@dataclass(frozen=True)
class Roster:
    """What a file holds. kind: `workers` or `teams`."""

    kind: str
    rows: tuple[Row, ...]


def key_of(words: str) -> str:
    """Words as they are compared: without case, accents and blanks beside."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(char if char.isalnum() else " " for char in parts if not unicodedata.combining(char))
    return " ".join(bare.split())


def read(raw: bytes) -> Roster:
    """The file's rows. Raises a BadFile."""
    if len(raw) > LARGEST:
        raise TooManyLines()
    text = _decoded(raw)
    if not text.strip():
        raise EmptyFile()
    body = text.lstrip("\n")
    above = len(text) - len(body)
    delimiter = max(";,\t", key=body.split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(body), delimiter=delimiter)
    try:
        columns = _header(next(lines))
        rows = []
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MOST_LINES:
                raise TooManyLines()
            rows.append(_row(above + lines.line_num, columns, cells))
    except csv.Error as error:
        raise BadFile() from error
    if not rows:
        raise EmptyFile()
    return Roster("workers" if set(columns) >= _WORKERS else "teams", tuple(rows))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Spreadsheet()
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = raw.decode("utf-16")
        else:
            text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise BadFile() from None
        # What Excel in Portuguese writes; the five bytes it leaves undefined are in no text.
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            raise BadFile() from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise BadFile()
    return text


def _header(cells: list[str]) -> list[str]:
    names = {name: column for column, known in _COLUMNS.items() for name in known}
    columns = [names.get(key_of(cell), "") for cell in cells]
    while columns and not columns[-1] and not cells[len(columns) - 1].strip():
        columns.pop()
    found = set(columns)
    complete = found >= _WORKERS and "kind" not in found or found >= _TEAMS and not found & {"login", "role", "name"}
    if "" in found or len(found) != len(columns) or not complete:
        raise BadHeader()
    return columns


def _row(number: int, columns: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(number, {}, _("A linha tem mais células do que o cabeçalho."))
    padded = [*cells, *[""] * len(columns)]
    found = {column: padded[at].strip() for at, column in enumerate(columns)}
    found = {column: "" if cell in ("-", "–") else cell for column, cell in found.items()}
    for column, cell in found.items():
        if cell.startswith(("=", "+", "-", "@")):
            # Whoever opens a list of ours in a spreadsheet would run it.
            return Row(number, found | {column: ""}, _("A célula “%(column)s” começa como fórmula (=, +, - ou @).", column=_COLUMNS[column][0]))
        if len(cell) > _LONGEST_CELL or any(ord(char) < 32 for char in cell):
            return Row(number, found | {column: ""}, _("A célula “%(column)s” é longa demais ou tem quebra de linha.", column=_COLUMNS[column][0]))
    return Row(number, found)
