"""Members' changes to our events in their calendars: a deletion asks, a move proposes; both are confirmed first."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.calendars.models import CalendarEvent, CalendarQuestion
from flashmeet.calendars.queries import is_written_in, read_elsewhere
from flashmeet.calendars.rules.messages import CALENDAR_GONE, CALENDAR_MOVED
from flashmeet.calendars.rules.questions import EventChange, QuestionAnswer, QuestionKind
from flashmeet.calendars.rules.sources import MANY_GONE, EventRef, RemoteEvent, SyncResult
from flashmeet.calendars.service.notices import ask, notify_counter_failed, notify_many_gone
from flashmeet.calendars.service.sync_runs import SyncRun, ask_full_sync
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import AlreadyOver
from flashmeet.core.intervals import on_the_quarter
from flashmeet.identity.models import Member
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.calendars import ANSWER_BEFORE, BREAKER
from flashmeet.schedule.service.gate import times_that_stand

log = structlog.get_logger("flashmeet.calendars")

AT_LEAST = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An event of ours that a sync did not find as we wrote it."""

    link_id: int
    uid: str
    ref: EventRef
    sequence: int
    what: EventChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An event in another calendar of its member's than the one it was written into."""

    calendar_id: int
    remote_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A suspect after the event was fetched; `there` is None when it is gone. `elsewhere`: it was found in a calendar
    that is never read."""

    suspect: Suspect
    there: RemoteEvent | None
    elsewhere: Elsewhere | None = None


def suspects(db: Session, run: SyncRun, result: SyncResult, *, now: datetime) -> list[Suspect]:
    """Returns events of coming bookings that a sync shows as gone or changed; our own deletions are left out."""
    query = _coming(now).where(CalendarEvent.calendar_id == run.calendar_id)
    changed = {each.remote_id: each.etag for each in result.changed}
    found: list[Suspect] = []
    for link in db.scalars(query.order_by(CalendarEvent.id)).unique():
        if link.remote_id in changed:
            if changed[link.remote_id] != link.etag:
                found.append(_suspect(link, EventChange.CHANGED))
        elif link.remote_id in result.removed or (result.full and link.remote_id not in result.unchanged_ids):
            found.append(_suspect(link, EventChange.GONE))
    return found


def _coming(now: datetime) -> Select[CalendarEvent]:
    """Selects the events that we wrote of bookings to come."""
    return (
        select(CalendarEvent)
        .join(Booking, Booking.id == CalendarEvent.booking_id)
        .where(CalendarEvent.remote_id != "", Booking.status == BookingStatus.CONFIRMED, Booking.starts_at > now)
    )


def _suspect(link: CalendarEvent, what: EventChange) -> Suspect:
    ref = EventRef(remote_id=link.remote_id, etag=link.etag)
    return Suspect(link_id=link.id, uid=link.booking.uid, ref=ref, sequence=link.sequence, what=what)


def too_many_deletions(found: Sequence[Suspect]) -> bool:
    """Whether so many are gone that a fault or an emptied calendar is likely, and not one decision each."""
    return sum(each.what == EventChange.GONE for each in found) >= BREAKER


def trip_breaker(db: Session, run: SyncRun, found: Sequence[Suspect], *, now: datetime) -> None:
    """Records the fault without asking or cancelling anything; tells the member and the administrators, once."""
    account = db.get(CalendarAccount, run.account_id, with_for_update={"of": CalendarAccount})
    if account is None or account.fault == MANY_GONE:
        return
    account.fault = MANY_GONE
    notify_many_gone(db, account, len(found), now=now)
    log.warning("calendar.many_gone", calendar=run.calendar_id, events=len(found))


def end_breaker(db: Session, run: SyncRun, *, now: datetime) -> None:
    """Clears that fault after a full list of a calendar from which nothing is gone, where all that we wrote into the
    account is in that one: a server lists again what it had lost, or what was lost is over."""
    account = db.get_one(CalendarAccount, run.account_id)
    if account.fault != MANY_GONE:
        return
    others = [each.id for each in account.calendars if each.id != run.calendar_id]
    if db.scalars(_coming(now).where(CalendarEvent.calendar_id.in_(others)).limit(1)).first() is None:
        account.fault = ""


def follow(db: Session, confirmed: Sequence[Confirmed], *, now: datetime) -> None:
    """Acts on confirmed changes, if the booking is still as it was written.

    An event that we rewrote since the sync is skipped: that change was our own.
    """
    for each in confirmed:
        link_id, of = each.suspect.link_id, {"of": CalendarEvent}
        link = db.get(CalendarEvent, link_id, with_for_update=of, populate_existing=True)
        if link is None or (EventRef(remote_id=link.remote_id, etag=link.etag), link.sequence) != (
            each.suspect.ref,
            each.suspect.sequence,
        ):
            continue
        if link.booking.status != BookingStatus.CONFIRMED or link.booking.starts_at <= now:
            continue
        if each.there is None:
            with suppress(AlreadyOver), db.begin_nested():  # it ended meanwhile: the others are followed all the same
                _gone(db, link, each.elsewhere, now=now)
        else:
            _changed(db, link, each.there, now=now)


def _gone(db: Session, link: CalendarEvent, elsewhere: Elsewhere | None, *, now: datetime) -> None:
    booking, calendar = link.booking, db.get(MemberCalendar, link.calendar_id)
    if calendar is None or calendar.account.fault == MANY_GONE or _moved_along(db, link, calendar, elsewhere):
        return
    db.delete(link)
    db.flush()
    log.info("calendar.event_gone", booking=booking.id, calendar=calendar.id)
    if calendar.cancels:
        cancel_booking(db, calendar.account.member, booking.id, reason="", now=now)
        return
    question = _ask(db, booking, calendar.member_id, kind=QuestionKind.GONE, now=now)
    if question is not None:
        ask(db, question, calendar.account.member, CALENDAR_GONE, now=now)


def _moved_along(db: Session, link: CalendarEvent, calendar: MemberCalendar, elsewhere: Elsewhere | None) -> bool:
    """Whether its member moved it into another of their own calendars: we follow it there, by its UID.

    Its version there is not ours: the next sync asks whether its time is another, too.
    """
    read = read_elsewhere(db, link.booking, calendar.member_id)
    if read is not None:
        elsewhere = Elsewhere(calendar_id=read.calendar_id, remote_id=read.remote_id)
    if elsewhere is None or is_written_in(db, link.booking_id, elsewhere.calendar_id):
        return False
    log.info("calendar.event_followed", booking=link.booking_id, calendar=elsewhere.calendar_id)
    link.calendar_id, link.remote_id, link.etag, link.followed = elsewhere.calendar_id, elsewhere.remote_id, "", True
    ask_full_sync(db, elsewhere.calendar_id, at=calendar.next_try_at)
    return True


def _changed(db: Session, link: CalendarEvent, there: RemoteEvent, *, now: datetime) -> None:
    """Ignores changed texts; treats a new time as a proposal, or as a conflict where it cannot be proposed.

    A conflict ends where its owner brings the event to what is agreed.
    """
    booking, owner = link.booking, db.get_one(MemberCalendar, link.calendar_id).account.member
    if link.sequence != booking.sequence and not link.conflict:
        return  # our own update is under way
    link.etag = there.etag
    if there.starts_at == booking.starts_at:
        link.sequence, link.starts_at, link.conflict = booking.sequence, booking.starts_at, False
    if there.starts_at in (booking.starts_at, None):
        withdraw_wish(db, booking, owner.id, kind=QuestionKind.MOVED, now=now)
    elif link.sequence == booking.sequence:
        link.conflict = not _proposes(db, booking, owner, there.starts_at, now=now)


def _proposes(db: Session, booking: Booking, owner: Member, at: datetime, *, now: datetime) -> bool:
    """Asks the mentee about the time to which the mentor moved the event. False, and its owner is told that nothing has
    changed, where that cannot be asked."""
    may_be = owner.id == booking.mentor_id and on_the_quarter(at) and at > now
    if not may_be or not times_that_stand(db, booking.mentor, booking.mentee, [at], now=now):
        withdraw_wish(db, booking, owner.id, kind=QuestionKind.MOVED, now=now)
        notify_counter_failed(db, booking, owner, at, version=int(at.timestamp()), now=now)
        return False
    question = _ask(db, booking, booking.mentee_id, kind=QuestionKind.MOVED, proposed_at=at, now=now)
    if question is not None:
        ask(db, question, booking.mentee, CALENDAR_MOVED, now=now)
    return True


def propose_time(db: Session, booking: Booking, by: Member, at: datetime, *, now: datetime) -> bool:
    """Asks the other person whether another time suits them. False for one that cannot be had."""
    if not on_the_quarter(at) or at <= now or at == booking.starts_at:
        return False
    if not times_that_stand(db, booking.mentor, booking.mentee, [at], now=now):
        return False
    other = booking.other(by.id)
    question = _ask(db, booking, other.id, kind=QuestionKind.PROPOSED, proposed_at=at, now=now)
    if question is not None:
        ask(db, question, other, CALENDAR_MOVED, now=now)
    return True


def withdraw_wish(db: Session, booking: Booking, by_id: int, *, kind: QuestionKind, now: datetime) -> None:
    """Withdraws that person's open wish for another time: they are content with the one that stands."""
    query = select(CalendarQuestion).where(
        CalendarQuestion.booking_id == booking.id,
        CalendarQuestion.member_id == booking.other(by_id).id,
        CalendarQuestion.kind == kind,
        CalendarQuestion.version == booking.sequence,
        CalendarQuestion.answered_at.is_(None),
    )
    for question in db.scalars(query).unique():
        question.answered_at, question.answer = now, QuestionAnswer.WITHDRAWN


