"""Reads a city's spreadsheet of units saved as CSV: pure, and it never trusts the file.

UTF-8 (with or without its mark), Windows-1252 or UTF-16; parted by `;`, `,` or tab. Columns are known by their
Portuguese headers, whatever their case and accents; one that nobody knows is left aside, and said so.
"""

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from app.units.problems import BadUnitsFile
from app.units.terms import RECEIVES, UNIT_KINDS

LARGEST = 4 * 1024 * 1024
COLUMNS = {
    "name": ("nome", "unidade", "nome da unidade"),
    "kind": ("tipo", "tipo de unidade"),
    "address": ("endereco", "logradouro"),
    "phone": ("telefone", "fone", "contato"),
    "email": ("email", "e-mail", "correio eletronico"),
    "organization": ("organizacao", "entidade", "mantenedora", "osc"),
    "region": ("regiao", "zona"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "long"),
    "federal_unit_code": ("cadsuas", "numero da unidade", "no da unidade", "codigo cadsuas"),
    "hours_text": ("horario", "funcionamento", "horario de funcionamento"),
    "receives": ("recebe", "publico", "quem recebe"),
    "takes_referrals": ("recebe encaminhamentos", "encaminhamentos"),
    "has_desk": ("usa o vinculo", "tem acesso"),
    "is_outside": ("fora do municipio", "outra cidade"),
}
_YES, _NO = {"sim", "s", "x", "1", "yes"}, {"nao", "n", "0", "no"}


@dataclass(frozen=True)
class Row:
    """number: as an editor shows it; cells: by field, only those that say something."""

    number: int
    cells: dict[str, str]


def plain(text: str) -> str:
    """Without case, accents and doubled blanks: two names that are the same one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def read(raw: bytes) -> tuple[dict[str, str], list[Row]]:
    """({header: field, or '' for one left aside}, rows). Raises BadUnitsFile, without a column of names too."""
    text = _decoded(raw)
    delimiter = max(";,\t", key=text.lstrip("\n").split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    known = {name: field for field, names in COLUMNS.items() for name in names}
    try:
        header = [cell.strip() for cell in next((cells for cells in lines if any(map(str.strip, cells))), [])]
        mapping: dict[str, str] = {}
        for cell in header:
            field = known.get(plain(cell), "")
            mapping.setdefault(cell, "" if field in mapping.values() else field)
        rows = []
        for cells in lines:
            said = {mapping[head]: cell.strip() for head, cell in zip(header, cells, strict=False) if mapping[head] and cell.strip()}
            if said:
                rows.append(Row(lines.line_num, said))
    except csv.Error as error:
        raise BadUnitsFile() from error
    if "name" not in mapping.values() or not rows:
        raise BadUnitsFile()
    return mapping, rows


def kind_of(text: str) -> str | None:
    """The code of a kind of unit, by its words or itself; None for one that isn't in the list."""
    words = {plain(str(word)): code for code, word in UNIT_KINDS.items()} | {code: code for code in UNIT_KINDS}
    words |= {"abrigo": "shelter", "albergue": "night_shelter", "republica": "supported_housing", "ubs": "health_unit",
              "hospital": "health_unit", "restaurante popular": "community_kitchen", "outra": "other"}  # fmt: skip
    return words.get(plain(text))


def receives_of(text: str) -> tuple[list[str], list[str]]:
    """(codes of RECEIVES, words that say nobody known) of a list parted by commas, slashes or plus signs."""
    words = {plain(str(word)): code for code, word in RECEIVES.items()} | {code: code for code in RECEIVES}
    parts = [part.strip() for part in re.split(r"[,/+|]", text) if part.strip()]
    return [words[plain(part)] for part in parts if plain(part) in words], [part for part in parts if plain(part) not in words]


def yes_or_no(text: str) -> bool | None:
    """None for what is neither."""
    return True if plain(text) in _YES else False if plain(text) in _NO else None


def number_of(text: str) -> float | None:
    """Degrees, with a comma or a point; None for none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST or raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadUnitsFile()
    encodings = ("utf-16",) if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(char) < 32 and char not in "\r\n\t" for char in text):
            raise BadUnitsFile()
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BadUnitsFile()
