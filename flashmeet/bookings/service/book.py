"""Booking an hour, and the mentor's answer to a pending booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.booking_rows import hand_over, write_booking
from flashmeet.bookings.service.end import end_booking, live_booking, make_way
from flashmeet.bookings.service.events import Ending, mentor_accepted, mentor_asked
from flashmeet.bookings.service.holds import left_over, take_over_hold
from flashmeet.bookings.service.messages import invites
from flashmeet.bookings.service.messages.mailing import mails_between
from flashmeet.bookings.service.messages.not_taken import take_back_pending
from flashmeet.bookings.service.messages.reminders import text_at_once
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import (
    AlreadyOver,
    NotFound,
    PausedByNetwork,
    ThemeNotOffered,
    TooOften,
    WayNotOffered,
    Yourself,
)
from flashmeet.core.links import Links
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.outbox.calm import WITHIN
from flashmeet.people.queries import are_separated, paused_one
from flashmeet.people.service.launch import require_open
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import (
    NEED_CHARACTERS,
    BookingStatus,
    Mode,
    checked_minutes,
    checked_mode,
    checked_start,
    checked_text,
)
from flashmeet.schedule.rules.booking_facts import Format, checked_place
from flashmeet.schedule.rules.free_now import asks_first, is_near
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import Hour, no_longer_waits, offered_hour, require_free, take_hour
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme, known_theme_id

A_DAY = timedelta(days=1)
BOOKINGS_A_DAY = 20
"""Hours that one mentee may book with one mentor within a day, cancelled ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What a mentee asks for, as received; `book_slot` checks it. `theme` is an id, slug, name or synonym.

    `place` is where they meet on site; with `share_phone` the mentor is given the mentee's number for a call.
    """

    mentor_id: int
    starts_at: datetime
    theme: str | int
    need: str
    minutes: int = 60
    good_hour: str = ""
    mode: str = Mode.VIDEO
    place: str = ""
    share_phone: bool = False
    format: Format = Format.FLASH
    series_id: int | None = None

    def checked(self) -> BookingRequest:
        """Returns the request, cleaned. Raises BadInput and its subclasses."""
        return BookingRequest(
            mentor_id=self.mentor_id,
            starts_at=checked_start(self.starts_at),
            theme=self.theme,
            need=checked_text("need", self.need, most=NEED_CHARACTERS, required=True),
            minutes=checked_minutes(self.minutes),
            good_hour=checked_text("good_hour", self.good_hour, most=NEED_CHARACTERS),
            mode=checked_mode(self.mode),
            place=checked_place(self.place) if self.mode == Mode.ON_SITE else "",
            share_phone=self.share_phone and self.mode == Mode.PHONE,
            format=self.format,
            series_id=self.series_id,
        )


def book_slot(db: Session, mentee: Member, request: BookingRequest, *, links: Links, now: datetime) -> Booking:
    """Claims the hour for both and writes the invites: `confirmed`, or `pending` where the mentor is asked first.

    Raises, the first that applies: BadInput and its subclasses, NotOpenYet, TermsRequired, NotFound (no such
    mentor), PausedByNetwork, TooOften, TooLate, BeyondHorizon, NotOffered, ThemeNotOffered, UnknownTheme,
    WayNotOffered, Yourself, SlotTaken, YouAreBusy, QuotaReached, CalendarUnavailable.
    """
    asked = request.checked()
    hour, theme, facts = _wanted(db, mentee, asked, now=now)
    mentor = hour.mentor
    make_way(db, hour, you=mentee, now=now)
    holder = take_over_hold(db, mentee, left=facts.left, now=now)
    waits = asks_first(hour.schedule, hour.starts_at, hour.minutes)
    calendars = take_hour(db, holder, hour, you=mentee, now=now, waits=waits)
    require_read(db, mentor.id, now=now, calendars=calendars)
    booking = write_booking(db, hour, asked, theme, waits=waits, links=links, now=now)
    announce_new(db, holder, booking, by=mentee, mails=facts.mails, now=now)
    return booking


def require_free_hour(db: Session, mentee: Member, request: BookingRequest, *, now: datetime) -> None:
    """Refuses what `book_slot` would refuse before it writes anything, an hour that somebody has as the last of it.

    For a unit of work that reads: it waits for nobody. Raises what `book_slot` raises, in the same order.
    """
    hour, _, _ = _wanted(db, mentee, request.checked(), now=now)
    require_free(db, hour, you=mentee, now=now)


def _wanted(db: Session, mentee: Member, asked: BookingRequest, *, now: datetime) -> tuple[Hour, Theme, _Facts]:
    """Returns the hour that the mentor's schedule holds, free or not, and what it is about."""
    require_open(db, mentee)
    require_terms(db, mentee, now=now)
    facts = _read_facts(db, mentee, asked, now=now)
    if facts is None or not facts.mentor.bookable or facts.apart:
        raise NotFound
    if facts.paused:
        raise PausedByNetwork
    if facts.today >= BOOKINGS_A_DAY:
        raise TooOften(seconds=int(A_DAY.total_seconds()) // BOOKINGS_A_DAY)
    hour = offered_hour(
        db, mentor=facts.mentor, mentee=mentee, starts_at=asked.starts_at, minutes=asked.minutes, met=True, now=now
    )
    theme = _offered_theme(db, asked.theme, facts)
    if checked_mode(asked.mode) not in hour.schedule.ways:
        raise WayNotOffered("mode", value=asked.mode)
    if facts.mentor.id == mentee.id:
        raise Yourself
    return hour, theme, facts


@dataclass(frozen=True, slots=True)
class _Facts:
    """The mentor; the theme, and whether they help with it; what is between the two people: whether they are kept
    apart, whether the mentee is paused, their late bookings, the mails caused, whether an earlier try left a holder."""

    mentor: Member
    theme: Theme | None
    helps: bool
    apart: bool
    paused: bool
    today: int
    mails: int
    left: bool


def _read_facts(db: Session, mentee: Member, asked: BookingRequest, *, now: datetime) -> _Facts | None:
    """Reads them in one statement; None where there is no such mentor."""
    theme_id = known_theme_id(db, asked.theme) or 0
    row = db.execute(*_facts(asked.mentor_id, mentee.id, theme_id, now - A_DAY, mails_since=now - WITHIN)).one_or_none()
    return None if row is None else _Facts(*row)


@prepared
def _facts(
    mentor_id: int, mentee_id: int, theme_id: int, a_day_ago: datetime, *, mails_since: datetime
) -> Select[Member, Theme, bool, bool, bool, int, int, bool]:
    return (
        select(
            Member,
            Theme,
            exists().where(MentorTheme.mentor_id == mentor_id, MentorTheme.theme_id == theme_id),
            are_separated(mentor_id, mentee_id),
            paused_one(mentee_id),
            _booked_of_late(mentor_id, mentee_id, since=a_day_ago),
            mails_between(mentee_id, mentor_id, since=mails_since),
            left_over(mentee_id),
        )
        .outerjoin(Theme, Theme.id == theme_id)
        .where(Member.id == mentor_id)
    )


def _booked_of_late(mentor_id: int, mentee_id: int, *, since: datetime) -> ColumnElement[int]:
    """Selects how many hours the mentee booked with this mentor within a day, cancelled ones included."""
    return (
        select(func.count())
        .select_from(Booking)
        .where(Booking.mentee_id == mentee_id, Booking.mentor_id == mentor_id, Booking.created_at > since)
        .scalar_subquery()
    )


def announce_new(
    db: Session, holder: Holder, booking: Booking, *, by: Member, mails: int | None = None, now: datetime
) -> None:
    """Hands the holder over to the booking; tells its people of the hour, or asks the mentor.

    Of an hour that is near the mentor is told by SMS, too, unless it is they who agreed to it (`by`).
    """
    hand_over(db, holder, booking)
    if booking.status == BookingStatus.PENDING:
        mentor_asked(db, booking, now)
        return
    if by.id == booking.mentee_id and is_near(booking.starts_at, now=now):
        text_at_once(db, booking, booking.mentor, now=now)
    invites.announce_booked(db, booking, mails=mails, now=now)


def _offered_theme(db: Session, wanted: str | int, facts: _Facts) -> Theme:
    theme = facts.theme or find_theme(db, wanted)
    if not facts.helps:
        raise ThemeNotOffered(theme=theme.slug)
    return theme


def answer_booking(
    db: Session, mentor: Member, booking_id: int, *, accept: bool, note: str = "", now: datetime
) -> Booking:
    """Answers a pending booking as its mentor; `note` goes with a no. Raises TermsRequired, NotFound, AlreadyOver."""
    require_terms(db, mentor, now=now)
    booking, holder = live_booking(db, mentor, booking_id, now=now)
    if booking.mentor_id != mentor.id:
        raise NotFound
    if booking.status != BookingStatus.PENDING:
        raise AlreadyOver(status=booking.status)
    if accept:
        booking.status, booking.answer_due_at = BookingStatus.CONFIRMED, None
        booking.stamped_at = max(booking.stamped_at, now)
        booking.agreed_at = now
        no_longer_waits(db, holder, mentor_id=mentor.id, mentee_id=booking.mentee_id, now=now)
        hand_over(db, holder, booking)
        mentor_accepted(db, booking, now)
        take_back_pending(db, booking, now=now)
        invites.announce_booked(db, booking, now=now)
        return booking
    end_booking(db, booking, holder, why=Ending.DECLINED, by=mentor, text=note, now=now)
    return booking
