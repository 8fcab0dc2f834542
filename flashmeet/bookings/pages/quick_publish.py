"""Publishing an hour in three taps or from the monthly mail, and a mentee's first hour as a mentor."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.quick_publish import (
    hours_asked_of,
    hours_on,
    offered_hours,
    publish_hours,
)
from flashmeet.core.errors import BadDate, BadInput, Missing
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.people.service.profile import offer_theme
from flashmeet.schedule.pages.slot_lists import asked_day
from flashmeet.schedule.service.availability import schedule_or_empty
from flashmeet.schedule.service.leave import leave_now
from flashmeet.themes.service import find_theme

bp = Blueprint("giving", __name__)

DAYS = 14


@bp.get("/me/give")
@access("mentor")
def choose() -> ResponseReturnValue:
    """Chooses a day, then an hour of it; the third tap publishes it."""
    with reading() as db:
        you = member(db)
        schedule = schedule_or_empty(db, you)
        tzid = schedule.tzid
        today = local_date(now(), tzid)
        day = asked_day(request.args.get("day", ""), today)
        return render_template(
            "bookings/quick_publish.html",
            you=you,
            away=leave_now(db, you, now=now()),
            paused=you.paused(now()),
            day_off=day is not None and any(leave.first <= day <= leave.last for leave in schedule.leaves),
            zone=tzid,
            days=[today + timedelta(days=each) for each in range(DAYS)],
            day=day,
            hours=hours_on(db, you, day, now=now()) if day else [],
            at=_at(request.args.get("at", "")),
            given=_at(request.args.get("given", "")),
        )


@bp.post("/me/give")
@access("mentor")
def give() -> ResponseReturnValue:
    at = read_stamp(request.form.get("at", ""))
    with writing() as db:
        given = publish_hours(db, member(db), [at], now=now())
    return redirect(
        url_for("giving.choose", given=f"{at:%Y%m%dT%H%MZ}") if given else url_for("giving.choose", day=_day_of(at)),
        303,
    )


def _day_of(at: datetime) -> date:
    with reading() as db:
        return local_date(at, schedule_or_empty(db, member(db)).tzid)


def _at(text: str) -> datetime | None:
    """Reads a time in the address; None where it is unreadable."""
    try:
        return read_stamp(text)
    except BadDate:
        return None


@bp.get("/hours/<hours_token>")
@access("anyone")
def hours(hours_token: str) -> ResponseReturnValue:
    """Opens the link from the mentor's own mail without signing in; it can publish hours and nothing else."""
    with reading() as db:
        return _hours_page(db, _asked(db, hours_token), hours_token)


@bp.post("/hours/<hours_token>")
@access("anyone")
def publish(hours_token: str) -> ResponseReturnValue:
    try:
        chosen = [read_stamp(each) for each in request.form.getlist("at")]
        if not chosen:
            raise Missing("starts_at")
        with writing() as db:
            given = publish_hours(db, _asked(db, hours_token), chosen, now=now())
    except BadInput as refusal:
        with reading() as db:
            page = _hours_page(db, _asked(db, hours_token), hours_token, words_of(refusal))
            return page, status_of(refusal)
    return redirect(url_for("giving.hours", hours_token=hours_token, given=len(given)), 303)


def _asked(db: Session, token: str) -> Member:
    who = viewer()
    viewer_id = who.member_id if who else None
    return hours_asked_of(db, token, links=services().links, viewer_id=viewer_id, now=now())


def _hours_page(db: Session, mentor: Member, token: str, problem: str = "") -> str:
    given = request.args.get("given", "")
    return render_template(
        "bookings/hours.html",
        token=token,
        zone=schedule_or_empty(db, mentor).tzid,
        hours=offered_hours(db, mentor, now=now()),
        given=number_or_none(given, most=99),
        problem=problem,
    )


@bp.post("/me/turn")
@access("member", keeps_draft=False)
def turn() -> ResponseReturnValue:
    """Offers one theme and one hour; both open once an administrator approves. Raises UnknownTheme, BadInput."""
    at = read_stamp(request.form.get("at", ""))
    with writing() as db:
        you = member(db)
        proof = request.form.get("proof", "") or you.headline or you.seeking
        offer_theme(db, you, find_theme(db, request.form.get("theme", "")), proof, now=now())
        publish_hours(db, you, [at], now=now())
    return redirect(url_for("me.show", turn=1), 303)
