"""Pages for booking one hour: the brief and its one button.

Sending the form again (back, reload, double click, two tabs) leads to the existing booking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.pages.brief import Brief, chosen_theme, learn_from, offered_themes
from flashmeet.bookings.service.agenda import booking_at
from flashmeet.bookings.service.alternatives import alternatives
from flashmeet.bookings.service.book import book_slot, require_free_hour
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.holds import hold_of, hold_slot
from flashmeet.bookings.service.reliability import require_not_paused
from flashmeet.core.errors import BadDate, BadInput, NotFound, Refusal, SlotTaken, TermsRequired
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import read_number
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.admission.rate_limits import address_range
from flashmeet.http.display import display_tzid, network
from flashmeet.http.forms.done import say_done
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.forms.redirects import path_on_site, way_back
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.people.service.mentors import mentor as mentor_of
from flashmeet.schedule.models import BrowserHold
from flashmeet.schedule.queries.first_look import first_look
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import MODES, NEED_CHARACTERS, BookingStatus, room_open_span
from flashmeet.schedule.rules.free_now import asks_first
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.claims import offered_hour, require_free
from flashmeet.schedule.service.own_calendars import own_hour
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.models import Theme

bp = Blueprint("book", __name__)

MINUTES = 60
LOOK = "look"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One hour of one mentor."""

    mentor_id: int
    starts_at: datetime

    @classmethod
    def parse(cls, mentor_id: int, stamp: str) -> Wanted:
        """Reads the hour in a page's address. Raises NotFound."""
        try:
            return cls(mentor_id, read_stamp(stamp))
        except BadDate as refusal:
            raise NotFound from refusal

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=MINUTES)

    @property
    def hour(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)


@bp.get("/book/<int:mentor_id>/<stamp>")
@access("member")
def brief(mentor_id: int, stamp: str) -> ResponseReturnValue:
    wanted, typed = Wanted.parse(mentor_id, stamp), Brief.parse({**request.args, **kept_fields().to_dict()})
    with reading() as db:
        booked = _booked(db, wanted)
        if booked is not None:
            return _to(booked)
        return _page(db, wanted, typed, _standing(db, wanted))


@bp.post("/book/<int:mentor_id>/<stamp>")
@access("member")
def book(mentor_id: int, stamp: str) -> ResponseReturnValue:
    wanted, typed = Wanted.parse(mentor_id, stamp), Brief.parse(request.form)
    if LOOK in request.form:
        return _looked_at(wanted, typed)
    service(CALENDAR_CHECK).before_booking(wanted.mentor_id, viewer_id=viewer_id(), now=now())
    asked = None if typed.despite else _asked_again(wanted, typed)
    if asked is not None:
        return asked
    try:
        _refuse_taken(wanted, typed)
        with writing() as db:
            booking_id, asked_first = _book(db, wanted, typed)
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        return _refused(wanted, typed, refusal)
    if asked_first:
        say_done("book.book:asked")
    return _to(booking_id)


def _asked_again(wanted: Wanted, typed: Brief) -> ResponseReturnValue | None:
    """Shows the page again, with a warning, where their own calendar has something else that nobody told them of."""
    with reading() as db:
        you = member(db).id
    service(CALENDAR_CHECK).of_member(you, now=now())
    with reading() as db:
        if not own_hour(db, you, wanted.hour, now=now()).clashes:
            return None
        booked = _booked(db, wanted)
        return _to(booked) if booked is not None else (_page(db, wanted, typed, _standing(db, wanted)), 409)


def _refuse_taken(wanted: Wanted, typed: Brief) -> None:
    """Refuses an hour that somebody plainly has by reading alone: those who are late wait for nobody."""
    with reading() as db:
        you = member(db)
        if first_look(db, mentor_id=wanted.mentor_id, mentee_id=you.id, starts_at=wanted.starts_at).taken:
            require_free_hour(db, you, typed.request(wanted.mentor_id, wanted.starts_at), now=now())


def _booked(db: Session, wanted: Wanted) -> int | None:
    """Returns the id of this member's existing booking of that hour, if any."""
    there = booking_at(db, member(db), mentor_id=wanted.mentor_id, starts_at=wanted.starts_at)
    return there.id if there else None


def _book(db: Session, wanted: Wanted, typed: Brief) -> tuple[int, bool]:
    """Books the hour; returns the booking's id, and whether the mentor is asked first."""
    asked = typed.request(wanted.mentor_id, wanted.starts_at)
    booking = book_slot(db, member(db), asked, links=services().links, now=now())
    learn_from(db, typed, booking, now=now())
    return booking.id, booking.status == BookingStatus.PENDING


