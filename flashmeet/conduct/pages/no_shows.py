"""The page where a member answers a report of their absence, by the link in the mail. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.rules.outcomes import AbsenceState
from flashmeet.conduct.rules.conduct import STORY_CHARACTERS
from flashmeet.conduct.service.no_shows import contest, no_show_of_link
from flashmeet.core.errors import BadInput, ContestOver
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing

bp = Blueprint("absences", __name__)


@bp.get("/absence/<absence_token>")
@access("anyone")
def show(absence_token: str) -> ResponseReturnValue:
    with reading() as db:
        return _page(_behind(db, absence_token), absence_token)


@bp.post("/absence/<absence_token>")
@access("anyone")
def answer(absence_token: str) -> ResponseReturnValue:
    text = request.form.get("answer", "")
    try:
        with writing() as db:
            contest(db, _behind(db, absence_token), text, now=now())
    except ContestOver:
        nothing_done()  # the page shows its state
    except BadInput as refusal:
        with reading() as db:
            return _page(_behind(db, absence_token), absence_token, text, refusal), status_of(refusal)
    return redirect(url_for("absences.show", absence_token=absence_token), 303)


def _behind(db: Session, token: str) -> NoShow:
    return no_show_of_link(db, token, links=services().links, viewer_id=viewer_id())


def _page(row: NoShow, token: str, text: str = "", refusal: BadInput | None = None) -> str:
    return render_template(
        "conduct/no_show.html",
        row=row,
        booking=row.booking,
        other=row.by,
        zone=row.about.tzid,
        token=token,
        open=row.state == AbsenceState.SAID and now() < row.until,
        text=text,
        most=STORY_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
    )
