"""A mentor's answers to a request: accept, propose other times, decline, go on leave, or answer in writing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import announce_new, answer_booking
from flashmeet.bookings.service.booking_rows import write_booking
from flashmeet.bookings.service.end import end_booking, end_expired, live_booking
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.move import refuse_for_days
from flashmeet.bookings.service.reliability import is_paused
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotBookable, PausedByNetwork, RequestOver, TimeGone
from flashmeet.core.link_kinds import ASK
from flashmeet.core.links import Links
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestColleague
from flashmeet.requests.rules.requests import AskState, RequestKind, RequestState, checked_times
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.lifecycle import close_asks, end_request, is_open, lock_holders, lock_live_request
from flashmeet.requests.service.series import begin_series
from flashmeet.requests.service.times.kept import (
    carry_exchange,
    holder_of,
    hour_at,
    keep_times,
    kept_times,
    let_go_of_times,
    may_still_meet,
    said_in,
)
from flashmeet.requests.service.waves import colleagues_for
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries.openings import lock_mentors
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.booked_hour import REASON_CHARACTERS, answer_deadline, checked_text
from flashmeet.schedule.rules.quotas import MOST_COLLEAGUES
from flashmeet.schedule.service.claims import no_longer_waits, take_agreed
from flashmeet.schedule.service.leave import take_leave

ASK_LINK = PersonalLink(
    ASK,
    find=lambda db, number: db.get(RequestAsk, number),
    facts=lambda ask: (ask.nonce,),
    owner=lambda ask: ask.mentor,
)


def ask_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> RequestAsk:
    """Returns the ask of a signed link. Raises NotFound, also for another signed-in member."""
    return resolve_link(db, ASK_LINK, token, links=links, viewer_id=viewer_id)


def times_to_accept(db: Session, ask: RequestAsk, *, now: datetime) -> Sequence[datetime]:
    """Returns the times that the mentor can accept with one tap."""
    if ask.request.kind == RequestKind.HOUR and ask.request.booking is not None:
        return [ask.request.booking.starts_at]
    times = kept_times(db, ask.request, now=now)
    return may_still_meet(db, ask.request, ask.mentor, times, now=now)


def accept(
    db: Session, ask: RequestAsk, starts_at: datetime, *, first_only: bool = False, links: Links, now: datetime
) -> Booking:
    """Agrees the hour, or the series that was asked for; with `first_only`, the first hour of it.

    The request's other times are free again, and nobody else is asked any more.

    Raises TermsRequired, RequestOver, TimeGone, and SlotTaken, YouAreBusy, QuotaReached where the hour cannot be
    claimed.
    """
    request = answering(db, ask, now=now)
    if request.kind == RequestKind.HOUR:
        return answer_booking(db, ask.mentor, cast(int, request.booking_id), accept=True, now=now)
    holder = holder_of(db, request, starts_at, now=now)
    if holder is None:
        raise TimeGone
    _say(db, ask, AskState.ACCEPTED, now=now)
    _keep_first_only(request, first_only)
    return agree(db, request, ask.mentor, holder, starts_at, you=ask.mentor, links=links, now=now)


def agree(
    db: Session,
    request: MentoringRequest,
    mentor: Member,
    holder: Holder,
    starts_at: datetime,
    *,
    you: Member,
    links: Links,
    now: datetime,
) -> Booking:
    """Makes a booking of the held time, and ends the request. Raises SlotTaken, YouAreBusy, QuotaReached, and what
    the gate of every hour raises (`schedule.service.gate`); PausedByNetwork to a mentee whose bookings are paused."""
    if is_paused(db, request.mentee_id):
        raise PausedByNetwork if you.id == request.mentee_id else NotBookable
    hour = hour_at(db, request, mentor, starts_at, now=now)
    lock_holders(db, [request.id])
    end_expired(db, now=now, claiming=hour.wanted)
    lock_mentors(db, hour.wanted)
    holder.request_id = None
    db.flush()
    end_request(db, request, RequestState.ACCEPTED, now=now)
    no_longer_waits(db, holder, mentor_id=mentor.id, mentee_id=request.mentee_id, now=now)
    take_agreed(db, holder, hour, you=you, now=now)
    written = said_in(request, mentor_id=mentor.id, starts_at=starts_at)
    booking = write_booking(db, hour, written, request.theme, waits=False, links=links, now=now)
    request.booking_id = booking.id
    for ask in request.asks:
        if ask.mentor_id == mentor.id:
            carry_exchange(db, ask, booking.id)
    announce_new(db, holder, booking, by=you, now=now)
    if request.wishes_series:
        begin_series(db, request, booking, you=you, links=links, now=now)
    return booking


def _keep_first_only(request: MentoringRequest, first_only: bool) -> None:
    if first_only:
        request.rhythm_weeks = 0


def propose(
    db: Session,
    ask: RequestAsk,
    times: Iterable[datetime],
    *,
    note: str = "",
    first_only: bool = False,
    now: datetime,
) -> None:
    """Proposes the mentor's own times to the mentee; they are held until the mentee answers. Of a series that was asked
    for, each is a first hour; with `first_only`, the only one.

    Raises BadInput and its subclasses, TooLate, BeyondHorizon, TermsRequired, RequestOver, SlotTaken, YouAreBusy,
    QuotaReached, DayStays.
    """
    wanted = checked_times(times, now=now)
    ask.note = checked_text("note", note, most=REASON_CHARACTERS)
    request = answering(db, ask, now=now)
    if request.booking is not None:
        refuse_for_days(request.booking)
    if request.kind == RequestKind.HOUR:
        _free_the_hour(db, ask, why=Ending.COUNTERED, now=now)
    lock_holders(db, [request.id])
    lock_mentors(db, [ask.mentor_id, request.mentee_id])
    _say(db, ask, AskState.COUNTERED, now=now)
    _keep_first_only(request, first_only)
    close_asks(db, request, AskState.CLOSED, now=now)
    let_go_of_times(db, request, now=now)
    network = network_settings(db)
    until = answer_deadline(
        now, starts_at=max(wanted), tzid=request.mentee.tzid, days=network.answer_days, country=network.country
    )
    request.state, request.due_at, request.ended_at = RequestState.PROPOSED, until, None
    keep_times(db, request, wanted, by=ask.mentor, mentor=ask.mentor, until=until, now=now)
    notices.proposed(db, ask, wanted, now=now)


def decline(db: Session, ask: RequestAsk, *, note: str = "", colleagues: Collection[int] = (), now: datetime) -> None:
    """Declines, with an optional note and up to three colleagues named. Raises TooLong, TermsRequired, RequestOver."""
    ask.note = checked_text("note", note, most=REASON_CHARACTERS)
    request = answering(db, ask, now=now)
    named = [each for each in colleagues_for(db, ask, now=now) if each.id in colleagues]
    _name(db, ask, named[:MOST_COLLEAGUES])
    if request.kind == RequestKind.HOUR:
        answer_booking(db, ask.mentor, cast(int, request.booking_id), accept=False, note=ask.note, now=now)
        return
    _say(db, ask, AskState.DECLINED, now=now)
    if request.kind == RequestKind.THEME:
        _next_wave_if_all_said_no(request, now=now)
        return
    end_request(db, request, RequestState.DECLINED, now=now)
    people = others_soon(db, request, now=now)
    notices.ended(db, request, ask, people=people, colleagues=named[:MOST_COLLEAGUES], now=now)


def say_unfit(db: Session, ask: RequestAsk, *, now: datetime) -> None:
    """Declines for good, because the need is not for them: no hour of theirs is offered to it either. It counts in the
    theme's figures. Raises TermsRequired, RequestOver."""
    ask.unfit = True
    decline(db, ask, now=now)


