"""Away for some days: my hours are hidden meanwhile, and I am asked about what is agreed already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.leave_questions import leave_questions
from flashmeet.core.errors import BadDate, OutOfRange
from flashmeet.http.access import access
from flashmeet.http.form_faults import Faults
from flashmeet.http.identity import member
from flashmeet.http.services import now, reading, writing
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.availability import end_leave, leaves_of, take_leave

bp = Blueprint("leave", __name__)

LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class TypedLeave:
    """First and last day as typed; without a last day it is one day."""

    first: str = ""
    last: str = ""

    def read(self, faults: Faults) -> LeavePeriod | None:
        """None where something cannot be read; `faults` says what, at `first` or `last`."""
        first = last = None
        with faults.at("first"):
            first = _day("first", self.first)
        with faults.at("last"):
            last = _day("last", self.last or self.first)
        period = None
        if first is not None and last is not None:
            with faults.at("last"):
                period = _period(first, last)
        return period


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(field, value=text) from error


def _period(first: date, last: date) -> LeavePeriod:
    """Raises EndBeforeStart, and OutOfRange for days that are over or years away."""
    today = now().date()
    if first < today - LONGEST or last < today - timedelta(days=1) or last > today + LONGEST:
        raise OutOfRange("last", low=today.isoformat(), high=(today + LONGEST).isoformat())
    return LeavePeriod(first, last)


@bp.get("/me/leave")
@access("mentor")
def show() -> ResponseReturnValue:
    return _page(TypedLeave(), Faults())


@bp.post("/me/leave")
@access("mentor")
def take() -> ResponseReturnValue:
    typed, faults = TypedLeave(request.form.get("first", "").strip(), request.form.get("last", "").strip()), Faults()
    period = typed.read(faults)
    if period is not None:
        with faults.at("first"), writing() as session:
            take_leave(session, member(session), period, now=now())
            return redirect("/me/leave", 303)
    return _page(typed, faults), 422


@bp.post("/me/leave/<int:leave_id>/end")
@access("mentor")
def end(leave_id: int) -> ResponseReturnValue:
    with writing() as session:
        end_leave(session, member(session), leave_id, now=now())
    return redirect("/me/leave", 303)


def _page(typed: TypedLeave, faults: Faults) -> str:
    with reading() as session:
        you = member(session)
        return render_template(
            "schedule/leave.html",
            you=you,
            typed=typed,
            faults=faults,
            leaves=leaves_of(session, you.id, now=now()),
            questions=leave_questions(session, you, now=now()),
            today=now().date(),
        )
