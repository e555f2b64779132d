"""Reads a city's spreadsheet of people: pure, and it never trusts the file.

Excel (.xlsx), or CSV in UTF-8 (with or without its mark), Windows-1252 or UTF-16, parted by `;`, `,` or tab. Columns are guessed by their
Portuguese headers and may be named by hand; a column that nobody knows is left aside, and said so.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.people import workbook
from app.people.problems import BadPeopleFile, UnknownColumn
from app.people.sound import plain

LARGEST = 32 * 1024 * 1024
_LONGEST_CELL = 2000
_DIGITS = {"document.cpf": 11, "document.nis": 11, "document.cns": 15}

# Field of the ficha → what its column may be called, without accents and case. `region` and `last_met_on` are of the person.
COLUMNS = {
    "name.civil": ("nome", "nome completo", "nome civil", "nome da pessoa", "nom pessoa"),
    "name.social": ("nome social",),
    "name.nickname": ("apelido", "vulgo", "nom apelido", "como e chamado"),
    "name.alias": ("descricao", "caracteristicas"),
    "birth_on": ("data de nascimento", "nascimento", "dt nascimento", "dta nasc pessoa", "data nasc"),
    "age": ("idade", "idade aproximada", "idade estimada"),
    "statistical_sex": ("sexo", "cod sexo pessoa"),
    "document.cpf": ("cpf", "num cpf pessoa"),
    "document.nis": ("nis", "pis", "pis pasep", "num nis pessoa", "num nis pessoa atual"),
    "document.cns": ("cns", "cartao sus", "cartao do sus"),
    "region": ("regiao", "zona"),
    "last_met_on": ("ultima abordagem", "ultimo atendimento", "data da abordagem"),
}


@dataclass(frozen=True)
class Row:
    """number: as an editor shows it; cells: by field, only those that say something."""

    number: int
    cells: dict[str, str]
    too_many: bool = False


@dataclass(frozen=True)
class Roster:
    """mapping: header → field, or '' for a column left aside. Of a header that stands twice the first counts."""

    mapping: dict[str, str]
    rows: tuple[Row, ...]


def read(raw: bytes, named: Mapping[str, str] | None = None) -> Roster:
    """The file's rows; `named`: header → field, over what is guessed. Raises BadPeopleFile, UnknownColumn."""
    if len(raw) > LARGEST:
        raise BadPeopleFile()
    is_workbook = raw.startswith(b"PK\x03\x04")
    lines = workbook.rows_of(raw) if is_workbook else _lines(_decoded(raw))
    try:
        header = _header(lines)
        mapping = _mapping(header, named or {})
        columns = _columns(header, mapping)
        rows = []
        for number, cells in lines:
            found = {field: cell.strip() for field, cell in zip(columns, cells, strict=False) if field and cell.strip()}
            if is_workbook:
                found = {field: _refilled(field, cell) for field, cell in found.items()}
            rows.append(Row(number, found, any(cell.strip() for cell in cells[len(columns) :])))
    except (csv.Error, workbook.NotAWorkbook) as error:
        raise BadPeopleFile() from error
    if not rows:
        raise BadPeopleFile()
    return Roster(mapping, tuple(rows))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number as an editor shows it, cells) of each line that says something."""
    delimiter = max(";,\t", key=text.lstrip("\n").split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield lines.line_num, cells


def _header(lines: Iterator[tuple[int, list[str]]]) -> list[str]:
    return [cell.strip() for cell in next(lines, (0, []))[1]]


def _refilled(field: str, cell: str) -> str:
    """A document's number with the zeros before it, which Excel drops where it takes it for a quantity."""
    length = _DIGITS.get(field, 0)
    return cell.zfill(length) if cell.isdigit() and len(cell) < length else cell


def _columns(header: list[str], mapping: Mapping[str, str]) -> list[str]:
    """Of each column its field; '' where its header stood before."""
    return [mapping[cell] if cell not in header[:at] else "" for at, cell in enumerate(header)]


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):  # Excel before 2007
        raise BadPeopleFile()
    encodings = ("utf-16",) if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(char) < 32 and char not in "\r\n\t" for char in text):
            raise BadPeopleFile()
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BadPeopleFile()


def _mapping(header: list[str], named: Mapping[str, str]) -> dict[str, str]:
    if set(named) - set(header) or set(named.values()) - COLUMNS.keys() - {""}:
        raise UnknownColumn()
    guessed = {name: field for field, names in COLUMNS.items() for name in names}
    mapping: dict[str, str] = {}
    taken = set(named.values())
    for cell in dict.fromkeys(header):
        field = named[cell] if cell in named else guessed.get(plain(cell), "")
        if cell not in named and field in taken:
            field = ""
        taken.add(field)
        mapping[cell] = field
    if not any(field.startswith("name.") for field in mapping.values()):
        raise UnknownColumn()
    return mapping
