"""A member file as rows that are right and problems of rows that are not; nothing is written here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from flashmeet.core.errors import BadInput, Missing, OutOfRange, TooLong
from flashmeet.core.text import fold
from flashmeet.people.rules.facts import (
    NAME_CHARACTERS,
    OPTIONAL_COLUMNS,
    FactReader,
    Facts,
    FactSource,
    fact,
    tidy_line,
)
from flashmeet.people.service.profile import fact_reader

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
            read["themes"] = read_themes(self._texts["themes"], read.get("proof") or [])
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
            return read_roles(text)
        if column == "approved":
            return read_approved(text)
        if column == "themes":
            return {}
        if column == "proof":
            proofs = proof_texts(text)
            return [self._reader.read(fact(column), each, way=FactSource.IMPORT) for each in proofs]
        return self._reader.read(fact(column), text, way=FactSource.IMPORT)

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


ROLES = ("mentee", "mentor", "administrator")
ROOM = 20_000
"""Characters of a cell that holds several values."""


class WrongCell(Exception):
    """`code` names the rule that the cell breaks (`people.wording`); `value` is the part that breaks it."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def several(text: str) -> tuple[str, ...]:
    """Values joined by `;`, each once, in order."""
    return tuple(dict.fromkeys(part for each in text.split(";") if (part := each.strip())))


def read_roles(text: str) -> frozenset[str]:
    """At least one."""
    named = frozenset(each.lower() for each in several(text))
    if not named:
        raise WrongCell("empty")
    for each in sorted(named.difference(ROLES)):
        raise WrongCell("role", each)
    return named


def read_approved(text: str) -> bool:
    answer = text.lower()
    if answer not in ("yes", "no"):
        raise WrongCell("approved", text)
    return answer == "yes"


def read_themes(text: str, proofs: list[str]) -> dict[str, str]:
    """The line of proof by the theme's name as written; each theme once, with the first line that says something."""
    names = [part for each in tidy_line("themes", text, most=ROOM).split(";") if (part := each.strip())]
    if len(proofs) > len(names):
        raise WrongCell("proofs", str(len(names)))
    lines: dict[str, str] = {}
    first: dict[str, str] = {}
    for name, proof in zip_longest(names, proofs, fillvalue=""):
        key = fold(name)
        if not key or len(name) > NAME_CHARACTERS:
            raise WrongCell("theme", name)
        kept = first.setdefault(key, name)
        lines[kept] = lines.get(kept) or proof
    return lines


def proof_texts(text: str) -> list[str]:
    """The lines of one cell, joined by `;`; one that holds `;` or a quote stands in quotes, as in the file itself."""
    line = tidy_line("proof", text, most=ROOM)
    try:
        texts = next(csv.reader([line], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise WrongCell("proof_quotes", text) from None
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def proof_cell(lines: Sequence[str]) -> str:
    """What `proof_texts` reads as these lines."""
    if not any(lines):
        return ""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(lines)
    return out.getvalue()