def go_on_leave(
    db: Session, ask: RequestAsk, period: LeavePeriod, *, hours: AgreedHours = AgreedHours.KEEP, now: datetime
) -> None:
    """Declines the request and takes leave, so that nobody else can ask meanwhile; `hours` are those agreed in it."""
    decline(db, ask, now=now)
    take_leave(db, ask.mentor, period, hours=hours, now=now)


def solve(db: Session, ask: RequestAsk, text: str, *, now: datetime) -> None:
    """Answers in writing instead of an hour. Raises Missing, TooLong, TermsRequired, RequestOver."""
    ask.note = checked_text("note", text, most=REASON_CHARACTERS, required=True)
    request = answering(db, ask, now=now)
    if request.kind == RequestKind.HOUR:
        _free_the_hour(db, ask, why=Ending.SOLVED, now=now)
    _say(db, ask, AskState.SOLVED, now=now)
    end_request(db, request, RequestState.SOLVED, now=now)
    notices.ended(db, request, ask, now=now)


def answering(db: Session, ask: RequestAsk, *, now: datetime) -> MentoringRequest:
    """Returns the request, locked, while this mentor may answer. Raises TermsRequired, RequestOver."""
    require_terms(db, ask.mentor, now=now)
    if ask.request.kind == RequestKind.HOUR and ask.request.booking_id is not None:
        db.get(Booking, ask.request.booking_id, with_for_update={"of": Booking})  # booking first, as everywhere
    request = lock_live_request(db, ask.request_id, RequestState.OPEN)
    db.refresh(ask, ["state", "due_at"])
    if not is_open(ask, now=now):
        raise RequestOver(request.state if ask.state == AskState.ASKED else ask.state)
    return request


def _say(db: Session, ask: RequestAsk, state: AskState, *, now: datetime) -> None:
    ask.state, ask.answered_at = state, now
    db.flush()
    notices.unask(db, ask, now=now)


def _free_the_hour(db: Session, ask: RequestAsk, *, why: Ending, now: datetime) -> None:
    """Ends the pending booking; the request tells the mentee what comes instead."""
    booking, holder = live_booking(db, ask.mentor, cast(int, ask.request.booking_id), now=now)
    end_booking(db, booking, holder, why=why, by=ask.mentor, now=now)


def _next_wave_if_all_said_no(request: MentoringRequest, *, now: datetime) -> None:
    if not any(each.state == AskState.ASKED for each in request.asks):
        request.due_at = now


def _name(db: Session, ask: RequestAsk, colleagues: Sequence[Member]) -> None:
    rows = [{"request_id": ask.request_id, "mentor_id": each.id, "by_id": ask.mentor_id} for each in colleagues]
    if rows:
        insert_new(db, cast(Table, RequestColleague.__table__), rows)
