"""Importing a member file in the browser: a preview, then its good rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import Missing
from flashmeet.http.access import access
from flashmeet.http.identity import display_locale, member
from flashmeet.http.problems import words_of
from flashmeet.http.services import now, writing
from flashmeet.people.rules.member_columns import HEADER
from flashmeet.people.service.import_members import preview, take_good_rows
from flashmeet.people.service.import_rows import Problem
from flashmeet.people.wording import problem_sentence

bp = Blueprint("admin_import", __name__)

PROBLEMS_SHOWN, MOST_BYTES = 50, 1_050_000


@bp.get("/admin/members/import")
@access("administrator")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/admin/members/import")
@access("administrator", most_bytes=MOST_BYTES)
def look() -> ResponseReturnValue:
    """Shows the preview; stores nothing but the file itself, for an hour."""
    data = _sent()
    if not data:
        return _page(words_of(Missing("file"))), 422
    with writing() as db:
        found = preview(db, data, by=member(db), now=now())
    problems = _sentences(found.file.problems)
    return render_template("programme/import/preview.html", found=found, problems=problems)


@bp.post("/admin/members/import/take")
@access("administrator")
def take() -> ResponseReturnValue:
    """Imports the good rows; mails only changed addresses. Raises NotFound for a file already imported or expired."""
    with writing() as db:
        key, update = request.form.get("key", ""), "update" in request.form
        imported = take_good_rows(db, key, update=update, by=member(db), now=now())
    return render_template("programme/import/done.html", imported=imported, problems=_sentences(imported.problems))


def _sentences(problems: Sequence[Problem]) -> list[str]:
    return [problem_sentence(**asdict(each), locale=display_locale()) for each in problems[:PROBLEMS_SHOWN]]


def _sent() -> bytes:
    sent = request.files.get("file")
    if sent is None:
        return b""
    with closing(sent):
        return bytes(sent.read())


def _page(problem: str = "") -> str:
    return render_template("programme/import/choose.html", header=HEADER, problem=problem)
