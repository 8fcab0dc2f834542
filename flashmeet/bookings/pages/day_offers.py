"""The page of an offered day, and its one action: asking for it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.days.asking import DayBrief, ask_for_day, asked_by, day_seen
from flashmeet.bookings.service.days.standing import standing_of
from flashmeet.bookings.service.messages.payloads import day_facts
from flashmeet.bookings.wording import plan_words
from flashmeet.core.errors import BadInput, NotFound, Refusal, TermsRequired
from flashmeet.core.settings.service import network_settings
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.schedule.rules.booked_hour import NEED_CHARACTERS, answer_deadline

bp = Blueprint("day_offers", __name__)


@bp.get("/days/<int:day_id>")
@access("member")
def show(day_id: int) -> ResponseReturnValue:
    fields = kept_fields() or request.args
    with reading() as db:
        return _page(db, day_id, DayBrief(need=fields.get("need", ""), good_hour=fields.get("good_hour", "")))


@bp.post("/days/<int:day_id>")
@access("member")
def ask(day_id: int) -> ResponseReturnValue:
    """Asks for the day. Sending the form again leads to the booking it made the first time."""
    brief = DayBrief(need=request.form.get("need", ""), good_hour=request.form.get("good_hour", ""))
    with reading() as db:
        mentor_id = day_seen(db, member(db), day_id).mentor_id
    service(CALENDAR_CHECK).before_booking(mentor_id, viewer_id=viewer_id(), now=now())
    try:
        with writing() as db:
            booking_id = ask_for_day(db, member(db), day_id, brief, links=services().links, now=now()).id
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        return _refused(day_id, brief, refusal)
    return redirect(url_for("bookings.show", booking_id=booking_id), 303)


def _refused(day_id: int, brief: DayBrief, refusal: Refusal) -> ResponseReturnValue:
    with reading() as db:
        there = asked_by(db, member(db), day_id)
        if there is not None:
            nothing_done()
            return redirect(url_for("bookings.show", booking_id=there.id), 303)
        return _page(db, day_id, brief, refusal), status_of(refusal)


def _page(db: Session, day_id: int, brief: DayBrief, refusal: Refusal | None = None) -> str:
    you = member(db)
    day = day_seen(db, you, day_id)
    return render_template(
        "bookings/days/show.html",
        day=day,
        mentor=day.mentor,
        you=you,
        standing=standing_of(db, day, now=now()),
        there=asked_by(db, you, day_id),
        plan=plan_words(day_facts(day), day.place_tzid or display_tzid(), display_locale()),
        brief=brief,
        answer_by=_answer_by(db, day),
        most=NEED_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )


def _answer_by(db: Session, day: DayOffer) -> object:
    """Returns the mentor's deadline to answer, if they are asked now."""
    network = network_settings(db)
    return answer_deadline(
        now(), starts_at=day.starts_at, tzid=day.mentor.tzid, days=network.answer_days, country=network.country
    )