def _to(booking_id: int) -> ResponseReturnValue:
    return redirect(url_for("bookings.show", booking_id=booking_id), 303)


def _looked_at(wanted: Wanted, typed: Brief) -> ResponseReturnValue:
    """Shows another hour with everything typed; nothing is booked yet."""
    with reading() as db:
        return _page(db, wanted, typed, _standing(db, wanted))


def _refused(wanted: Wanted, typed: Brief, refusal: Refusal) -> ResponseReturnValue:
    """Shows the page again with what was typed and the refusal; redirects to the booking if another tab was first."""
    with reading() as db:
        booked = _booked(db, wanted)
        if booked is not None:
            return _to(booked)
        return _page(db, wanted, typed, refusal), status_of(refusal)


def _standing(db: Session, wanted: Wanted) -> Refusal | None:
    """Returns why this hour cannot be booked now, as far as reading can tell."""
    if _held(db, wanted) is not None:
        return None
    you = member(db)
    mentor = mentor_of(db, wanted.mentor_id, viewer_id=you.id)
    try:
        require_not_paused(db, you)
        hour = offered_hour(db, mentor=mentor, mentee=you, starts_at=wanted.starts_at, minutes=MINUTES, now=now())
        require_free(db, hour, you=you, now=now())
    except Refusal as refusal:
        return refusal
    return None if _listed(db, wanted) else SlotTaken(wanted.starts_at)


def _listed(db: Session, wanted: Wanted) -> bool:
    query = SlotQuery(
        tzid="UTC",
        mentor_id=wanted.mentor_id,
        start=wanted.starts_at,
        end=wanted.starts_at + timedelta(minutes=1),
        minutes=MINUTES,
        viewer_id=viewer_id(),
    )
    return bool(find_slots(db, query, now=now()).slots)


def _held(db: Session, wanted: Wanted) -> BrowserHold | None:
    """Returns this member's hold, if it is on this hour."""
    hold = hold_of(db, member(db), now=now())
    if hold is None or (hold.mentor_id, hold.starts_at) != (wanted.mentor_id, wanted.starts_at):
        return None
    return hold


def _page(db: Session, wanted: Wanted, typed: Brief, refusal: Refusal | None) -> str:
    you = member(db)
    mentor = mentor_of(db, wanted.mentor_id, viewer_id=you.id)
    offered = offered_themes(db, mentor)
    theme = chosen_theme(db, typed, offered)
    schedule = read_schedule(db, mentor.id)
    ways = schedule.ways if schedule else MODES
    return render_template(
        "bookings/book.html",
        you=you,
        mentor=mentor,
        wanted=wanted,
        brief=typed if typed.mode in ways else typed.model_copy(update={"mode": ways[0]}),
        back=way_back(typed.results, mentor_id=mentor.id),
        ways=ways,
        place=schedule.place if schedule else "",
        place_tzid=schedule.tzid if schedule else mentor.tzid,
        offered=offered,
        theme=theme,
        asks_first=schedule is not None and asks_first(schedule, wanted.starts_at, MINUTES),
        held=_held(db, wanted),
        own=own_hour(db, you.id, wanted.hour, now=now()),
        opens_at=room_open_span(wanted.starts_at, wanted.starts_at, network().room).start,
        most=NEED_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
        others=_others(db, wanted, theme, you) if refusal and not isinstance(refusal, BadInput) else [],
    )


def _others(db: Session, wanted: Wanted, theme: Theme | None, you: Member) -> list[Slot]:
    """Returns up to three hours near the wanted one."""
    return alternatives(
        db,
        mentor_id=wanted.mentor_id,
        theme_id=theme.id if theme else 0,
        starts_at=wanted.starts_at,
        minutes=MINUTES,
        mentee_id=you.id,
        tzid=display_tzid(),
        now=now(),
    )


_SLOT_PAGE = re.compile(r"/book/(\d{1,18})/(\w+)", re.ASCII)


def hold_hour(browser: str, way: str) -> None:
    """Where `way` is the page of a slot, holds that hour for the browser of this key, if it is available.

    It does so for any address that asks for a code: nothing may reveal whether there is such a member.
    """
    wanted = _hour_in(way)
    if wanted is None:
        return
    mentor_id, starts_at = wanted
    sender = address_range(request.remote_addr or "")
    with writing() as db:
        hold_slot(db, browser, sender=sender, mentor_id=mentor_id, starts_at=starts_at, minutes=MINUTES, now=now())


def _hour_in(way: str) -> tuple[int, datetime] | None:
    found = _SLOT_PAGE.fullmatch(path_on_site(way) or "")
    if found is None:
        return None
    try:
        return read_number(found[1]), read_stamp(found[2])
    except BadDate:
        return None
