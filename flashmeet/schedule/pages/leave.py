"""Away for some days: my hours are hidden meanwhile, and I am asked about what is agreed already."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Self

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from flashmeet.bookings.service.leave_questions import leave_questions
from flashmeet.core.errors import BadDate, OutOfRange
from flashmeet.http.access import access
from flashmeet.http.form_faults import Faults
from flashmeet.http.forms import Form, beside, read_form, reads, typed_texts
from flashmeet.http.identity import member
from flashmeet.http.services import now, reading, writing
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.availability import end_leave, leaves_of, take_leave

bp = Blueprint("leave", __name__)

LONGEST = timedelta(days=3 * 366)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(field, value=text) from error


class LeaveForm(Form):
    """First and last day; without a last day it is one day."""

    first: Annotated[date, reads(lambda text, _: _day("first", text))]
    last: Annotated[date, reads(lambda text, _: _day("last", text))]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        texts = typed_texts(cls, form)
        return {**texts, "last": texts["last"] or texts["first"]}

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        with beside("last"):
            _check_near(self.first, self.last)
            LeavePeriod(self.first, self.last)
        return self

    @property
    def period(self) -> LeavePeriod:
        return LeavePeriod(self.first, self.last)


def _check_near(first: date, last: date) -> None:
    """Raises OutOfRange for days that are over or years away."""
    today = now().date()
    if first < today - LONGEST or last < today - timedelta(days=1) or last > today + LONGEST:
        raise OutOfRange("last", low=today.isoformat(), high=(today + LONGEST).isoformat())


@bp.get("/me/leave")
@access("mentor")
def show() -> ResponseReturnValue:
    return _page(MultiDict(), Faults())


@bp.post("/me/leave")
@access("mentor")
def take() -> ResponseReturnValue:
    read = read_form(LeaveForm, request.form)
    faults = read if isinstance(read, Faults) else Faults()
    if isinstance(read, LeaveForm):
        with faults.at("first"), writing() as session:
            take_leave(session, member(session), read.period, now=now())
            return redirect(url_for("leave.show"), 303)
    return _page(request.form, faults), 422


@bp.post("/me/leave/<int:leave_id>/end")
@access("mentor")
def end(leave_id: int) -> ResponseReturnValue:
    with writing() as session:
        end_leave(session, member(session), leave_id, now=now())
    return redirect(url_for("leave.show"), 303)


def _page(form: MultiDict[str, str], faults: Faults) -> str:
    with reading() as session:
        you = member(session)
        return render_template(
            "schedule/leave.html",
            you=you,
            typed=typed_texts(LeaveForm, form),
            faults=faults,
            leaves=leaves_of(session, you.id, now=now()),
            questions=leave_questions(session, you, now=now()),
            today=now().date(),
        )
