"""Reads a member file into valid rows and the problems of the others; writes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from flashmeet.core.errors import BadInput, Missing, OutOfRange, TooLong
from flashmeet.core.spreadsheets import plain
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
    """One person in the file; None, or empty, where the file has no value.

    `themes` maps names as written to their proofs.
    """

    email: str
    roles: frozenset[str]
    approved: bool
    themes: Mapping[str, str]
    facts: Facts
    line: int = field(default=0, compare=False)

    @property
    def external_id(self) -> str:
        """The school's key of this person; "" where the file has none."""
        return str(self.facts.get("external_id") or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault on a line of the file (the header is line 1), for `people.wording`.

    `columns` is how many the header has.
    """

    line: int
    code: str
    column: str = ""
    value: str = ""
    columns: int = len(COLUMNS)


@dataclass(slots=True)
class MemberFile:
    """The contents of a member file."""

    rows: list[MemberRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_file(data: bytes, *, country: str) -> MemberFile:
    """Reads every row, whatever is wrong with others. A phone number without + belongs to `country`."""
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
    """The rest of the file cannot be read."""

    def __init__(self, line: int, code: str, value: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(line, code, value=value)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(data.count(b"\n", 0, error.start) + 1, "encoding") from None


def _lines(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yields each row after the header with its first line and the columns; empty lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, header = 1, list[str]()
    try:
        for texts in reader:
            if not header:
                _check_header(texts)
                header = texts
            elif any(each.strip() for each in texts):
                yield begins, header, [plain(each) for each in texts]
            begins = reader.line_num + 1
    except csv.Error:
        raise _Unreadable(begins, "csv") from None
    if not header:
        raise _Unreadable(1, "header", HEADER)


def _check_header(texts: list[str]) -> None:
    """Checks the columns: the required ones in order, then any optional ones in any order."""
    more = texts[len(COLUMNS) :]
    if tuple(texts[: len(COLUMNS)]) != COLUMNS or len(set(more)) < len(more) or not set(more) <= set(OPTIONAL_COLUMNS):
        raise _Unreadable(1, "semicolons" if ",".join(texts).startswith(HEADER.replace(",", ";")) else "header", HEADER)


def _row(
    problems: list[Problem], line: int, columns: list[str], texts: list[str], reader: FactReader
) -> MemberRow | None:
    """Returns the row, or None after recording its problems."""
    if len(texts) != len(columns):
        problems.append(Problem(line, "columns", value=str(len(texts)), columns=len(columns)))
        return None
    here = _Cells(line, dict(zip(columns, texts, strict=True)), reader)
    row = here.row()
    problems.extend(here.problems)
    return None if here.problems else row


class _Cells:
    """The cells of one row; collects every problem, so that one pass over the file finds them all."""

    def __init__(self, line: int, texts: dict[str, str], reader: FactReader) -> None:
        self._line, self._texts, self._reader = line, texts, reader
        self.problems: list[Problem] = []

    def row(self) -> MemberRow:
        """Returns the row, which is valid only if there are no problems."""
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
            line=self._line,
        )

    def _value(self, column: str, text: str) -> object:
        """Returns the cell's value. Raises WrongCell, BadInput."""
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
    """Returns the broken rule, by its name in `people.wording`, and the offending part."""
    if isinstance(refusal, Missing):
        return "empty", ""
    if isinstance(refusal, TooLong):
        return "long", str(refusal.facts["most"])
    if refusal.field == "languages":
        too_many = isinstance(refusal, OutOfRange)
        return ("languages", str(refusal.facts["high"])) if too_many else ("language", str(refusal.facts["value"]))
    return refusal.field, text


def _add(file: MemberFile, seen: dict[str, tuple[int, MemberRow]], line: int, row: MemberRow) -> None:
    """Adds a row. An identical row counts once; different rows with one address, or one key, are a problem."""
    there = seen.setdefault(row.email, (line, row))
    if there[0] != line:
        if there[1] != row:
            file.problems.append(Problem(line, "repeated", "email", str(there[0])))
        return
    key = seen.setdefault(f"external_id {row.external_id}", (line, row)) if row.external_id else (line, row)
    if key[0] == line:
        file.rows.append(row)
    else:
        file.problems.append(Problem(line, "repeated_id", "external_id", str(key[0])))


ROLES = ("mentee", "mentor", "administrator")
ROOM = 20_000
"""The maximum number of characters of a cell with several values."""


class WrongCell(Exception):
    """`code` names the broken rule (`people.wording`); `value` is the offending part."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def several(text: str) -> tuple[str, ...]:
    """Returns the values separated by `;`, each once, in order."""
    return tuple(dict.fromkeys(part for each in text.split(";") if (part := each.strip())))


def read_roles(text: str) -> frozenset[str]:
    """Reads the roles, at least one. Raises WrongCell."""
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
    """Returns theme name → proof; each theme once, with its first non-empty proof. Raises WrongCell."""
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
    """Splits a cell at `;`; a line with `;` or a quote is quoted, as in CSV. Raises WrongCell."""
    line = tidy_line("proof", text, most=ROOM)
    try:
        texts = next(csv.reader([line], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise WrongCell("proof_quotes", text) from None
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def proof_cell(lines: Sequence[str]) -> str:
    """Returns the cell that `proof_texts` reads as these lines."""
    if not any(lines):
        return ""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(lines)
    return out.getvalue()
