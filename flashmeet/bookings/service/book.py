"""Booking an hour, moving it, cancelling it, answering for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.service import invites
from flashmeet.bookings.service.expiry import end_expired
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.standing import require_not_paused
from flashmeet.core.errors import AlreadyOver, NotFound, ThemeNotOffered, Yourself
from flashmeet.core.errors_days import DayStays
from flashmeet.core.links import Links
from flashmeet.core.settings.queries import network_settings
from flashmeet.core.zones import wall
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.queries.blocks import stands_between
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.rules.requests import AskState
from flashmeet.requests.service.approval import ask_about, end_ask_about
from flashmeet.rooms.service.providers import end_meetings
from flashmeet.schedule.models.claim import Holder
from flashmeet.schedule.rules.booked_hour import (
    NEED_CHARACTERS,
    REASON_CHARACTERS,
    answer_deadline,
    checked_minutes,
    checked_mode,
    checked_start,
    checked_text,
)
from flashmeet.schedule.rules.booking_facts import checked_place, relation_of
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import Hour, agreed_hour, let_go, no_longer_waits, offered_hour, take_hour
from flashmeet.themes.models.theme import Theme
from flashmeet.themes.service.themes import find_theme


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What a mentee asks for, as it came in; `book_slot` checks it. `theme` is an id, slug, name or synonym.

    `place` is where they meet on site; with `share_phone` the mentor is given the mentee's number for a call.
    """

    mentor_id: int
    starts_at: datetime
    theme: str | int
    need: str
    minutes: int = 60
    good_hour: str = ""
    mode: str = "video"
    place: str = ""
    share_phone: bool = False
    format: str = "flash"
    series_id: int | None = None

    def checked(self) -> BookingRequest:
        """The same, cleaned. Raises BadInput kinds."""
        return BookingRequest(
            mentor_id=self.mentor_id,
            starts_at=checked_start(self.starts_at),
            theme=self.theme,
            need=checked_text("need", self.need, most=NEED_CHARACTERS, required=True),
            minutes=checked_minutes(self.minutes),
            good_hour=checked_text("good_hour", self.good_hour, most=NEED_CHARACTERS),
            mode=checked_mode(self.mode),
            place=checked_place(self.place) if self.mode == "on_site" else "",
            share_phone=self.share_phone and self.mode == "phone",
            format=self.format,
            series_id=self.series_id,
        )


def book_slot(session: Session, mentee: Member, request: BookingRequest, *, links: Links, now: datetime) -> Booking:
    """Takes the hour for both and writes the invites: `confirmed`, or `pending` where the mentor is asked first.

    Raises, the first that applies: BadInput kinds, TermsRequired, NotFound (no such mentor), PausedByNetwork, TooLate,
    BeyondHorizon, NotOffered, ThemeNotOffered, UnknownTheme, Yourself, SlotTaken, YouAreBusy, QuotaReached,
    CalendarUnavailable.
    """
    asked = request.checked()
    require_terms(session, mentee, now=now)
    mentor = session.get(Member, asked.mentor_id)
    if mentor is None or not mentor.bookable or stands_between(session, mentor.id, mentee.id):
        raise NotFound
    require_not_paused(session, mentee)
    hour = offered_hour(
        session, mentor=mentor, mentee=mentee, starts_at=asked.starts_at, minutes=asked.minutes, now=now
    )
    theme = _offered_theme(session, mentor, asked.theme)
    if mentor.id == mentee.id:
        raise Yourself
    end_expired(session, now=now, claiming=hour.wanted)
    holder = take_over_hold(session, mentee, now=now)
    waits = hour.schedule.policy.confirm == "ask"
    take_hour(session, holder, hour, you=mentee, now=now, waits=waits)
    require_read(session, mentor.id, now=now)
    booking = write_booking(session, hour, asked, theme, waits=waits, links=links, now=now)
    announce_new(session, holder, booking, now=now)
    return booking


