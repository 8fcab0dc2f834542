"""Reporting a member to the network: what happened, and what of the booking its administrators may read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.conduct.rules.conduct import STORY_CHARACTERS, WHATS
from flashmeet.conduct.service.reports import Report, reported_booking
from flashmeet.conduct.service.reports import report as report_member
from flashmeet.conduct.service.separation import coming_bookings_between, member_known_to
from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing

bp = Blueprint("reports", __name__)


@bp.get("/members/<int:person_id>/report")
@access("member")
def ask(person_id: int) -> ResponseReturnValue:
    return _page(person_id, _typed({**request.args, **kept_fields().to_dict()}))


@bp.post("/members/<int:person_id>/report")
@access("member")
def save(person_id: int) -> ResponseReturnValue:
    typed = _typed(dict(request.form))
    try:
        with writing() as db:
            report_member(db, member(db), person_id, typed, now=now())
    except BadInput as refusal:
        return _page(person_id, typed, refusal), status_of(refusal)
    return redirect(url_for("blocks.show", reported=1), 303)


def _typed(fields: dict[str, str]) -> Report:
    return Report(
        what=fields.get("what", ""),
        story=fields.get("story", ""),
        booking_id=number_or_none(fields.get("booking", "")),
        share="share" in fields,
    )


def _page(person_id: int, typed: Report, refusal: BadInput | None = None) -> str:
    with reading() as db:
        you = member(db)
        other = member_known_to(db, you, person_id)
        return render_template(
            "conduct/report.html",
            other=other,
            booking=reported_booking(db, you, other, typed.booking_id),
            coming=len(coming_bookings_between(db, you.id, other.id, now=now())),
            typed=typed,
            whats=WHATS,
            most=STORY_CHARACTERS,
            problem=words_of(refusal) if refusal else "",
            problem_field=refusal.field if refusal else "",
        )
