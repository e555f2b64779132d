"""Reads a call centre's spreadsheet of requests saved as CSV: pure, and it never trusts the file.

UTF-8 (with or without its mark), Windows-1252 / Latin-1 or UTF-16; parted by `;`, `,` or tab. Columns are known by their
Portuguese headers, whatever their case and accents.
"""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.outreach_requests.problems import BadSpreadsheet, TooManyLines
from app.people.sound import plain

LARGEST = 6 * 1024 * 1024
MOST_LINES = 5000

COLUMNS = {
    "origin": ("protocolo", "numero", "no do protocolo", "protocolo de origem", "chamado"),
    "asked_at": ("data", "data e hora", "recebido em", "aberto em", "data do pedido"),
    "hour": ("hora", "hora do pedido"),
    "purpose": ("tipo", "para quem", "para quem e", "assunto"),
    "street": ("rua", "logradouro", "endereco"),
    "number": ("numero da casa", "complemento"),
    "neighbourhood": ("bairro",),
    "place_text": ("referencia", "ponto de referencia", "local"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "long"),
    "description": ("descricao", "relato", "o que acontece", "observacao"),
    "people_count": ("pessoas", "quantas pessoas", "quantidade"),
    "urgent": ("urgente", "prioridade"),
    "children": ("crianca", "com crianca"),
    "contact": ("contato", "telefone", "solicitante"),
}
PURPOSE_WORDS = {
    "self": ("e para mim", "para mim", "propria pessoa", "self"),
    "other": ("e para outra pessoa", "outra pessoa", "pessoa em situacao de rua", "abordagem", "other", ""),
    "group": ("grupo", "grupo de pessoas", "e para um grupo de pessoas", "group"),
    "child": ("crianca", "adolescente", "crianca ou adolescente", "ha crianca ou adolescente", "child"),
    "removal": ("incomodo", "reclamacao", "perturbacao", "pertences", "incomodo com a presenca ou com pertences", "removal"),
}
_YES = {"sim", "s", "x", "1", "yes", "alta", "urgente"}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2})[:h](\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2}))?")


@dataclass(frozen=True)
class Row:
    """number: as an editor shows it; cells: by field, only those that say something."""

    number: int
    cells: dict[str, str]


def read(raw: bytes) -> list[Row]:
    """The rows. Raises BadSpreadsheet (without a column of places too), TooManyLines."""
    if len(raw) > LARGEST:
        raise TooManyLines()
    text = _decoded(raw)
    delimiter = max(";,\t", key=text.lstrip("\n").split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    known = {name: field for field, names in COLUMNS.items() for name in names}
    try:
        header = [known.get(plain(cell), "") for cell in next((cells for cells in lines if any(map(str.strip, cells))), [])]
        if not {"street", "neighbourhood", "place_text", "lat"} & set(header):
            raise BadSpreadsheet()
        rows = []
        for cells in lines:
            said: dict[str, str] = {}
            for name, cell in zip(header, cells, strict=False):
                if name and cell.strip():
                    said.setdefault(name, cell.strip())
            if not said:
                continue
            if len(rows) == MOST_LINES:
                raise TooManyLines()
            rows.append(Row(lines.line_num, said))
    except csv.Error as error:
        raise BadSpreadsheet() from error
    return rows


def purpose_of(words: str) -> str | None:
    """For whom it is; None where the words say nothing known."""
    wanted = plain(words)
    return next((purpose for purpose, said in PURPOSE_WORDS.items() if wanted in said), None)


def yes(words: str) -> bool:
    return plain(words) in _YES


def instant_of(day: str, hour: str, zone: tzinfo, now: datetime) -> datetime | None:
    """`19/11/2026 14:32`, `2026-11-19 14:32`, or a day and an hour apart; of a day alone its end, or now: nobody waits longer than
    is known. None where it can't be read."""
    found, order = _DAY.fullmatch(day.strip()), (3, 2, 1)
    if found is None:
        found, order = _ISO.fullmatch(day.strip()[:16]), (1, 2, 3)
    if found is None:
        return None
    apart = re.fullmatch(r"(\d{1,2})[:h](\d{2}).*", hour.strip()) if hour.strip() else None
    clock = apart.groups() if apart else (found[4] or "23", found[5] or "59")
    try:
        at = datetime(*(int(found[at]) for at in order), int(clock[0]), int(clock[1]), tzinfo=zone)
        return at if apart or found[4] or at.date() != now.astimezone(zone).date() else min(at, now)
    except ValueError:
        return None


def degrees(words: str) -> float | None:
    """A coordinate with comma or point; None where it is none."""
    try:
        return float(words.replace(",", "."))
    except ValueError:
        return None


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BadSpreadsheet()
