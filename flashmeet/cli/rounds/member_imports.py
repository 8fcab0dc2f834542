"""A worker's round for files of people that were sent in the browser: it checks them, and takes their good rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError

from flashmeet.core.database.session import Database, clock, is_away, is_contended
from flashmeet.people.rules.member_imports import ImportState
from flashmeet.people.rules.member_rows import MemberRow, Problem
from flashmeet.people.service.import_members import forecast, import_good_rows
from flashmeet.people.service.import_runs import (
    Findings,
    ImportWork,
    end_taking,
    give_back,
    keep_findings,
    keep_taken,
    lease_import,
    note_progress,
    waiting_import,
)
from flashmeet.people.service.member_files import judge

log = structlog.get_logger("flashmeet.imports")

IDLE_SECONDS = 2.0
CHECKED_AT_ONCE, TAKEN_AT_ONCE = 1_000, 200
"""Rows per transaction: few enough that who signs in meanwhile waits for no more than a moment."""


@dataclass(frozen=True, slots=True)
class MemberImports:
    """Works on one import at a time; another worker goes on with one whose worker died."""

    database: Database

    def once(self) -> float:
        """Does the work of one import; returns how many seconds to wait."""
        with self.database.reading() as db:
            waiting = waiting_import(db, now=clock(db))
        if waiting is None:
            return IDLE_SECONDS
        with self.database.writing() as db:
            work = lease_import(db, waiting, now=clock(db))
        if work is None:
            return IDLE_SECONDS
        try:
            if work.state == ImportState.CHECKING:
                self._check(work)
            else:
                self._take(work)
        except Exception as error:
            if is_away(error) or is_contended(error):
                raise  # it is taken up again where it was left
            log.exception("import.broke", run=work.id)
            with self.database.writing() as db:
                give_back(db, work.id)
        return 0.0

    def _check(self, work: ImportWork) -> None:
        found, rows = Findings(), list[MemberRow]()
        for number, judged in enumerate(judge(work.data, work.how), 1):
            found.problems.extend(judged.problems)
            if judged.row is not None:
                rows.append(judged.row)
            if len(rows) == CHECKED_AT_ONCE:
                self._look(work, found, rows, done=number)
                rows = []
        self._look(work, found, rows, done=0)
        with self.database.writing() as db:
            keep_findings(db, work, found)

    def _look(self, work: ImportWork, found: Findings, rows: Sequence[MemberRow], *, done: int) -> None:
        with self.database.reading() as db:
            found.add(forecast(db, rows))
        if done:
            with self.database.writing() as db:
                note_progress(db, work.id, done=done, now=clock(db))

    def _take(self, work: ImportWork) -> None:
        """Takes the rows part by part, whose address changes first and at once: they may pass addresses on."""
        problems: list[Problem] = []
        done = 0
        for rows in _parts(work, problems):
            done += len(rows)
            if done > work.done:
                self._take_part(work, rows, done=done)
        with self.database.writing() as db:
            end_taking(db, work, problems)

    def _take_part(self, work: ImportWork, rows: Sequence[MemberRow], *, done: int) -> None:
        try:
            self._write(work, rows, done=done)
        except DBAPIError as error:  # somebody joined meanwhile, who is known now; or others held the same rows
            if not (isinstance(error, IntegrityError) or is_contended(error)):
                raise
            self._write(work, rows, done=done)

    def _write(self, work: ImportWork, rows: Sequence[MemberRow], *, done: int) -> None:
        with self.database.writing() as db:
            now = clock(db)
            taken = import_good_rows(db, rows, update=work.update, by=work.by_id, now=now, name=work.name)
            keep_taken(db, work, taken, done=done, now=now)


def _parts(work: ImportWork, problems: list[Problem]) -> Iterator[list[MemberRow]]:
    """Yields the good rows in parts, always the same ones; fills in the problems of the others."""
    moving = frozenset(work.moving) if work.update else frozenset[int]()
    if moving:
        yield [row for row in _rows(work, []) if row.line in moving]
    rows = (row for row in _rows(work, problems) if row.line not in moving)
    while part := list(islice(rows, TAKEN_AT_ONCE)):
        yield part


def _rows(work: ImportWork, problems: list[Problem]) -> Iterator[MemberRow]:
    for judged in judge(work.data, work.how):
        problems.extend(judged.problems)
        if judged.row is not None:
            yield judged.row
