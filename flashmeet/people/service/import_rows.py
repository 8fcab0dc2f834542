"""A member file as rows that are right and problems of rows that are not; nothing is written here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flashmeet.core.errors import BadInput, Missing, OutOfRange, TooLong
from flashmeet.people.rules.facts import OPTIONAL_COLUMNS, FactReader, Facts, fact
from flashmeet.people.service import import_cells
from flashmeet.people.service.facts import fact_reader
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person of the file. None, or empty, where the file says nothing.

    `themes` are names as written, each with the line that says why them.
    """

    email: str
    roles: frozenset[str]
    approved: bool
    themes: Mapping[str, str]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line of the file (the header is line 1); `people.wording` puts it into words.

    `columns` is how many the header has.
    """

    line: int
    code: str
    column: str = ""
    value: str = ""
    columns: int = len(COLUMNS)


@dataclass(slots=True)
class MemberFile:
    """What a file says."""

    rows: list[MemberRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_file(data: bytes, *, country: str) -> MemberFile:
    """Every row is looked at, whatever is wrong with the ones before. A phone without + is one of `country`."""
    file = MemberFile()
    seen: dict[str, tuple[int, MemberRow]] = {}
    reader = fact_reader(country)
    try:
        for line, columns, texts in _lines(_text(data)):
            row = _row(file.problems, line, columns, texts, reader)
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


def _lines(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """The rows after the header with the line each begins on and the columns; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, header = 1, list[str]()
    try:
        for texts in reader:
            if not header:
                _check_header(texts)
                header = texts
            elif any(each.strip() for each in texts):
                yield begins, header, texts
            begins = reader.line_num + 1
    except csv.Error:
        raise _Unreadable(begins, "csv") from None
    if not header:
        raise _Unreadable(1, "header", HEADER)


def _check_header(texts: list[str]) -> None:
    """The columns in their order; the optional ones may follow, in any order."""
    more = texts[len(COLUMNS) :]
    if tuple(texts[: len(COLUMNS)]) != COLUMNS or len(set(more)) < len(more) or not set(more) <= set(OPTIONAL_COLUMNS):
        raise _Unreadable(1, "semicolons" if ",".join(texts).startswith(HEADER.replace(",", ";")) else "header", HEADER)


def _row(
    problems: list[Problem], line: int, columns: list[str], texts: list[str], reader: FactReader
) -> MemberRow | None:
    """The row, or None after its problems have been noted."""
    if len(texts) != len(columns):
        problems.append(Problem(line, "columns", value=str(len(texts)), columns=len(columns)))
        return None
    here = _Cells(line, dict(zip(columns, texts, strict=True)), reader)
    row = here.row()
    problems.extend(here.problems)
    return None if here.problems else row


class _Cells:
    """The cells of one row; what is wrong with them is collected, so that one look at the file finds all of it."""

    def __init__(self, line: int, texts: dict[str, str], reader: FactReader) -> None:
        self._line, self._texts, self._reader = line, texts, reader
        self.problems: list[Problem] = []

    def row(self) -> MemberRow:
        """Of use where there are no problems."""
        read: dict[str, Any] = {}
        for column, text in self._texts.items():
            with self._at(column):
                read[column] = self._value(column, text.strip())
        with self._at("themes"):
            read["themes"] = import_cells.themes(self._texts["themes"], read.get("proof") or [])
        email = read.pop("email", "")
        return MemberRow(
            email=email,
            roles=read.pop("roles", frozenset()),
            approved=read.pop("approved", False),
            themes=read.pop("themes", {}),
            facts={name: value for name, value in read.items() if name != "proof"},
        )

    def _value(self, column: str, text: str) -> object:
        """Raises WrongCell, BadInput."""
        if column == "roles":
            return import_cells.roles(text)
        if column == "approved":
            return import_cells.approved(text)
        if column == "themes":
            return {}
        if column == "proof":
            proofs = import_cells.proof_texts(text)
            return [self._reader.read(fact(column), each, way="import") for each in proofs]
        return self._reader.read(fact(column), text, way="import")

    @contextmanager
    def _at(self, column: str) -> Iterator[None]:
        try:
            yield
        except WrongCell as wrong:
            self.problems.append(Problem(self._line, wrong.code, column, wrong.value))
        except BadInput as refusal:
            code, value = _rule(refusal, self._texts[column].strip())
            self.problems.append(Problem(self._line, code, column, value))


def _rule(refusal: BadInput, text: str) -> tuple[str, str]:
    """The rule that is broken, by its name in `people.wording`, and the part that breaks it."""
    if isinstance(refusal, Missing):
        return "empty", ""
    if isinstance(refusal, TooLong):
        return "long", str(refusal.facts["most"])
    if refusal.field == "languages":
        too_many = isinstance(refusal, OutOfRange)
        return ("languages", str(refusal.facts["high"])) if too_many else ("language", str(refusal.facts["value"]))
    return refusal.field, text


def _add(file: MemberFile, seen: dict[str, tuple[int, MemberRow]], line: int, row: MemberRow) -> None:
    """The same row twice counts once; two different rows of one address are a problem."""
    there = seen.setdefault(row.email, (line, row))
    if there[0] == line:
        file.rows.append(row)
    elif there[1] != row:
        file.problems.append(Problem(line, "repeated", "email", str(there[0])))
