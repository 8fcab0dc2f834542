"""Reads a member file into valid rows and the problems of the others; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from flashmeet.core.spreadsheets.delimited import Row
from flashmeet.core.spreadsheets.faults import UnreadableTable
from flashmeet.core.spreadsheets.reader import open_table
from flashmeet.people.rules.facts import FactReader
from flashmeet.people.rules.headings import FULL_NAME, ROLE
from flashmeet.people.rules.member_cells import (
    is_no_person,
)
from flashmeet.people.rules.member_columns import LOOKED_AT, KnownWords, Plan, cells_of, plan_for
from flashmeet.people.rules.member_rows import MemberRow, Problem, Reading, RowReader
from flashmeet.people.service.profile import fact_reader


@dataclass(slots=True)
class MemberFile:
    """The contents of a member file."""

    rows: list[MemberRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    plan: Plan | None = None
    sheet: str = ""
    left: tuple[str, ...] = ()
    """Of a workbook with several sheets, the one that was read, and others with addresses in them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of the file: the person, or what is wrong. An identical line a second time has neither, nor has
    one that is about nobody, such as that of totals."""

    line: int
    texts: Sequence[str]
    row: MemberRow | None
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, and what its columns are taken for."""

    plan: Plan
    rows: list[Row]
    sheet: str
    left: tuple[str, ...] = ()


def read_file(data: bytes, *, country: str, reading: Reading | None = None) -> MemberFile:
    """Reads every row, whatever is wrong with others. A phone number without + belongs to `country`."""
    file, how = MemberFile(), reading or Reading(country=country)
    for judged in judge(data, how, found=file):
        if judged.row is not None:
            file.rows.append(judged.row)
        file.problems.extend(judged.problems)
    return file


def lines_of(data: bytes, wanted: Collection[int]) -> list[Row]:
    """Returns those lines as they stand in the file."""
    try:
        return [row for row in open_table(data).rows if row[0] in wanted]
    except UnreadableTable:  # from some line on: what is wanted stands before it
        return []


def look_at(data: bytes, words: KnownWords) -> Sample:
    """Reads the beginning of the file. Raises UnreadableTable."""
    table = open_table(data)
    rows = list(islice(table.rows, LOOKED_AT))
    return Sample(plan_for(rows, words), rows, table.sheet, table.left)


def judge(data: bytes, how: Reading, *, found: MemberFile | None = None) -> Iterator[Judged]:
    """Yields the lines one by one, in order; a fault of the whole file comes last, without texts."""
    try:
        yield from _judge(data, how, found)
    except UnreadableTable as unreadable:
        problem = Problem(unreadable.line, unreadable.fault, value=unreadable.value)
        yield Judged(unreadable.line, (), None, [problem])


def _judge(data: bytes, how: Reading, found: MemberFile | None) -> Iterator[Judged]:
    table = open_table(data)
    rows = table.rows
    first = list(islice(rows, LOOKED_AT))
    plan = how.plan or plan_for(first, how.words)
    if found is not None:
        found.plan, found.sheet, found.left = plan, table.sheet, table.left
    missing = ["turned"] if plan.turned else missing_columns(plan, how)
    if missing:
        yield Judged(max(plan.line, 1), (), None, [Problem(max(plan.line, 1), code) for code in missing])
        return
    judged = _Rows(plan, how, fact_reader(how.country))
    for line, texts in chain((row for row in first if row[0] > plan.line), rows):
        yield judged.judge(line, texts)


def missing_columns(plan: Plan, how: Reading) -> list[str]:
    """Returns the codes of what no row of the file can have."""
    there = set(plan.meanings)
    missing = [] if "email" in there else ["no_email"]
    if not there & {"first_name", FULL_NAME, "last_name", "email"}:
        missing.append("no_names")
    if not how.roles and not any(each == "roles" or each.startswith(ROLE) for each in there):
        missing.append("no_roles")
    return missing


class _Rows:
    """Judges the rows of a file in turn. An identical row counts once; different rows with one address, or one key, are
    a problem."""

    def __init__(self, plan: Plan, how: Reading, reader: FactReader) -> None:
        self._plan, self._how, self._reader = plan, how, reader
        self._by_address: dict[str, tuple[int, int]] = {}
        self._by_key: dict[str, int] = {}

    def judge(self, line: int, texts: list[str]) -> Judged:
        columns = len(self._plan.headings)
        if is_no_person(texts, self._plan.headings):
            return Judged(line, texts, None, [])
        if (self._plan.exact and len(texts) != columns) or any(texts[columns:]):
            return Judged(line, texts, None, [Problem(line, "columns", value=str(len(texts)), columns=columns)])
        cells = RowReader(line, cells_of(self._plan, texts), self._how, self._reader)
        row = cells.row()
        if cells.problems:
            return Judged(line, texts, None, cells.problems)
        first, said = self._by_address.setdefault(row.email, (line, row.says()))
        if first != line:
            again = [] if said == row.says() else [Problem(line, "repeated", "email", str(first))]
            return Judged(line, texts, None, again)
        keyed = self._by_key.setdefault(row.external_id, line) if row.external_id else line
        if keyed != line:
            return Judged(line, texts, None, [Problem(line, "repeated_id", "external_id", str(keyed))])
        return Judged(line, texts, row, [])
