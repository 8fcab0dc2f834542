"""Imports in the browser: the file is kept, its columns are confirmed, a worker checks it and takes its good rows."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.settings.service import network_settings
from flashmeet.core.spreadsheets.writer import xlsx_bytes
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.rules import ROLES
from flashmeet.people.models import ImportHeading, MemberImport
from flashmeet.people.rules.headings import IGNORED, heading_key
from flashmeet.people.rules.member_columns import COLUMNS, Plan, is_meaning
from flashmeet.people.rules.member_imports import WORKING, ImportState, import_name
from flashmeet.people.rules.member_rows import Problem, Reading
from flashmeet.people.service.import_members import Forecast, Imported
from flashmeet.people.service.import_words import reading_of
from flashmeet.people.service.member_files import Sample, missing_columns
from flashmeet.people.service.rejects import rejected_rows

LEASE = timedelta(minutes=5)
SAMPLES, MOST_GROUPS, EXAMPLES, MOST_THEMES = 3, 40, 5, 200
_LONGEST_NAME, _LONGEST_SAMPLE = 200, 300


def begin_import(db: Session, data: bytes, sample: Sample, *, file_name: str, by: Member, now: datetime) -> int:
    """Keeps the file and what its columns are taken for; returns the import's id."""
    plan = sample.plan
    samples = [[text[:_LONGEST_SAMPLE] for text in cells] for line, cells in sample.rows if line > plan.line]
    run = MemberImport(
        by_id=by.id,
        created_at=now,
        file_name=file_name[-_LONGEST_NAME:],
        content=base64.b64encode(data).decode(),
        state=ImportState.COLUMNS,
        plan={
            "line": plan.line,
            "headings": list(plan.headings),
            "meanings": list(plan.meanings),
            "found": list(plan.meanings),
            "exact": plan.exact,
            "sheet": sample.sheet,
            "left": list(sample.left),
            "samples": samples[:SAMPLES],
        },
        roles=[],
        approved=True,
        result={},
    )
    db.add(run)
    db.flush()
    return run.id


def import_of(db: Session, import_id: int, *, by: Member) -> MemberImport:
    """Returns the import of this administrator. Raises NotFound."""
    run = db.get(MemberImport, import_id)
    if run is None or run.by_id != by.id:
        raise NotFound
    return run


def plan_of(run: MemberImport) -> Plan:
    kept = run.plan
    return Plan(
        line=kept["line"],
        headings=tuple(kept["headings"]),
        meanings=tuple(kept["meanings"]),
        exact=kept["exact"],
    )


def start_check(
    db: Session, run: MemberImport, *, meanings: Sequence[str], roles: Sequence[str], approved: bool
) -> list[str]:
    """Takes the columns for what was chosen, and has a worker check the file; what was changed is remembered.

    Returns the codes of what is missing; the import then stays as it is. One that has gone on meanwhile does too.
    """
    if run.state not in (ImportState.COLUMNS, ImportState.CHECKED):
        return []
    chosen = [
        meanings[at] if at < len(meanings) and is_meaning(meanings[at]) else IGNORED
        for at in range(len(run.plan["headings"]))
    ]
    exact = run.plan["exact"] and tuple(chosen[: len(COLUMNS)]) == COLUMNS
    plan = {**run.plan, "meanings": chosen, "exact": exact}
    run.plan, run.roles, run.approved = plan, [role for role in ROLES if role in roles], approved
    missing = missing_columns(plan_of(run), Reading(country="", roles=frozenset(run.roles)))
    if missing:
        return missing
    for heading, found, meaning in zip(run.plan["headings"], run.plan["found"], chosen, strict=True):
        if found != meaning and heading_key(heading):
            db.merge(ImportHeading(heading=heading_key(heading), meaning=meaning))
    run.state, run.done, run.result, run.left_out = ImportState.CHECKING, 0, {}, ""
    return []


