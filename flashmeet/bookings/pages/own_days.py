"""Pages where a mentor offers, changes and withdraws a day. Nobody has it before the mentor accepts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.pages.brief import offered_themes
from flashmeet.bookings.pages.day_form import DayForm, TypedDay
from flashmeet.bookings.rules.days import NOTICE, PROGRAMME_CHARACTERS, DayStanding
from flashmeet.bookings.service.days.offering import (
    change_day,
    longest_day_booking,
    offer_day,
    own_day,
    own_days,
    restore_day,
    withdraw_day,
)
from flashmeet.bookings.service.days.standing import standing_of
from flashmeet.core.errors import BadInput, ChangedMeanwhile, NotFound, Refusal, TermsRequired
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.forms.reading import Faults, read_form
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.schedules import hours_tzid

bp = Blueprint("own_days", __name__)

PLACES = {"start": "span", "end": "span", "length": "span", "breaks": "breaks", "days_long": "days"}
"""The part of the form beside which a refusal stands; by default the field of its name."""


@bp.get("/me/days")
@access("mentor")
def show() -> ResponseReturnValue:
    return _page(TypedDay(), Faults())


@bp.post("/me/days")
@access("mentor")
def offer() -> ResponseReturnValue:
    return _save(None)


@bp.get("/me/days/<int:day_id>")
@access("mentor")
def change(day_id: int) -> ResponseReturnValue:
    with reading() as db:
        typed = TypedDay.of(own_day(db, member(db), day_id))
    return _page(typed, Faults(), day_id=day_id)


@bp.post("/me/days/<int:day_id>")
@access("mentor")
def change_it(day_id: int) -> ResponseReturnValue:
    return _save(day_id)


@bp.post("/me/days/<int:day_id>/withdraw")
@access("mentor", keeps_draft=False)
def withdraw(day_id: int) -> ResponseReturnValue:
    with writing() as db:
        withdraw_day(db, member(db), day_id, now=now())
    offer_undo(url_for("own_days.restore", day_id=day_id))
    return redirect(url_for("own_days.show"), 303)


@bp.post("/me/days/<int:day_id>/restore")
@access("mentor", keeps_draft=False)
def restore(day_id: int) -> ResponseReturnValue:
    with writing() as db:
        restore_day(db, member(db), day_id, now=now())
    return redirect(url_for("own_days.show"), 303)


def _save(day_id: int | None) -> ResponseReturnValue:
    """Saves the day and redirects, or shows the form again with its faults."""
    typed, read = TypedDay.parse(request.form), read_form(DayForm, request.form)
    if isinstance(read, Faults):
        return _page(typed, read, day_id=day_id), 422
    faults, said = Faults(), read.offered
    try:
        with writing() as db:
            you = member(db)
            if day_id is None:
                offer_day(db, you, said, now=now())
            else:
                require_version(TypedDay.of(own_day(db, you, day_id)).values)
                change_day(db, you, day_id, said, now=now())
    except (NotFound, TermsRequired):
        raise
    except ChangedMeanwhile as changed:
        return _page(typed, faults, day_id=day_id, stale=True), changed.status
    except BadInput as refusal:
        faults.setdefault(PLACES.get(refusal.field, refusal.field), refusal)
        return _page(typed, faults, day_id=day_id), status_of(refusal)
    except Refusal as refusal:
        return _page(typed, faults, day_id=day_id, refusal=refusal), status_of(refusal)
    return redirect(url_for("own_days.show"), 303)


def _page(
    typed: TypedDay, faults: Faults, *, day_id: int | None = None, refusal: Refusal | None = None, stale: bool = False
) -> str:
    seen = request.form.get("version") if faults or refusal else None
    with reading() as db:
        you = member(db)
        offer = None if day_id is None else own_day(db, you, day_id)
        stored = TypedDay.of(offer).values if offer else {}
        tzid = offer.tzid if offer else hours_tzid(db, you)
        return render_template(
            "bookings/days/mine.html",
            you=you,
            typed=typed,
            faults=faults,
            version=seen or version_of(stored),
            sides=both_sides(stored, typed.values) if stale else [],
            day_id=day_id,
            problem=words_of(refusal) if refusal else "",
            days=_days(db, you) if day_id is None else [],
            themes=offered_themes(db, you),
            zone=tzid,
            longest=longest_day_booking(db),
            earliest=local_date(now() + NOTICE, tzid),
            most=PROGRAMME_CHARACTERS,
        )


def _days(db: Session, you: Member) -> list[tuple[DayOffer, str]]:
    """Returns each day with its standing; one that was agreed and then cancelled by the mentor is no longer offered."""
    days = [(each, standing_of(db, each, now=now())) for each in own_days(db, you, now=now())]
    return [(each, standing) for each, standing in days if standing != DayStanding.WITHDRAWN]
