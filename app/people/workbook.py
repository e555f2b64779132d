"""The rows of an Excel workbook (.xlsx) as text: pure, and it never trusts the file."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import load_workbook

# Unpacked, of all its parts: a small file that unpacks to gigabytes is no spreadsheet.
_LARGEST = 256 * 1024 * 1024
_MOST_COLUMNS = 400


class NotAWorkbook(ValueError):
    pass


def rows_of(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """(number as Excel shows it, cells) of the first sheet that has anything. Raises NotAWorkbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                raise NotAWorkbook
        # read_only: rows are read as they come; data_only: what a formula showed when it was last saved.
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            # Some programs write a size that isn't true, and rows behind it would be missed.
            sheet.reset_dimensions()
            found = [
                (number, [_text(value) for value in cells])
                for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), 1)
                if any(value not in (None, "") for value in cells)
            ]
            if found:
                yield from found
                return
    except NotAWorkbook:
        raise
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise NotAWorkbook from error


def _text(value: object) -> str:
    """A cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y") if value.time() == time() else value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
