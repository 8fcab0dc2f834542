"""Proposing a series after an hour, and the page of a series. A signed link opens it without signing in."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.series import Series
from flashmeet.bookings.pages.confirming import leaving_series
from flashmeet.bookings.rules.series import GOAL_CHARACTERS, Plan, SeriesState
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.series import (
    answer_series,
    end_series,
    go_on,
    own_series,
    propose_series,
    series_of_link,
)
from flashmeet.bookings.service.series_hours import book_in_series, givers, hours_of, next_hours, series_reaches
from flashmeet.core.errors import AlreadyOver, BadDate, BadInput, NotFound, Refusal, TermsRequired
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.display import display_tzid
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.rules.booked_hour import BookingStatus

bp = Blueprint("series", __name__)

THREE_MONTHS, SHOWN = timedelta(weeks=12), 6


@bp.get("/bookings/<int:booking_id>/continue")
@access("member")
def plan(booking_id: int) -> ResponseReturnValue:
    return _form(booking_id)


@bp.post("/bookings/<int:booking_id>/continue")
@access("member")
def propose(booking_id: int) -> ResponseReturnValue:
    try:
        with writing() as db:
            made = propose_series(db, member(db), booking_id, _plan(), now=now()).id
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        return _form(booking_id, refusal), status_of(refusal)
    return redirect(url_for("series.show", series_id=made), 303)


def _plan() -> Plan:
    form = request.form
    return Plan(
        goals=form.get("goals", ""),
        rhythm_weeks=number_or_none(form.get("rhythm_weeks", ""), most=99) or 0,
        ends_on=_day("ends_on", form.get("ends_on", "")),
        review_on=_day("review_on", form["review_on"]) if form.get("review_on") else None,
    )


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(field, value=text[:40]) from error


def _form(booking_id: int, refusal: Refusal | None = None) -> str:
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if booking.status != BookingStatus.COMPLETED or is_blocked_between(db, booking.mentor_id, booking.mentee_id):
            raise NotFound
        today = local_date(now(), display_tzid())
        return render_template(
            "bookings/series/propose.html",
            booking=booking,
            other=booking.other(you.id),
            typed=request.form,
            end=today + THREE_MONTHS,
            most=GOAL_CHARACTERS,
            problem=words_of(refusal) if refusal else "",
            problem_field=refusal.field if isinstance(refusal, BadInput) else "",
        )


@bp.get("/series/<int:series_id>")
@access("member")
def show(series_id: int) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return _page(db, own_series(db, you, series_id), you)


@bp.get("/continue/<series_token>")
@access("anyone")
def signed(series_token: str) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, *_behind(db, series_token))


@bp.post("/continue/<series_token>")
@access("anyone")
@asks_first(leaving_series)
def act(series_token: str) -> ResponseReturnValue:
    """Accepts or declines the series, ends it, extends it at a review, or books the next hour."""
    said = request.form.get("act", "")
    if said not in ("accept", "decline", "end", "go_on", "book"):
        raise BadInput("act", value=said[:20])
    if said == "book":
        service(CALENDAR_CHECK).before_booking(_giver(series_token), viewer_id=viewer_id(), now=now())
    try:
        with writing() as db:
            series, you = _behind(db, series_token)
            _do(db, said, series, you)
    except AlreadyOver:
        nothing_done()  # the page shows its state
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        with reading() as db:
            return _page(db, *_behind(db, series_token), refusal), status_of(refusal)
    return redirect(url_for("series.signed", series_token=series_token), 303)


def _giver(token: str) -> int:
    """Returns the id of the member whose calendar is checked before the link's owner books an hour. Raises NotFound."""
    with reading() as db:
        series, you = _behind(db, token)
        return series.other(you.id).id


def _do(db: Session, said: str, series: Series, you: Member) -> None:
    if said in ("accept", "decline"):
        answer_series(db, series, you, accept=said == "accept", now=now())
    elif said == "end":
        end_series(db, series, you, now=now())
    elif said == "go_on":
        go_on(db, series, now=now())
    else:
        at = read_stamp(request.form.get("at", ""))
        book_in_series(db, series, you, at, links=services().links, now=now())


def _behind(db: Session, token: str) -> tuple[Series, Member]:
    return series_of_link(db, token, links=services().links, viewer_id=viewer_id())


def _page(db: Session, series: Series, you: Member, refusal: Refusal | None = None) -> str:
    open_now, hours, giving = series.state == SeriesState.OPEN, hours_of(db, series), givers(db, series)
    other, given = series.other(you.id), None
    if open_now and other in giving:
        wanted, slots = next_hours(db, series, other, now=now())
        given = {"wanted": wanted, "slots": slots[:SHOWN]} if slots or series_reaches(series, wanted) else None
    return render_template(
        "bookings/series/show.html",
        series=series,
        you=you,
        other=other,
        token=services().links.given(you.link_generation).series_token(series.id, you.id, series.nonce),
        zone=you.tzid,
        coming=[each for each in hours if each.starts_at > now()],
        had=[each for each in hours if each.starts_at <= now()],
        given=given,
        gives=open_now and you in giving,
        looks_back=open_now and series.review_on <= local_date(now(), series.mentee.tzid),
        problem=words_of(refusal) if refusal else "",
    )