def _ask(
    db: Session,
    booking: Booking,
    member_id: int,
    *,
    kind: QuestionKind,
    proposed_at: datetime | None = None,
    now: datetime,
) -> CalendarQuestion | None:
    """Asks each person once per version of a booking; a new proposal replaces an open one and is asked again."""
    row = {
        "booking_id": booking.id,
        "member_id": member_id,
        "kind": kind,
        "version": booking.sequence,
        "proposed_at": proposed_at,
        "nonce": secrets.token_urlsafe(16),
        "due_at": min(max(booking.starts_at - ANSWER_BEFORE, now + AT_LEAST), booking.starts_at),
        "answer": QuestionAnswer.OPEN,
    }
    fresh = insert_new(db, cast(Table, CalendarQuestion.__table__), [row]) == 1
    query = select(CalendarQuestion).where(
        CalendarQuestion.booking_id == booking.id,
        CalendarQuestion.member_id == member_id,
        CalendarQuestion.kind == kind,
        CalendarQuestion.version == booking.sequence,
    )
    question = db.scalars(query.with_for_update(of=CalendarQuestion)).unique().one()
    if fresh:
        return question
    if question.proposed_at == proposed_at and question.answered_at is None:
        return None
    if question.proposed_at != proposed_at:
        question.proposed_at, question.nonce = proposed_at, cast(str, row["nonce"])
    question.due_at, question.answered_at, question.answer = cast(datetime, row["due_at"]), None, QuestionAnswer.OPEN
    db.flush()
    return question
