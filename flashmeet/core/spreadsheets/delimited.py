"""Reads text files whose cells are separated by a comma, a semicolon, a tab or a bar."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from flashmeet.core.spreadsheets.faults import TableFault, UnreadableTable

SEPARATORS = (";", "\t", ",", "|")
_LOOKED_AT = 60
_DECLARED = re.compile(r'"?sep=(.)"?[ ;,\t]*\r?(?:\n|$)', re.IGNORECASE)
"""The first line by which Excel is told the separator."""

_CURLY = re.compile(r"\s*“([^“”]*)”\s*")

Row = tuple[int, list[str]]
"""The number of the row's first line, from 1, and its cells."""


def read_delimited(text: str) -> Iterator[Row]:
    """Yields the rows, empty ones too. Raises UnreadableTable where quotes are not closed."""
    declared = _DECLARED.match(text)
    skipped = declared.end() if declared else 0
    separator = declared[1] if declared else find_separator(text)
    begins = 2 if declared else 1
    reader = csv.reader(io.StringIO(text[skipped:], newline=""), delimiter=separator, strict=True)
    first = begins
    try:
        for cells in reader:
            yield begins, [_unquoted(cell) for cell in cells]
            begins = first + reader.line_num
    except csv.Error:
        raise UnreadableTable(TableFault.QUOTES, line=begins) from None


def _unquoted(cell: str) -> str:
    """Returns the cell without the curly quotes that a text program made of the straight ones around it."""
    found = _CURLY.fullmatch(cell)
    return found[1] if found else cell


def find_separator(text: str) -> str:
    """Returns the separator by which most of the first rows have the same number of cells, and most cells."""
    return max(SEPARATORS, key=lambda each: _evenness(text, each))


def _evenness(text: str, separator: str) -> int:
    reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
    try:
        widths = Counter(len(cells) for cells in islice(reader, _LOOKED_AT) if any(cells))
    except csv.Error:
        return 0
    return max(((width - 1) * rows for width, rows in widths.items()), default=0)
