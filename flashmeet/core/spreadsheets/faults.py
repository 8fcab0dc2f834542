"""Why a file cannot be read as a table. The sentence of each fault says what to do in the program it came from."""

from __future__ import annotations

from enum import StrEnum


class TableFault(StrEnum):
    """What is wrong with a whole file, or from one line on."""

    EMPTY = "empty_file"
    ENCODING = "encoding"
    QUOTES = "csv"
    PASSWORD = "password"  # noqa: S105  # the name of a fault
    NUMBERS = "numbers"
    LINK = "link"
    PAGE = "web_page"
    DOCUMENT = "document"
    CONTACTS = "contacts"
    ARCHIVE = "archive"
    DATA = "data"
    BROKEN = "broken"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"


class UnreadableTable(Exception):
    """The file, or the rest of it after `line`, cannot be read."""

    def __init__(self, fault: TableFault, *, line: int = 1, value: str = "") -> None:
        super().__init__(fault)
        self.fault, self.line, self.value = fault, line, value
