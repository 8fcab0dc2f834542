"""Importing a people's file in the browser: its columns, what it would do, and its good rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import Missing
from flashmeet.core.spreadsheets.faults import UnreadableTable
from flashmeet.core.spreadsheets.reader import MOST_BYTES
from flashmeet.core.spreadsheets.writer import XLSX_TYPE
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale
from flashmeet.http.responses.problems import words_of
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.rules import ROLES
from flashmeet.people.models import MemberImport
from flashmeet.people.rules.member_columns import MEANINGS
from flashmeet.people.rules.member_imports import ImportState
from flashmeet.people.service.import_runs import begin_import, import_of, left_out_file, start_check, start_taking
from flashmeet.people.service.import_template import template_rows
from flashmeet.people.service.import_words import known_words
from flashmeet.people.service.member_files import look_at
from flashmeet.people.wording import column_name, problem_words

bp = Blueprint("admin_import", __name__)

_FORM_BYTES = 20_000
"""Of the request, besides the file."""


@bp.get("/admin/members/import")
@access("administrator")
def show() -> ResponseReturnValue:
    return _choose()


@bp.post("/admin/members/import")
@access("administrator", keeps_draft=False, most_bytes=MOST_BYTES + _FORM_BYTES)
@records(Act.IMPORT_CHECKED)
def look() -> ResponseReturnValue:
    """Keeps the file and shows what its columns are taken for; one that is no table is refused with what to do."""
    data, name = _sent()
    if not data:
        return _choose(words_of(Missing("file"))), 422
    with reading() as db:
        words = known_words(db)
    try:
        sample = look_at(data, words)
    except UnreadableTable as refusal:
        said = problem_words(refusal.fault, value=refusal.value, columns=0, locale=display_locale())
        return _choose(said), 422
    with writing() as db:
        found = begin_import(db, data, sample, file_name=name, by=member(db), now=now())
    return redirect(url_for("admin_import.step", import_id=found), 303)


@bp.get("/admin/members/import/template-<any(fr, en):locale>.<any(csv, xlsx):ending>")
@access("administrator")
def template(locale: str, ending: str) -> ResponseReturnValue:
    return table_file(template_rows(locale), name=f"flashmeet-{locale}", ending=ending)


@bp.get("/admin/members/import/<int:import_id>")
@access("administrator")
def step(import_id: int) -> ResponseReturnValue:
    """Shows how far the import is. Raises NotFound."""
    with reading() as db:
        run = import_of(db, import_id, by=member(db))
        changing = run.state == ImportState.CHECKED and "columns" in request.args
        if run.state == ImportState.COLUMNS or changing:
            return _columns_page(run)
        if run.state == ImportState.CHECKED:
            return render_template("directory/import/preview.html", run=run, groups=_groups(run))
        if run.state == ImportState.TAKEN:
            return render_template("directory/import/done.html", run=run, groups=_groups(run))
        return render_template("directory/import/progress.html", run=run)


@bp.post("/admin/members/import/<int:import_id>/columns")
@access("administrator")
@records(Act.IMPORT_CHECKED)
def check(import_id: int) -> ResponseReturnValue:
    """Has the worker check the file by the columns that were chosen. Raises NotFound."""
    with writing() as db:
        run = import_of(db, import_id, by=member(db))
        missing = start_check(
            db,
            run,
            meanings=request.form.getlist("meaning"),
            roles=request.form.getlist("roles"),
            approved="approved" in request.form,
        )
        if missing:
            return _columns_page(run, missing), 422
    return _to(import_id)


@bp.post("/admin/members/import/<int:import_id>/take")
@access("administrator", keeps_draft=False, fresh=True)
@records(Act.MEMBERS_IMPORTED)
def take(import_id: int) -> ResponseReturnValue:
    """Has the worker import the good rows; mails only changed addresses. Raises NotFound."""
    with writing() as db:
        run = _theirs(db, import_id)
        start_taking(run, update="update" in request.form)
        note_for_record(f"{import_id}: {run.result.get('rows', 0)}")
    return _to(import_id)


@bp.get("/admin/members/import/<int:import_id>/left-out.xlsx")
@access("administrator", fresh=True)
@records(Act.MEMBERS_EXPORTED)
def left_out(import_id: int) -> ResponseReturnValue:
    """Returns the rows that are left out, each with the reason. Raises NotFound."""
    with reading() as db:
        run = _theirs(db, import_id)
        data, name = left_out_file(run), PurePath(run.file_name).stem
    safe = "".join(char for char in name if char.isascii() and (char.isalnum() or char in "-_ ")) or "members"
    headers = {"Content-Disposition": f'attachment; filename="{safe}-to-correct.xlsx"'}
    return Response(data, mimetype=XLSX_TYPE, headers=headers)


def _theirs(db: Session, import_id: int) -> MemberImport:
    return import_of(db, import_id, by=member(db))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column of the file, on the page where its meaning is chosen."""

    heading: str
    meaning: str
    samples: Sequence[str]


def _columns_page(run: MemberImport, missing: Sequence[str] = ()) -> str:
    plan, locale = run.plan, display_locale()
    columns = [
        ColumnLine(heading=" ".join(heading.split()), meaning=meaning, samples=_samples(plan["samples"], at))
        for at, (heading, meaning) in enumerate(zip(plan["headings"], plan["meanings"], strict=True))
    ]
    meanings = [*MEANINGS, *sorted({each.meaning for each in columns if each.meaning not in (*MEANINGS, "")})]
    names = [(meaning, column_name(meaning, locale=locale)) for meaning in meanings]
    has_roles = any(each.meaning == "roles" or each.meaning.startswith("role:") for each in columns)
    return render_template(
        "directory/import/columns.html",
        run=run,
        columns=columns,
        names=names,
        has_roles=has_roles,
        has_approved=any(each.meaning == "approved" for each in columns),
        roles=ROLES[:2],
        problem=" ".join(problem_words(code, value="", columns=0, locale=locale) for code in missing),
        roles_missing=list(missing) == ["no_roles"],
        broke=bool(run.result.get("broke")),
    )


def _samples(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] for row in rows if at < len(row) and row[at].strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultGroup:
    """One kind of fault, with how often it stands in the file and where it does first."""

    words: str
    column: str
    count: int
    lines: Sequence[int]


def _groups(run: MemberImport) -> list[FaultGroup]:
    return [_group(each) for each in run.result.get("faults", [])]


def _group(found: dict[str, Any]) -> FaultGroup:
    value = found["first"][0][1]
    words = problem_words(found["code"], value=value, columns=found["columns"], locale=display_locale())
    lines = [line for line, _ in found["first"]]
    return FaultGroup(words=words, column=found["column"], count=found["count"], lines=lines)


def _sent() -> tuple[bytes, str]:
    sent = request.files.get("file")
    if sent is None:
        return b"", ""
    with closing(sent):
        return bytes(sent.read()), sent.filename or ""


def _choose(problem: str = "") -> str:
    return render_template("directory/import/choose.html", problem=problem)


def _to(import_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin_import.step", import_id=import_id), 303)
