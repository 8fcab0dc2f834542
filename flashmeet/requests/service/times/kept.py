"""The times of a request, each held by a holder of its own so that it can still be accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import ThreadMessage
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.bookings.service.book import BookingRequest
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.reliability import is_paused
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import data_version, wall_of
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestTime
from flashmeet.requests.rules.requests import RequestState
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries.schedules import hours_tzid
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.service.claims import Hour, agreed_hour, claim_member_time, let_go, take_proposal
from flashmeet.schedule.service.gate import times_that_stand


def keep_times(
    db: Session,
    request: MentoringRequest,
    starts: Iterable[datetime],
    *,
    by: Member,
    mentor: Member | None,
    until: datetime,
    now: datetime,
) -> None:
    """Holds each time for the mentee, and for the mentor where there is one.

    Raises TooLate, SlotTaken, YouAreBusy, QuotaReached where too many hours wait for the mentor.
    """
    tzid = hours_tzid(db, mentor or by)
    for starts_at in starts:
        holder = Holder(
            kind=HolderKind.PROPOSAL,
            member_id=request.mentee_id,
            request_id=request.id,
            mentor_id=mentor.id if mentor else None,
            starts_at=starts_at,
            tzid=tzid,
            wall=wall_of(starts_at, tzid),
            zone_data=data_version(),
            expires_at=min(until, starts_at),
        )
        db.add(holder)
        db.flush()
        take_time(db, request, holder, starts_at, by=by, mentor=mentor, now=now)
        db.add(RequestTime(request_id=request.id, by_id=by.id, starts_at=starts_at, holder_id=holder.id))
        db.flush()
    db.expire(request, ["times"])


def take_time(
    db: Session,
    request: MentoringRequest,
    holder: Holder,
    starts_at: datetime,
    *,
    by: Member,
    mentor: Member | None,
    now: datetime,
) -> None:
    """Claims the time for the holder, and no other. Raises TooLate, SlotTaken, YouAreBusy, QuotaReached."""
    span = Interval(starts_at, starts_at + timedelta(minutes=request.minutes))
    if mentor is None:
        end_expired(db, now=now, claiming={request.mentee_id: span})
        claim_member_time(db, holder, request.mentee, span, now=now)
        return
    hour = hour_at(db, request, mentor, starts_at, now=now)
    end_expired(db, now=now, claiming=hour.wanted)
    take_proposal(db, holder, hour, you=by, now=now)


def hour_at(db: Session, request: MentoringRequest, mentor: Member, starts_at: datetime, *, now: datetime) -> Hour:
    """Returns that time with that mentor, whatever hours they offer. Raises TooLate."""
    return agreed_hour(db, mentor=mentor, mentee=request.mentee, starts_at=starts_at, minutes=request.minutes, now=now)


def holder_of(db: Session, request: MentoringRequest, starts_at: datetime, *, now: datetime) -> Holder | None:
    """Returns the holder of that time of the request, locked, while it is still held."""
    query = select(Holder).where(
        Holder.request_id == request.id,
        Holder.kind == HolderKind.PROPOSAL,
        Holder.starts_at == starts_at,
        Holder.expires_at > now,
    )
    return db.scalars(query.with_for_update()).first()


def kept_times(db: Session, request: MentoringRequest, *, now: datetime) -> Sequence[datetime]:
    """Returns the times that can still be accepted, in order."""
    query = select(Holder.starts_at).where(
        Holder.request_id == request.id, Holder.kind == HolderKind.PROPOSAL, Holder.expires_at > now
    )
    return sorted(each for each in db.scalars(query) if each is not None)


def may_still_meet(
    db: Session, request: MentoringRequest, mentor: Member, starts: Sequence[datetime], *, now: datetime
) -> list[datetime]:
    """Returns those of the times at which the request's mentee and this mentor may agree: the ones to list."""
    if is_paused(db, request.mentee_id):
        return []
    return times_that_stand(db, mentor, request.mentee, starts, now=now)


def let_go_of_times(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Releases all times still held, for both."""
    query = (
        select(Holder).where(Holder.request_id == request.id, Holder.kind == HolderKind.PROPOSAL).order_by(Holder.id)
    )
    for holder in db.scalars(query.with_for_update()).all():
        let_go(db, holder, now=now)
    db.flush()
    db.expire(request, ["times"])


def said_in(request: MentoringRequest, *, mentor_id: int, starts_at: datetime) -> BookingRequest:
    """Returns the request's content as a booking of that hour."""
    return BookingRequest(
        mentor_id=mentor_id,
        starts_at=starts_at,
        theme=request.theme_id,
        need=request.need,
        minutes=request.minutes,
        good_hour=request.good_hour,
        mode=request.mode,
        place=request.place,
        share_phone=request.share_phone,
    )


def carry_exchange(db: Session, ask: RequestAsk, booking_id: int) -> None:
    """Puts what the mentor asked back, and the reply, among what the two write on the page of their hour."""
    question = ask.question
    if question is None:
        return
    said = [(ask.mentor, question.text, question.asked_at)]
    if question.replied_at is not None:
        said.append((ask.request.mentee, question.reply, question.replied_at))
    for author, text, at in said:
        db.add(ThreadMessage(booking_id=booking_id, author=author, kind=ThreadKind.WORD, text=text, at=at))
    db.flush()


def go_on_asking(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Reopens a theme's request after its proposed times came to nothing: others are asked, who choose the time."""
    let_go_of_times(db, request, now=now)
    request.state, request.due_at, request.any_time = RequestState.OPEN, now, True
    db.flush()
