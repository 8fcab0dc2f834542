"""Saying "I'll be there" by the link in a mail: one page, one button, no sign-in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.messages.mailed_changes import (
    COMING_LINK,
    MailedChange,
    mailed_change,
    say_coming_by_link,
)
from flashmeet.bookings.service.messages.sms_replies import coming_to
from flashmeet.core.errors import AlreadyOver
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.services import now, reading, services, writing

bp = Blueprint("mailed_words", __name__)


@bp.get("/coming/<coming_token>")
@access("anyone")
def coming(coming_token: str) -> ResponseReturnValue:
    with reading() as db:
        found = _behind(db, coming_token)
        facts = {"booking": found.booking, "you": found.member, "other": found.booking.other(found.member.id)}
        if not (found.agreed and found.stands(now())):
            begun = now() >= found.booking.starts_at
            return render_template("bookings/what_stands.html", **facts, begun=begun)
        said = coming_to(db, found.booking)
        return render_template("bookings/coming.html", **facts, said=said, token=coming_token)


@bp.post("/coming/<coming_token>")
@access("anyone")
def say_it(coming_token: str) -> ResponseReturnValue:
    try:
        with writing() as db:
            say_coming_by_link(db, _behind(db, coming_token), now=now())
    except AlreadyOver:
        nothing_done()  # the page says what stands now
    return redirect(url_for("mailed_words.coming", coming_token=coming_token), 303)


def _behind(db: Session, token: str) -> MailedChange:
    return mailed_change(db, COMING_LINK, token, links=services().links, viewer_id=viewer_id())
