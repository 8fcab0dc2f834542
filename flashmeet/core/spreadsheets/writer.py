"""The one writer of tables, as CSV and as XLSX: both hold the same texts, and no program computes any of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO

from flashmeet.core.spreadsheets.guards import inert_row

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDTH, _LONGEST_COLUMN = 18, 1_048_575
_LAST_COLUMN = 16_383


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Returns the rows as CSV with commas; None is an empty cell."""
    out = io.StringIO()
    csv.writer(out).writerows(inert_row(row) for row in rows)
    return out.getvalue()


def write_xlsx(rows: Iterable[Iterable[object]], out: IO[bytes], *, name: str) -> None:
    """Writes the rows to the open file as a workbook of one sheet; the first row is its heading, and stays in sight.

    Texts are written as texts, phones and keys with their zeros too, and whole numbers as numbers. Rows are written one
    by one, so that a long list takes no memory.
    """
    import xlsxwriter  # noqa: PLC0415  # forty modules, for a table that is written now and then

    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        sheet, text, heading = book.add_worksheet(name[:31]), book.add_format(), book.add_format({"bold": True})
        text.set_num_format("@")
        sheet.set_column(0, _LAST_COLUMN, _WIDTH, text)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_LONGEST_COLUMN}"})
        for at, row in enumerate(rows):
            cells = list(row)
            for column, (cell, inert) in enumerate(zip(cells, inert_row(cells), strict=True)):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(at, column, cell)
                elif inert:
                    sheet.write_string(at, column, inert, heading if at == 0 else text)


def xlsx_bytes(rows: Iterable[Iterable[object]], *, name: str) -> bytes:
    out = io.BytesIO()
    write_xlsx(rows, out, name=name)
    return out.getvalue()