def start_taking(run: MemberImport, *, update: bool) -> None:
    """Has a worker take the good rows, once."""
    if run.state == ImportState.CHECKED and run.result.get("rows"):
        run.state, run.update, run.done = ImportState.TAKING, update, 0
        run.result = {**run.result, "taken": [0, 0, 0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWork:
    """What a worker needs for one import; `moving` are the lines of people whose address changes."""

    id: int
    by_id: int
    state: ImportState
    data: bytes
    how: Reading
    plan: Plan
    locale: str
    update: bool
    done: int
    moving: Sequence[int]
    name: str


def waiting_import(db: Session, *, now: datetime) -> int | None:
    """Returns an import that waits for a worker."""
    free = or_(MemberImport.leased_until.is_(None), MemberImport.leased_until <= now)
    query = select(MemberImport.id).where(MemberImport.state.in_(WORKING), free).order_by(MemberImport.id).limit(1)
    return db.scalar(query)


def lease_import(db: Session, import_id: int, *, now: datetime) -> ImportWork | None:
    """Takes the import for this worker; None if another one has it."""
    run = db.get(MemberImport, import_id, with_for_update={"skip_locked": True})
    if run is None or run.state not in WORKING or (run.leased_until is not None and run.leased_until > now):
        return None
    run.leased_until = now + LEASE
    how, plan = reading_of(db, roles=frozenset(run.roles), approved=run.approved), plan_of(run)
    by = db.get_one(Member, run.by_id)
    return ImportWork(
        id=run.id,
        by_id=run.by_id,
        state=run.state,
        data=base64.b64decode(run.content),
        how=Reading(country=how.country, words=how.words, roles=how.roles, approved=how.approved, plan=plan),
        plan=plan,
        locale=by.locale,
        update=run.update,
        done=run.done,
        moving=run.result.get("moving", []),
        name=import_name(run.file_name, local_date(run.created_at, network_settings(db).tzid)),
    )


def note_progress(db: Session, import_id: int, *, done: int, now: datetime) -> None:
    run = db.get(MemberImport, import_id)
    if run is not None:
        run.done, run.leased_until = done, now + LEASE


@dataclass(slots=True)
class Findings:
    """What checking a file found so far."""

    good: int = 0
    found: Forecast = field(default_factory=Forecast)
    problems: list[Problem] = field(default_factory=list)

    def add(self, part: Forecast) -> None:
        self.found.new += part.new
        self.found.changed += part.changed
        self.found.unchanged += part.unchanged
        self.found.themes.update(part.themes)
        self.found.moving += part.moving
        self.problems += part.problems
        self.good += part.new + part.changed + part.unchanged


def keep_findings(db: Session, work: ImportWork, found: Findings) -> None:
    """Ends the check: the counts, the faults by kind, and the file of what would be left out."""
    run = db.get(MemberImport, work.id)
    if run is None:
        return
    run.state, run.leased_until, run.done = ImportState.CHECKED, None, 0
    run.result = {
        "rows": found.good,
        "new": found.found.new,
        "changed": found.found.changed,
        "unchanged": found.found.unchanged,
        "themes": sorted(found.found.themes.values())[:MOST_THEMES],
        "new_themes": len(found.found.themes),
        "moving": found.found.moving,
        **_faults(found.problems),
    }
    run.left_out = _left_out(work, found.problems)


def keep_taken(db: Session, work: ImportWork, imported: Imported, *, done: int, now: datetime) -> None:
    """Adds what a part of the rows became; rows whose address is another member's are left out after all."""
    run = db.get_one(MemberImport, work.id)
    created, updated, unchanged = run.result["taken"]
    taken = [created + imported.created, updated + imported.updated, unchanged + imported.unchanged]
    stuck = [*run.result.get("stuck", []), *([each.line, each.value] for each in imported.problems)]
    run.result = {**run.result, "taken": taken, "stuck": stuck}
    run.done, run.leased_until = done, now + LEASE


def end_taking(db: Session, work: ImportWork, problems: Sequence[Problem]) -> None:
    """Ends the import; the file is deleted, the rows left out stay for a while."""
    run = db.get(MemberImport, work.id)
    if run is None:
        return
    stuck = [Problem(line, "taken", "email", value) for line, value in run.result.get("stuck", [])]
    everything = sorted([*problems, *stuck], key=lambda each: each.line)
    run.result = {**run.result, **_faults(everything)}
    run.left_out = _left_out(work, everything)
    run.state, run.leased_until, run.content = ImportState.TAKEN, None, ""


def give_back(db: Session, import_id: int) -> None:
    """Ends the work on a file that a worker broke on; its administrator is told, and may try again."""
    run = db.get(MemberImport, import_id)
    if run is not None:
        run.state, run.leased_until, run.result = ImportState.COLUMNS, None, {"broke": True}


def _faults(problems: Iterable[Problem]) -> dict[str, Any]:
    """Groups the faults by kind and column, most frequent first, each with its first lines."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    lines = set[int]()
    for each in problems:
        lines.add(each.line)
        found = groups.setdefault(
            (each.code, each.column),
            {"code": each.code, "column": each.column, "columns": each.columns, "count": 0, "first": []},
        )
        found["count"] += 1
        if len(found["first"]) < EXAMPLES:
            found["first"].append([each.line, each.value[:100]])
    ranked = sorted(groups.values(), key=lambda each: each["count"], reverse=True)
    return {"wrong": len(lines), "faults": ranked[:MOST_GROUPS]}


def _left_out(work: ImportWork, problems: Sequence[Problem]) -> str:
    rows = list(rejected_rows(work.data, problems, work.plan, locale=work.locale))
    return base64.b64encode(xlsx_bytes(rows, name="flashmeet")).decode() if len(rows) > 1 else ""


def left_out_file(run: MemberImport) -> bytes:
    """Returns the workbook of the rows left out. Raises NotFound."""
    if not run.left_out:
        raise NotFound
    return base64.b64decode(run.left_out)
