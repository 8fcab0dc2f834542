"""The list of registrants: who is there, who answers, who cannot be booked; to filter, save and write to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from urllib.parse import urlencode

from babel.dates import format_timedelta
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import page_number
from flashmeet.directory.pages.saved_views import forget_filter, keep_filter
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.directory.service.saved_views import saved_views
from flashmeet.http.admission.access import access
from flashmeet.http.audit import records
from flashmeet.http.display import display_day, display_locale, display_tzid
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import now, reading, services
from flashmeet.identity.acts import Act
from flashmeet.people.queries import terms_in_force
from flashmeet.programme.rules.registrants import View
from flashmeet.programme.service.registrants import (
    A_PAGE,
    COLUMNS,
    Registrant,
    cells,
    registrant_batches,
    registrants,
    registrants_among,
    values,
)
from flashmeet.themes.service import themes_by_name

bp = Blueprint("admin_registrants", __name__)


@dataclass(frozen=True, slots=True)
class RegistrantsQuery:
    """The view and page asked for."""

    view: View
    page: int

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> RegistrantsQuery:
        return cls(View.parse(fields), page_number(fields.get("page", "")))


@bp.get("/admin/registrants")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        return _page(db, RegistrantsQuery.parse(request.args))


def _page(db: Session, asked: RegistrantsQuery, *, refusal: BadInput | None = None, name: str = "") -> str:
    found = registrants(db, asked.view, tzid=display_tzid(), now=now(), page=asked.page)
    terms = terms_in_force(db, now=now())
    return render_template(
        "programme/registrants.html",
        asked=asked,
        found=found,
        rows=[(row, cells(row)) for row in found.rows],
        last=-(-found.total // A_PAGE),
        themes=themes_by_name(db, display_locale()),
        views=saved_views(db, ViewedPage.REGISTRANTS),
        version=terms.version if terms is not None else 0,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if refusal else "",
        name=name,
    )


@bp.get("/admin/registrants.csv", defaults={"ending": "csv"})
@bp.get("/admin/registrants.xlsx", defaults={"ending": "xlsx"})
@access("administrator", fresh=True)
@records(Act.REGISTRANTS_EXPORTED)
def as_table(ending: str) -> ResponseReturnValue:
    """Returns the filtered list with the page's figures; no cell can run as a formula."""
    rows = chain([COLUMNS], (values(row) for batch in _every() for row in batch))
    return table_file(rows, name=f"registrants-{display_day()}", ending=ending)


@bp.get("/admin/registrants.json")
@access("administrator", fresh=True)
@records(Act.REGISTRANTS_EXPORTED)
def as_json() -> ResponseReturnValue:
    headers = {"Content-Disposition": f'attachment; filename="registrants-{display_day()}.json"'}
    return Response(_json_parts(_every()), mimetype="application/json", headers=headers)


Rows = Iterator[list[Registrant]]


def _every() -> Rows:
    """Batch by batch, each read when the one before has been sent, in a unit of work of its own: a slow reader keeps
    no transaction open, and a long list no memory."""
    view, tzid, at, database = View.parse(request.args), display_tzid(), now(), services().database
    with reading() as db:
        batches = registrant_batches(db, view, tzid=tzid, now=at)
    return (_rows_of(database, batch, tzid=tzid, now=at) for batch in batches)


def _rows_of(database: Database, ids: Sequence[int], *, tzid: str, now: datetime) -> list[Registrant]:
    with database.reading() as db:
        return registrants_among(db, ids, tzid=tzid, now=now)


def _json_parts(batches: Rows) -> Iterator[str]:
    begins = "["
    for rows in batches:
        for row in rows:
            yield begins + json.dumps(cells(row), ensure_ascii=False)
            begins = ", "
    yield "[]" if begins == "[" else "]"


@bp.post("/admin/registrants/views")
@access("administrator")
@records(Act.VIEW_SAVED)
def keep_view() -> ResponseReturnValue:
    """Saves the current view under a name, replacing one of that name."""
    asked, name = RegistrantsQuery.parse(request.form), request.form.get("name", "")
    try:
        keep_filter(ViewedPage.REGISTRANTS, asked.view.fields())
    except BadInput as refusal:
        with reading() as db:
            return _page(db, asked, refusal=refusal, name=name), status_of(refusal)
    return _to(asked.view)


@bp.post("/admin/registrants/views/<int:view_id>/forget")
@access("administrator", keeps_draft=False)
@records(Act.VIEW_FORGOTTEN)
def drop_view(view_id: int) -> ResponseReturnValue:
    forget_filter(ViewedPage.REGISTRANTS, view_id, keep="admin_registrants.keep_view")
    return _to(View.parse(request.form))


def _to(view: View) -> ResponseReturnValue:
    said = view.fields()
    return redirect(url_for("admin_registrants.show") + (f"?{urlencode(said)}" if said else ""), 303)


@bp.app_template_filter()
def span_words(span: timedelta) -> str:
    """Says a duration, rounded: `9 h`, `2 jours`."""
    return str(format_timedelta(span, granularity="minute", threshold=1.5, format="short", locale=display_locale()))
