"""The page behind the link of a question of the year: one button, without signing in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import now, reading, services, writing
from flashmeet.outreach.models import CampaignPerson
from flashmeet.outreach.rules.year import ANSWERS, checked_answer
from flashmeet.outreach.service.year import answer_question, question_behind

bp = Blueprint("year_answers", __name__)


@bp.get("/year/<year_token>")
@access("anyone")
def show(year_token: str) -> ResponseReturnValue:
    """Shows the question and its answers. Raises NotFound, LinkRenewed, AccessSuspended."""
    with reading() as db:
        person = _behind(db, year_token)
        return render_template(
            "outreach/year_question.html",
            token=year_token,
            kind=person.campaign.kind,
            answers=ANSWERS[person.campaign.kind],
            answer=person.answer,
            you=person.member,
            paused=person.member.paused(now()),
        )


@bp.post("/year/<year_token>")
@access("anyone")
def answer(year_token: str) -> ResponseReturnValue:
    """Does what was answered. Raises NotFound, LinkRenewed, AccessSuspended, BadInput."""
    with writing() as db:
        person = _behind(db, year_token)
        answer_question(db, person, checked_answer(person.campaign.kind, request.form.get("answer", "")), now=now())
    return redirect(url_for("year_answers.show", year_token=year_token), 303)


def _behind(db: Session, token: str) -> CampaignPerson:
    return question_behind(db, token, links=services().links, viewer_id=viewer_id())
