"""What is over, by page: the member's past hours, and their requests with those that ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.agenda import past_bookings
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.services import now, reading, services
from flashmeet.http.time_stamps import read_stamp, stamped
from flashmeet.requests.service.overview import (
    asked_of,
    ended_requests,
    proposals_to,
    questions_to,
    requests_of,
)

bp = Blueprint("history", __name__)

A_PAGE = 20
Place = tuple[datetime, int]


@bp.get("/me/hours")
@access("member")
def hours() -> ResponseReturnValue:
    """Shows hours that are over or were cancelled, latest first. Raises BadDate."""
    with reading() as db:
        you = member(db)
        found = past_bookings(db, you, now=now(), limit=A_PAGE + 1, before=_place(request.args.get("before", "")))
        return render_template(
            "portal/me/hours.html",
            you=you,
            past=found[:A_PAGE],
            earlier=_earlier(found),
            first="before" not in request.args,
        )


def _place(text: str) -> Place | None:
    """Returns where the page before this one ended: `20261209T1700Z-12`. Raises BadDate."""
    stamp, _, number = text.partition("-")
    return (read_stamp(stamp), number_or_none(number) or 0) if text else None


def _earlier(found: Sequence[Booking]) -> str:
    """Returns the place where the next page begins; "" after the last."""
    if len(found) <= A_PAGE:
        return ""
    last = found[A_PAGE - 1]
    return f"{stamped(last.starts_at)}-{last.id}"


@bp.get("/me/requests")
@access("member")
def requests() -> ResponseReturnValue:
    """Shows what waits for an answer, what is under way, and what ended, newest first."""
    before = number_or_none(request.args.get("before", ""))
    with reading() as db:
        you = member(db)
        links = services().links.given(you.link_generation)
        own = requests_of(db, you)
        ended = ended_requests(db, you, before=before, limit=A_PAGE + 1)
        return render_template(
            "portal/me/requests.html",
            you=you,
            asks=[(each, links.ask_token(each.id, each.nonce)) for each in asked_of(db, you, now=now())],
            requests=own,
            proposals=[
                (each, links.request_token(each.request.id, you.id)) for each in proposals_to(db, own, now=now())
            ],
            asked_back=[
                (each, links.request_token(each.request_id, you.id)) for each in questions_to(db, you, now=now())
            ],
            ended=ended[:A_PAGE],
            earlier=ended[A_PAGE - 1].id if len(ended) > A_PAGE else None,
            first=before is None,
        )
