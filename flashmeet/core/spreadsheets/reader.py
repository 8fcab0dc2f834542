"""Reads a table out of whatever file people have: text in any encoding and separator, Excel, OpenDocument.

The file's name says nothing here; its first bytes do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flashmeet.core.spreadsheets.delimited import Row, read_delimited
from flashmeet.core.spreadsheets.encodings import decode
from flashmeet.core.spreadsheets.faults import TableFault, UnreadableTable
from flashmeet.core.spreadsheets.guards import plain
from flashmeet.core.spreadsheets.workbooks import check_archive, read_workbook

MOST_ROWS = 100_000
MOST_BYTES = 30_000_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (re.compile(rb"%PDF-|\{\\rtf|\x89PNG|\xff\xd8\xff|GIF8|\xc5\xd0\xd3\xc6"), TableFault.DOCUMENT),
    (re.compile(rb"\s*BEGIN:V(?:CARD|CALENDAR)", re.IGNORECASE), TableFault.CONTACTS),
    (re.compile(rb"\s*\{\s*\"(?:url|doc_id|resource_id)\"|\[InternetShortcut\]", re.IGNORECASE), TableFault.LINK),
    (
        re.compile(rb"\s*<(?:!doctype|html|table|\?xml|meta|style|script|head|body)\b", re.IGNORECASE),
        TableFault.PAGE,
    ),
    (re.compile(rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh"), TableFault.ARCHIVE),
    (re.compile(rb"SQLite format 3|\x00\x01\x00\x00Standard (?:Jet|ACE) DB|\s*(?:\[\s*)?\{"), TableFault.DATA),
)
"""What files that hold no table begin with."""


@dataclass(frozen=True, slots=True)
class Table:
    """`sheet` is the name of the sheet that was read, of one with several; `left` of others with addresses in them."""

    rows: Iterator[Row]
    sheet: str = ""
    left: tuple[str, ...] = ()


def open_table(data: bytes) -> Table:
    """Opens the file; its rows come without the empty ones, and with the guards of our own exports taken away.

    Raises UnreadableTable, here or while the rows are read.
    """
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise UnreadableTable(TableFault.EMPTY)
    if len(data) > MOST_BYTES:
        raise UnreadableTable(TableFault.TOO_BIG)
    if data.startswith((_ZIP, _OLD_OFFICE)):
        if data.startswith(_ZIP):
            check_archive(data)
        found = read_workbook(data)
        return Table(_people_rows(found.rows), found.name, found.left)
    start = data[:200].removeprefix(b"\xef\xbb\xbf")
    for begins, fault in _OTHERS:
        if begins.match(start):
            raise UnreadableTable(fault)
    return Table(_people_rows(read_delimited(decode(data))))


def _people_rows(rows: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for line, cells in rows:
        if any(each.strip() for each in cells):
            count += 1
            if count > MOST_ROWS + 1:
                raise UnreadableTable(TableFault.TOO_MANY_ROWS, line=line, value=f"{MOST_ROWS}")
            yield line, [plain(each) for each in cells]