def announce_new(session: Session, holder: Holder, booking: Booking, *, now: datetime) -> None:
    """The holder is the booking's from now on; its people are told: of the hour, or that the mentor is asked."""
    hand_over(holder, booking)
    session.flush()
    if booking.status == "pending":
        invites.announce_asked(session, booking, ask_about(session, booking, now=now), now=now)
    else:
        invites.announce_booked(session, booking, now=now)


def _offered_theme(session: Session, mentor: Member, wanted: str | int) -> Theme:
    theme = find_theme(session, wanted)
    if session.get(MentorTheme, (mentor.id, theme.id)) is None:
        raise ThemeNotOffered(theme=theme.slug)
    return theme


def write_booking(
    session: Session, hour: Hour, asked: BookingRequest, theme: Theme, *, waits: bool, links: Links, now: datetime
) -> Booking:
    """The row of an hour that is taken: confirmed, or one that `waits` for the mentor's answer."""
    policy = hour.schedule.policy
    booking = Booking(
        uid=f"{secrets.token_hex(16)}@{links.host}",
        sequence=0,
        status="pending" if waits else "confirmed",
        mentor=hour.mentor,
        mentee=hour.mentee,
        theme=theme,
        mode=asked.mode,
        need=asked.need,
        good_hour=asked.good_hour,
        format=asked.format,
        series_id=asked.series_id,
        relation=relation_of(hour.mentor.graduation_year, hour.mentee.graduation_year),
        place=asked.place,
        mentee_phone=(hour.mentee.phone or "") if asked.share_phone else "",
        buffer_before=policy.buffer_before,
        buffer_after=policy.buffer_after,
        room=secrets.token_urlsafe(16),
        created_at=now,
        stamped_at=now,
        answer_due_at=_answer_due(session, hour, now=now) if waits else None,
        seats=[
            Seat(member=hour.mentor, role="mentor", nonce=secrets.token_urlsafe(16)),
            Seat(member=hour.mentee, role="mentee", nonce=secrets.token_urlsafe(16)),
        ],
        **_agreed(hour),
    )
    session.add(booking)
    session.flush()
    return booking


def _agreed(hour: Hour) -> dict[str, object]:
    """The hour, and the words it was agreed in: the mentee's own wall."""
    tzid = hour.mentee.tzid
    return {
        "starts_at": hour.starts_at,
        "ends_at": hour.ends_at,
        "agreed_tzid": tzid,
        "agreed_wall": wall(hour.starts_at, tzid).at.isoformat(timespec="minutes"),
    }


def _answer_due(session: Session, hour: Hour, *, now: datetime) -> datetime:
    network = network_settings(session)
    return answer_deadline(
        now,
        starts_at=hour.starts_at,
        tzid=hour.schedule.tzid,
        days=network.answer_days,
        country=network.country,
    )


def hand_over(holder: Holder, booking: Booking) -> None:
    """What was kept for somebody is the booking's."""
    holder.kind = "pending" if booking.status == "pending" else "booking"
    holder.booking_id, holder.expires_at = booking.id, booking.answer_due_at
    holder.mentor_id = holder.starts_at = holder.request_id = None


def move_booking(
    session: Session, member: Member, booking_id: int, *, starts_at: datetime, agreed: bool = False, now: datetime
) -> Booking:
    """Moves the session to another start, at once, by either side, under the rules of booking.

    An hour that both `agreed` on need not be one that the mentor offers.

    Raises NotFound, AlreadyOver, DayStays, and what `book_slot` raises about the hour; the old hour stays when it does.
    """
    checked_start(starts_at)
    require_terms(session, member, now=now)
    booking, holder = live_booking(session, member, booking_id, now=now)
    refuse_for_days(booking)
    previous = booking.starts_at
    if starts_at == previous:
        return booking
    mentor, mentee, minutes = booking.mentor, booking.mentee, booking.minutes
    find = agreed_hour if agreed else offered_hour
    hour = find(session, mentor=mentor, mentee=mentee, starts_at=starts_at, minutes=minutes, now=now)
    end_expired(session, now=now, claiming=hour.wanted)
    take_hour(session, holder, hour, you=member, now=now, waits=booking.status == "pending")
    if not agreed:
        require_read(session, mentor.id, now=now)
    for name, value in _agreed(hour).items():
        setattr(booking, name, value)
    booking.buffer_before, booking.buffer_after = hour.schedule.policy.buffer_before, hour.schedule.policy.buffer_after
    if booking.status == "pending":
        booking.answer_due_at = holder.expires_at = _answer_due(session, hour, now=now)
        session.flush()
        invites.announce_asked(session, booking, ask_about(session, booking, now=now), now=now)
        return booking
    raise_sequence(booking, now=now)
    session.flush()
    invites.announce_moved(session, booking, by=member, previous=previous, now=now)
    return booking


