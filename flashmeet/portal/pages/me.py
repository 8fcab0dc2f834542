"""The member's own page: next bookings first, then what waits for an answer, then suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.absences import absences_open_about, open_absences
from flashmeet.bookings.rules.answers import LeaveAnswer
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO
from flashmeet.bookings.schemas import join_url
from flashmeet.bookings.service.agenda import (
    bookings_over,
    bookings_to_come,
    coming_bookings,
    looked_for,
    past_bookings,
)
from flashmeet.bookings.service.leave_questions import (
    answer_leave_question,
    leave_questions,
    questions_in_closed_hours,
    questions_in_leave,
)
from flashmeet.bookings.service.series import series_of, series_under_way
from flashmeet.calendars.service.questions import open_questions, questions_waiting
from flashmeet.core.database.prepared import any_rows
from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import display_tzid, network
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.identity.models import Member
from flashmeet.messages.service.deliveries import faults_of, mail_fault
from flashmeet.people.rules.profiles import is_stale
from flashmeet.people.service.mentors import faces
from flashmeet.people.service.profile import asks_to_confirm, missing
from flashmeet.people.service.terms import terms_due
from flashmeet.portal.pages.search.cards import suggestion_cards
from flashmeet.portal.pages.template_context import query
from flashmeet.programme.service.overview import open_hours_of
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.queries import said_unfit_to
from flashmeet.requests.service.overview import (
    asked_of,
    asks_waiting,
    proposals_to,
    questions_to,
    questions_unanswered,
    requests_of,
    requests_under_way,
)
from flashmeet.schedule.rules.booked_hour import BookingStatus, room_open_span
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.rules.matching import lacks
from flashmeet.schedule.service.dismissals import dismissals
from flashmeet.schedule.service.free_now import free_now_of, free_now_until, open_soon, short_notice_of
from flashmeet.schedule.service.leave import leave_now
from flashmeet.schedule.service.own_calendars import NOTHING, busy_ahead
from flashmeet.schedule.service.suggestions import suggested
from flashmeet.themes.rules.understanding import UNDERSTANDING

bp = Blueprint("me", __name__)


@bp.get("/me")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        here = _kinds_here(db, you)
        coming = coming_bookings(db, you, now=now()) if here.coming else []
        asked = [each for each in coming if each.status == BookingStatus.PENDING and each.mentor_id == you.id]
        agreed = [each for each in coming if each not in asked]
        requests = requests_of(db, you) if here.requests else []
        questions = [each for each in leave_questions(db, you, now=now()) if not each.kept] if here.questions else []
        return render_template(
            "portal/me/show.html",
            you=you,
            next=agreed[:1],
            later=agreed[1:],
            asked=asked,
            requests=requests,
            **_waiting_for_an_answer(db, you, here, requests),
            series=series_of(db, you) if here.series else [],
            questions=[each for each in questions if each.leave],
            closed=[each for each in questions if not each.leave],
            away=leave_now(db, you, now=now()) if you.mentor else None,
            paused=you.paused(now()),
            hints=missing(you),
            still_right=asks_to_confirm(db, you, now=now()),
            open_hours=open_hours_of(db, you.id, now=now()) if you.mentor else 0,
            past=past_bookings(db, you, now=now(), limit=5) if here.past else [],
            join=_join(agreed, you),
            lacking=_lacking(you) if you.mentor else (),
            stale=you.mentor and is_stale(you.profile_at, now=now()),
            **_suggested(db, you, here),
            fault=mail_fault(db, you) if here.fault else None,
            turned="turn" in request.args,
            terms_due=terms_due(db, you, now=now()),
            **_free_now(db, you, here),
        )


def _waiting_for_an_answer(
    db: Session, you: Member, here: _Here, requests: Sequence[MentoringRequest]
) -> dict[str, object]:
    """Returns what the member is asked, each with the token of its page."""
    links, at = services().links.given(you.link_generation), now()
    asks = asked_of(db, you, now=at) if here.asks else ()
    asked_back = questions_to(db, you, now=at) if here.asked_back else ()
    calendar_questions = open_questions(db, you, now=at) if here.calendar_questions else ()
    absences = absences_open_about(db, you, now=at) if here.absences else ()
    return {
        "asks": [(each, links.ask_token(each.id, each.nonce)) for each in asks],
        "asked_back": [(each, links.request_token(each.request_id, you.id)) for each in asked_back],
        "proposals": [
            (each, links.request_token(each.request.id, you.id)) for each in proposals_to(db, requests, now=at)
        ],
        "calendar_questions": [
            (each, links.calendar_question_token(each.id, each.nonce)) for each in calendar_questions
        ],
        "absences": [(each, links.absence_token(each.id, each.nonce)) for each in absences],
    }


@dataclass(frozen=True, slots=True)
class _Here:
    """What the page has to show: of most kinds, most members have nothing."""

    coming: bool
    past: bool
    asks: bool
    requests: bool
    series: bool
    in_leave: bool
    in_closed_hours: bool
    calendar_questions: bool
    absences: bool
    asked_back: bool
    free_now: bool
    short_notice: bool
    busy: bool
    dismissed: bool
    unfit: bool
    fault: bool

    @property
    def questions(self) -> bool:
        return self.in_leave or self.in_closed_hours


def _kinds_here(db: Session, you: Member) -> _Here:
    """Looks for all kinds by one statement."""
    at = now()
    return _Here(
        *any_rows(
            db,
            bookings_to_come(you.id, at),
            bookings_over(you.id, at, 1),
            asks_waiting(you.id, at),
            requests_under_way(you.id),
            series_under_way(you.id),
            questions_in_leave(you.id, at),
            questions_in_closed_hours(you.id, at),
            questions_waiting(you.id, at),
            open_absences(you.id, at, at - ABSENCE_UNDO),
            questions_unanswered(you.id, at),
            free_now_until(you.id, at),
            short_notice_of(you.id),
            busy_ahead(you.id, now=at),
            dismissals(you.id),
            said_unfit_to(you.id),
            faults_of(you.id),
        )
    )


def _free_now(db: Session, you: Member, here: _Here) -> dict[str, object]:
    """Returns the mentor's two hours at short notice while they can be booked, how many starts are open, and whether
    they may be booked so on any day."""
    window = free_now_of(db, you, now=now()) if here.free_now else None
    starts = open_soon(db, you, window, now=now()) if window else 0
    return {"short_notice": here.short_notice, "free_now": window, "free_starts": starts}


def _lacking(you: Member) -> Sequence[str]:
    return lacks(proofs={offer.theme_id: offer.proof for offer in you.offers}, languages=you.languages)


def _suggested(db: Session, you: Member, here: _Here) -> dict[str, object]:
    """Returns people who can help a mentee with what they last looked for."""
    if not you.mentee:
        return {"suggested": [], "theme": None}
    last = looked_for(db, you)
    found = suggested(
        db,
        you,
        theme=last.theme,
        need=last.need,
        part=waking(display_tzid()),
        avoids=None if here.busy else NOTHING,
        away=None if here.dismissed or here.unfit else (),
        by=service(UNDERSTANDING),
        now=now(),
    )
    known = faces(db, [each.mentor_id for each in found], None, today=now().date()) if found else {}
    kept = query({"theme": last.theme.slug if last.theme else ""})
    return {"suggested": suggestion_cards(found, known, kept=kept), "theme": last.theme}


def _join(agreed: Sequence[Booking], you: Member) -> dict[str, object]:
    """Returns the join link of the next booking, and when its room opens."""
    if not agreed:
        return {}
    booking = agreed[0]
    room = room_open_span(booking.starts_at, booking.ends_at, network().room)
    return {
        "url": join_url(booking, you.id, links=services().links),
        "opens": room.start,
        "open": room.start <= now() < room.end,
    }


@bp.post("/me/questions/<int:booking_id>")
@access("mentor")
def answer(booking_id: int) -> ResponseReturnValue:
    """Keeps the booking; moving and cancelling redirect to their own pages, which settle the question."""
    said = request.form.get("answer", "")
    if said in (LeaveAnswer.MOVE, LeaveAnswer.CANCEL):
        return redirect(url_for(f"bookings.{said}", booking_id=booking_id), 303)
    if said != LeaveAnswer.KEEP:
        raise BadInput("answer", value=said)
    with writing() as db:
        answer_leave_question(db, member(db), booking_id, now=now())
    return redirect(url_for("me.show"), 303)
