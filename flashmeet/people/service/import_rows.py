"""A member file as rows that are right and problems of rows that are not; nothing is written here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from flashmeet.people.service import import_cells
from flashmeet.people.service.import_cells import WrongCell

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "roles",
    "approved",
    "tzid",
    "locale",
    "phone",
    "graduation_year",
    "themes",
    "languages",
    "company",
    "sector",
    "headline",
)
HEADER = ",".join(COLUMNS)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person of the file. None, or empty, where the file says nothing."""

    email: str
    first_name: str
    last_name: str
    roles: frozenset[str]
    approved: bool
    tzid: str | None
    locale: str | None
    phone: str | None
    graduation_year: int | None
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    company: str
    sector: str
    headline: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line of the file (the header is line 1); `wording.imports` puts it into words."""

    line: int
    code: str
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class MemberFile:
    """What a file says."""

    rows: list[MemberRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_file(data: bytes, *, country: str) -> MemberFile:
    """Every row is looked at, whatever is wrong with the ones before. A phone without + is one of `country`."""
    file = MemberFile()
    seen: dict[str, tuple[int, MemberRow]] = {}
    try:
        for line, texts in _lines(_text(data)):
            row = _row(file.problems, line, texts, country)
            if row is not None:
                _add(file, seen, line, row)
    except _Unreadable as unreadable:
        file.problems.append(unreadable.problem)
    return file


class _Unreadable(Exception):
    """From here on the file cannot be read."""

    def __init__(self, line: int, code: str, value: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(line, code, value=value)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(data.count(b"\n", 0, error.start) + 1, "encoding") from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with the line each begins on; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, header = 1, True
    try:
        for texts in reader:
            if header:
                _check_header(texts)
            elif any(each.strip() for each in texts):
                yield begins, texts
            begins, header = reader.line_num + 1, False
    except csv.Error:
        raise _Unreadable(begins, "csv") from None
    if header:
        raise _Unreadable(1, "header", HEADER)


def _check_header(texts: list[str]) -> None:
    if tuple(texts) != COLUMNS:
        raise _Unreadable(1, "semicolons" if texts == [HEADER.replace(",", ";")] else "header", HEADER)


def _row(problems: list[Problem], line: int, texts: list[str], country: str) -> MemberRow | None:
    """The row, or None after its problems have been noted."""
    if len(texts) != len(COLUMNS):
        problems.append(Problem(line, "columns", value=str(len(texts))))
        return None
    cell = _Cells(line, dict(zip(COLUMNS, texts, strict=True)))
    row = MemberRow(
        email=cell.read("email", import_cells.email, ""),
        first_name=cell.read("first_name", import_cells.required, ""),
        last_name=cell.read("last_name", import_cells.one_line, ""),
        roles=cell.read("roles", import_cells.roles, frozenset()),
        approved=cell.read("approved", import_cells.approved, False),
        tzid=cell.read("tzid", import_cells.tzid, None),
        locale=cell.read("locale", import_cells.locale, None),
        phone=cell.read("phone", lambda text: import_cells.phone(text, country), None),
        graduation_year=cell.read("graduation_year", import_cells.graduation_year, None),
        themes=cell.read("themes", import_cells.themes, ()),
        languages=cell.read("languages", import_cells.languages, ()),
        company=cell.read("company", import_cells.one_line, ""),
        sector=cell.read("sector", import_cells.one_line, ""),
        headline=cell.read("headline", import_cells.one_line, ""),
    )
    problems.extend(cell.problems)
    return None if cell.problems else row


class _Cells:
    """The cells of one row; what is wrong with them is collected, so that one look at the file finds all of it."""

    def __init__(self, line: int, texts: dict[str, str]) -> None:
        self._line, self._texts = line, texts
        self.problems: list[Problem] = []

    def read(self, column: str, meaning: Callable[[str], Value], instead: Value) -> Value:
        try:
            return meaning(self._texts[column].strip(" \t\u00a0"))
        except WrongCell as wrong:
            self.problems.append(Problem(self._line, wrong.code, column, wrong.value))
            return instead


def _add(file: MemberFile, seen: dict[str, tuple[int, MemberRow]], line: int, row: MemberRow) -> None:
    """The same row twice counts once; two different rows of one address are a problem."""
    there = seen.setdefault(row.email, (line, row))
    if there[0] == line:
        file.rows.append(row)
    elif there[1] != row:
        file.problems.append(Problem(line, "repeated", "email", str(there[0])))
