"""Reads workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): `workbook_child` does, in a process with limits.

It is given the file on its standard input; on its standard output it writes one JSON line about the sheet, then one
for each row that is not empty.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from flashmeet.core.child_process import ChildFailed, ask_child
from flashmeet.core.spreadsheets.delimited import Row
from flashmeet.core.spreadsheets.faults import TableFault, UnreadableTable

MOST_UNPACKED, MOST_PARTS = 400_000_000, 5_000
WALL_SECONDS = 90.0
CHILD = "flashmeet.core.spreadsheets.workbook_child"


def check_archive(data: bytes) -> None:
    """Judges a file of zipped parts by its table of contents, before anything is unpacked. Raises UnreadableTable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            kind = archive.read("mimetype")[:80] if "mimetype" in names and _is_small(archive) else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise UnreadableTable(TableFault.BROKEN) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableTable(TableFault.TOO_BIG)
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise UnreadableTable(TableFault.NUMBERS)
    if any(name.startswith(("word/", "ppt/")) for name in names) or b"opendocument.text" in kind:
        raise UnreadableTable(TableFault.DOCUMENT)
    if not any(name.startswith("xl/") for name in names) and b"opendocument.spreadsheet" not in kind:
        raise UnreadableTable(TableFault.ARCHIVE)


def _is_small(archive: zipfile.ZipFile) -> bool:
    return archive.getinfo("mimetype").file_size < 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name` is "" in a workbook with one sheet. `left` are the names of others that hold addresses, too."""

    name: str
    left: tuple[str, ...]
    rows: Iterator[Row]


def read_workbook(data: bytes) -> Sheet:
    """Returns the sheet with its rows that are not empty. Raises UnreadableTable."""
    answer = tempfile.TemporaryFile()  # noqa: SIM115  # `_rows` closes it, when the last row has been taken
    try:
        ask_child(CHILD, data, answer, seconds=WALL_SECONDS)
        answer.seek(0)
        said = json.loads(answer.readline() or b"{}")
    except (ChildFailed, ValueError):
        answer.close()
        raise UnreadableTable(TableFault.TOO_BIG) from None
    if "fault" in said:
        answer.close()
        raise UnreadableTable(TableFault(said["fault"]))
    return Sheet(said["sheet"] if said["several"] else "", tuple(said["left"]), _rows(answer))


def _rows(answer: IO[bytes]) -> Iterator[Row]:
    with answer:
        for line in answer:
            number, cells = json.loads(line)
            yield number, cells
