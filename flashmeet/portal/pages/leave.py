"""The mentor's leave: hours are hidden meanwhile, and the mentor is asked about bookings within it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from flashmeet.bookings.service.leave_questions import leave_questions
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.forms.reading import Faults, faults_of, read_form, typed_texts
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.people.service.membership import stop_mentoring
from flashmeet.portal.pages.departures import departure_page, offer_pause_again, panel_before
from flashmeet.requests.pages.departures import hours_said, is_decided
from flashmeet.requests.service.departures import ahead_of
from flashmeet.schedule.pages.leave_form import LeaveForm
from flashmeet.schedule.service.leave import end_leave, leaves_of, take_leave

bp = Blueprint("leave", __name__)


@bp.get("/me/leave")
@access("mentor")
def show() -> ResponseReturnValue:
    return _page(MultiDict(), Faults())


@bp.post("/me/leave")
@access("mentor")
def take() -> ResponseReturnValue:
    read = read_form(LeaveForm, request.form)
    faults = faults_of(read)
    if isinstance(read, LeaveForm):
        if not is_decided():
            with reading() as db:
                panel = panel_before(db, member(db), Departure.ON_LEAVE, read.period)
            if panel:
                return panel
        with faults.at("first"), writing() as db:
            take_leave(db, member(db), read.period, hours=hours_said(), now=now())
            return redirect(url_for("leave.show"), 303)
    return _page(request.form, faults), 422


@bp.get("/me/leave/stop")
@access("mentor")
def ask_to_stop() -> ResponseReturnValue:
    """Shows who counts on the mentor, before they mentor no more."""
    with reading() as db:
        you = member(db)
        return departure_page(you, Departure.STOPPED, ahead_of(db, you, Departure.STOPPED, now=now()))


@bp.post("/me/leave/stop")
@access("mentor", keeps_draft=False)
def stop() -> ResponseReturnValue:
    with writing() as db:
        stop_mentoring(db, member(db), hours=hours_said(), now=now())
    return redirect(url_for("me.show"), 303)


@bp.post("/me/leave/<int:leave_id>/end")
@access("mentor", keeps_draft=False)
def end(leave_id: int) -> ResponseReturnValue:
    with writing() as db:
        you = member(db)
        paused_until, days = you.paused_until, end_leave(db, you, leave_id, now=now())
        was_pause = you.paused_until != paused_until
    if was_pause:
        offer_pause_again(paused_until)
    else:
        offer_undo(url_for("leave.take"), hours=AgreedHours.KEEP, first=f"{days.first}", last=f"{days.last}")
    return redirect(url_for("leave.show"), 303)


def _page(form: MultiDict[str, str], faults: Faults) -> str:
    with reading() as db:
        you = member(db)
        return render_template(
            "portal/leave.html",
            you=you,
            typed=typed_texts(LeaveForm, form),
            faults=faults,
            leaves=leaves_of(db, you, now=now()),
            questions=[each for each in leave_questions(db, you, now=now()) if each.leave],
        )
