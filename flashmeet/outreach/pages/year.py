"""The year's roll-over: what is asked of graduates and mentors, and who is archived."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import NobodyChosen
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import network
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.outreach.queries import answers_of, leavers, of_year
from flashmeet.outreach.rules.year import ANSWERS, YEAR_KINDS, away_years, checked_kind
from flashmeet.outreach.service.year import ask_of_year, not_yet_asked, year_of

bp = Blueprint("admin_year", __name__)

A_PAGE = 50


@bp.get("/admin/outreach/year")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        return _page(db)


def _page(db: Session, refusal: NobodyChosen | None = None) -> str:
    years = away_years(request.values.get("years", ""))
    asked = of_year(db, year_of(db, now=now()))
    after = number_or_none(request.args.get("after", "")) or 0
    away = leavers(db, years, tzid=network().tzid, now=now(), after=after, limit=A_PAGE + 1)
    return render_template(
        "outreach/year.html",
        year=year_of(db, now=now()),
        years=years,
        questions=[
            (
                kind,
                not_yet_asked(db, kind, years=years, now=now()),
                asked.get(kind),
                answers_of(db, asked[kind]) if kind in asked else {},
                ANSWERS[kind],
            )
            for kind in YEAR_KINDS
        ],
        leavers=away[:A_PAGE],
        next_after=away[A_PAGE - 1].id if len(away) > A_PAGE else 0,
        problem=words_of(refusal) if refusal is not None else "",
    )


@bp.post("/admin/outreach/year")
@access("administrator")
@records(Act.YEAR_ASKED)
def ask() -> ResponseReturnValue:
    """Asks one of the year's questions, or archives the leavers. Raises BadInput."""
    kind, years = checked_kind(request.form.get("kind", "")), away_years(request.form.get("years", ""))
    try:
        with writing() as db:
            campaign = ask_of_year(db, kind, years=years, by=member(db), now=now())
            note_for_record(f"{campaign.id} {kind}")
    except NobodyChosen as refusal:
        with reading() as db:
            return _page(db, refusal), status_of(refusal)
    return redirect(url_for("admin_outreach.one", campaign_id=campaign.id), 303)
