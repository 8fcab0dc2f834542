"""The process that opens a workbook; run by itself, it answers `workbooks`. Nothing else imports python-calamine."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from flashmeet.core.child_process import limit_itself
from flashmeet.core.spreadsheets.faults import TableFault

CPU_SECONDS, MOST_ANSWER = 40, 200_000_000
ROWS_SENT = 100_010
_MOST_WIDTH, _MOST_CELL = 400, 32_800
_LOOKED_AT = 300

Cell = int | float | str | bool | time | date | datetime | timedelta


def as_people_mean(value: Cell) -> str:
    """Returns a cell's text: 2012.0 is 2012, a date is 2012-06-30, true is yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)[:_MOST_CELL]


def answer() -> None:
    """Reads the standard input, answers on the standard output."""
    limit_itself(cpu_seconds=CPU_SECONDS, answer_bytes=MOST_ANSWER)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        if not book.sheet_names:
            raise calamine.CalamineError
        sheet, left = _sheet(book)
        print(json.dumps({"sheet": sheet.name, "several": len(book.sheet_names) > 1, "left": left}))
        _tell(sheet.iter_rows())
    except calamine.PasswordError:
        print(json.dumps({"fault": TableFault.PASSWORD}))
    except calamine.CalamineError:
        print(json.dumps({"fault": TableFault.BROKEN}))


def _tell(rows: Iterator[list[Cell]]) -> None:
    told = 0
    for number, cells in enumerate(rows, 1):
        texts = [as_people_mean(each) for each in cells[:_MOST_WIDTH]]
        if any(texts) and told < ROWS_SENT:
            told += 1
            print(json.dumps([number, texts]))


def _sheet(book: calamine.CalamineWorkbook) -> tuple[calamine.CalamineSheet, list[str]]:
    """Returns the visible sheet with most addresses in its first rows, and the names of the others that have some."""
    seen = [each.name for each in book.sheets_metadata if each.visible == calamine.SheetVisibleEnum.Visible]
    sheets = [book.get_sheet_by_name(name) for name in seen or book.sheet_names]
    if len(sheets) == 1:
        return sheets[0], []
    found = [_addresses(sheet) for sheet in sheets]
    best = found.index(max(found))
    return sheets[best], [sheet.name for at, sheet in enumerate(sheets) if at != best and found[at]]


def _addresses(sheet: calamine.CalamineSheet) -> int:
    rows = zip(range(_LOOKED_AT), sheet.iter_rows(), strict=False)
    return sum(1 for _, cells in rows for each in cells if isinstance(each, str) and "@" in each)


if __name__ == "__main__":
    answer()