def refuse_for_days(booking: Booking) -> None:
    """A day has a date, and its breaks and programme go with it. Raises DayStays."""
    if booking.format == "day":
        raise DayStays


def cancel_booking(session: Session, member: Member, booking_id: int, *, reason: str, now: datetime) -> Booking:
    """Ends it, by either side; both hours are free again. Raises NotFound, AlreadyOver, TooLong."""
    reason = checked_text("reason", reason, most=REASON_CHARACTERS)
    booking, holder = live_booking(session, member, booking_id, now=now)
    had_invites = booking.status == "confirmed"
    let_go(session, holder, now=now)
    booking.status, booking.cancelled_at = "cancelled", now
    booking.cancelled_by_id, booking.cancel_reason = member.id, reason
    if had_invites:
        raise_sequence(booking, now=now)
        session.flush()
        invites.announce_cancelled(session, booking, by=member, now=now)
        end_meetings(session, booking, now=now)
    else:
        session.flush()
        state: AskState = "withdrawn" if member.id == booking.mentee_id else "declined"
        end_ask_about(session, booking, state, now=now)
        invites.announce_withdrawn(session, booking, by=member, now=now)
    return booking


def answer_booking(session: Session, mentor: Member, booking_id: int, *, accept: bool, now: datetime) -> Booking:
    """The mentor's answer to a pending booking. Raises TermsRequired, NotFound, AlreadyOver."""
    require_terms(session, mentor, now=now)
    booking, holder = live_booking(session, mentor, booking_id, now=now)
    if booking.mentor_id != mentor.id:
        raise NotFound
    if booking.status != "pending":
        raise AlreadyOver(status=booking.status)
    if accept:
        booking.status, booking.answer_due_at = "confirmed", None
        booking.stamped_at = max(booking.stamped_at, now)
        no_longer_waits(session, holder, mentor_id=mentor.id, mentee_id=booking.mentee_id, now=now)
        hand_over(holder, booking)
        session.flush()
        end_ask_about(session, booking, "accepted", now=now)
        invites.announce_booked(session, booking, now=now)
        return booking
    let_go(session, holder, now=now)
    booking.status, booking.cancelled_at, booking.cancelled_by_id = "cancelled", now, mentor.id
    session.flush()
    end_ask_about(session, booking, "declined", now=now)
    invites.announce_not_taken(session, booking, action="declined", now=now)
    return booking


def raise_sequence(booking: Booking, *, now: datetime) -> None:
    """What calendars know of it has changed."""
    booking.sequence += 1
    booking.stamped_at = max(booking.stamped_at, now)


def live_booking(session: Session, member: Member, booking_id: int, *, now: datetime) -> tuple[Booking, Holder]:
    """The booking and its holder, locked, while it may still be changed. Raises NotFound, AlreadyOver."""
    booking = session.get(Booking, booking_id, with_for_update={"of": Booking}, populate_existing=True)
    if booking is None or member.id not in (booking.mentor_id, booking.mentee_id):
        raise NotFound
    holder = session.scalars(select(Holder).where(Holder.booking_id == booking_id).with_for_update()).first()
    expired = holder is not None and holder.expires_at is not None and holder.expires_at <= now
    if holder is None or expired or not booking.live or booking.starts_at <= now:
        raise AlreadyOver(status=booking.status)
    return booking, holder
