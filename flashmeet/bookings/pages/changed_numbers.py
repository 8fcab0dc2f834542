"""The question whether coming phone hours get the member's new number."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.changed_numbers import give_present_number, hours_with_former_number
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.services import now, reading, writing

bp = Blueprint("changed_numbers", __name__)


@bp.get("/me/phone/hours")
@access("member")
def show() -> ResponseReturnValue:
    """Shows the hours that have a former number."""
    with reading() as db:
        you = member(db)
        hours = hours_with_former_number(db, you, now=now())
        if not hours:
            return redirect(url_for("phone.show"), 303)
        return render_template("bookings/changed_numbers.html", you=you, hours=hours)


@bp.post("/me/phone/hours")
@access("member")
def give() -> ResponseReturnValue:
    """Gives them the present number; both are sent the changed invite."""
    with writing() as db:
        give_present_number(db, member(db), now=now())
    return redirect(url_for("me.show"), 303)
