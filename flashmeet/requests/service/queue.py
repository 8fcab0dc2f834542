"""A theme's queue: free hours are offered in order, each held two hours for one person, or soon ones to all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import announce_new
from flashmeet.bookings.service.booking_rows import write_booking
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.reliability import require_not_paused
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.errors import Refusal, TimeGone
from flashmeet.core.link_kinds import OFFER
from flashmeet.core.links import Links
from flashmeet.core.zones import data_version, local_date, wall_of
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.models import HourOffer, MentoringRequest
from flashmeet.requests.rules.requests import QUEUE_FOR, OfferState, RequestState, is_for_all, offer_ends
from flashmeet.requests.service import notices
from flashmeet.requests.service.lifecycle import end_request, lock_held, lock_holders, lock_live_request, lock_request
from flashmeet.requests.service.times.kept import may_still_meet, said_in
from flashmeet.schedule.models import Holder, Opening
from flashmeet.schedule.queries.openings import ALL_THEMES, OpeningRow, lock_mentors
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.rules.free_now import asks_first
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import agreed_hour, let_go, offered_hour, take_hour
from flashmeet.schedule.service.in_reach import ThemeHours
from flashmeet.schedule.service.waitlist import notify_when_open

WAITING, THEMES, AT_ONCE = 100, 50, 50


def offer_hours(db: Session, *, now: datetime) -> int:
    """Offers each theme's open hours to those in its queue, in order; returns how many offers."""
    themes = select(MentoringRequest.theme_id).where(MentoringRequest.state == RequestState.QUEUED).distinct()
    ids = db.scalars(themes.order_by(MentoringRequest.theme_id).limit(THEMES)).all()
    return sum(_offer_in(db, theme_id, now=now) for theme_id in ids)


def _offer_in(db: Session, theme_id: int, *, now: datetime) -> int:
    waiting, hours = _waiting(db, theme_id), ThemeHours(db, theme_id, now=now)
    known = _offers_of(db, waiting)
    made = 0
    for request in waiting:
        had = known.get(request.id, [])
        if any(each.state == OfferState.OPEN for each in had):
            continue
        fitting = _fitting(request, hours, had)
        made += any(_offer(db, request, row, now=now) is not None for row in fitting)
    return made


def _waiting(db: Session, theme_id: int) -> Sequence[MentoringRequest]:
    query = (
        select(MentoringRequest)
        .where(MentoringRequest.theme_id == theme_id, MentoringRequest.state == RequestState.QUEUED)
        .order_by(MentoringRequest.queued_at, MentoringRequest.id)
        .limit(WAITING)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    )
    return db.scalars(query).all()


def _offers_of(db: Session, waiting: Sequence[MentoringRequest]) -> dict[int, list[HourOffer]]:
    by_request: dict[int, list[HourOffer]] = {}
    query = select(HourOffer).where(HourOffer.request_id.in_([each.id for each in waiting]))
    for offer in db.scalars(query):
        by_request.setdefault(offer.request_id, []).append(offer)
    return by_request


def _fitting(request: MentoringRequest, hours: ThemeHours, had: Sequence[HourOffer]) -> Iterator[OpeningRow]:
    """Yields the hours that suit the mentee, in order; at most one per mentor and day of the mentee's. At night are
    only those of a mentee who proposed such a time."""
    mentee = request.mentee
    by_day = waking(mentee.tzid).holds
    at_night = any(each.by_id == mentee.id and not by_day(each.starts_at) for each in request.times)
    seen = {(each.mentor_id, local_date(each.starts_at, mentee.tzid)) for each in had}
    for row in hours.for_member(mentee, minutes=request.minutes, also_at_night=at_night):
        if (row.mentor_id, local_date(row.starts_at, mentee.tzid)) not in seen:
            yield row


def _offer(db: Session, request: MentoringRequest, row: OpeningRow, *, now: datetime) -> HourOffer | None:
    for_all = is_for_all(now, row.starts_at)
    ends_at = _last_call(db, row) if for_all else offer_ends(now, row.starts_at, request.mentee.tzid)
    offer = HourOffer(
        request=request,
        mentor_id=row.mentor_id,
        starts_at=row.starts_at,
        state=OfferState.OPEN,
        ends_at=ends_at,
        nonce=secrets.token_urlsafe(16),
    )
    if not for_all:
        holder = _keep(db, request, row, until=ends_at, now=now)
        if holder is None:
            return None
        offer.holder_id = holder.id
    db.add(offer)
    db.flush()
    notices.offered(db, offer, now=now)
    return offer


def _last_call(db: Session, row: OpeningRow) -> datetime:
    """Returns until when the hour can be booked."""
    of_hour = Opening.mentor_id == row.mentor_id, Opening.starts_at == row.starts_at
    return db.scalars(select(Opening.closes_at).where(Opening.theme_id == ALL_THEMES, *of_hour)).one()


def _keep(db: Session, request: MentoringRequest, row: OpeningRow, *, until: datetime, now: datetime) -> Holder | None:
    """Holds the hour for the mentee; returns None where somebody else was first."""
    try:
        with db.begin_nested():
            mentor = db.get_one(Member, row.mentor_id)
            hour = offered_hour(
                db,
                mentor=mentor,
                mentee=request.mentee,
                starts_at=row.starts_at,
                minutes=request.minutes,
                now=now,
            )
            end_expired(db, now=now, claiming=hour.wanted)
            holder = Holder(
                kind=HolderKind.OFFER,
                member_id=request.mentee_id,
                request_id=request.id,
                mentor_id=mentor.id,
                starts_at=row.starts_at,
                tzid=hour.schedule.tzid,
                wall=wall_of(row.starts_at, hour.schedule.tzid),
                zone_data=data_version(),
                expires_at=until,
            )
            db.add(holder)
            db.flush()
            take_hour(db, holder, hour, you=request.mentee, now=now)
            return holder
    except Refusal:
        return None


OFFER_LINK = PersonalLink(
    OFFER,
    find=lambda db, number: db.get(HourOffer, number),
    facts=lambda offer: (offer.nonce,),
    owner=lambda offer: offer.request.mentee,
)


def offer_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> HourOffer:
    """Returns the offer of a signed link. Raises NotFound, also for another signed-in member."""
    return resolve_link(db, OFFER_LINK, token, links=links, viewer_id=viewer_id)


def offer_stands(db: Session, offer: HourOffer, *, now: datetime) -> bool:
    """Whether the mentee can still take the hour offered."""
    open_still = offer.state == OfferState.OPEN and offer.ends_at > now and offer.request.state == RequestState.QUEUED
    if not open_still or not may_still_meet(db, offer.request, offer.mentor, [offer.starts_at], now=now):
        return False
    return db.scalar(select(HourOffer.id).where(HourOffer.id == offer.id, ~_is_gone(now))) is not None


def _is_gone(now: datetime) -> ColumnElement[bool]:
    """Whether an hour that was offered to all is to be had no longer: somebody has it, or its mentor gives it no more.

    One that is kept for somebody is no opening for others.
    """
    asked = select(MentoringRequest.minutes).where(MentoringRequest.id == HourOffer.request_id)
    minutes = asked.correlate(HourOffer).scalar_subquery()
    is_open = exists().where(
        Opening.theme_id == ALL_THEMES,
        Opening.mentor_id == HourOffer.mentor_id,
        Opening.starts_at == HourOffer.starts_at,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
        epoch_seconds(Opening.free_until) - epoch_seconds(Opening.starts_at) >= minutes * 60,
    )
    return and_(HourOffer.holder_id.is_(None), ~is_open)


def take_offer(db: Session, offer: HourOffer, *, links: Links, now: datetime) -> Booking:
    """Books the offered hour. Raises TermsRequired, RequestOver, TimeGone, and what booking raises about the hour."""
    require_terms(db, offer.request.mentee, now=now)
    request = lock_live_request(db, offer.request_id, RequestState.QUEUED)
    db.refresh(offer, with_for_update={"of": HourOffer})
    if offer.state != OfferState.OPEN or offer.ends_at <= now:
        raise TimeGone
    mentee, mentor = request.mentee, offer.mentor
    require_not_paused(db, mentee)
    holder = db.get(Holder, offer.holder_id, with_for_update=True) if offer.holder_id else None
    find = agreed_hour if holder is not None else offered_hour
    hour = find(db, mentor=mentor, mentee=mentee, starts_at=offer.starts_at, minutes=request.minutes, now=now)
    waits = asks_first(hour.schedule, hour.starts_at, hour.minutes)
    if holder is None:
        holder = Holder(kind=HolderKind.OFFER, member_id=mentee.id, expires_at=offer.starts_at)
        db.add(holder)
    holder.request_id = None
    offer.state = OfferState.TAKEN
    db.flush()
    lock_holders(db, [request.id])
    end_expired(db, now=now, claiming=hour.wanted)
    lock_mentors(db, hour.wanted)
    end_request(db, request, RequestState.ACCEPTED, now=now)
    take_hour(db, holder, hour, you=mentee, now=now, waits=waits)
    written = said_in(request, mentor_id=mentor.id, starts_at=offer.starts_at)
    require_read(db, mentor.id, now=now)
    booking = write_booking(db, hour, written, request.theme, waits=waits, links=links, now=now)
    request.booking_id = booking.id
    announce_new(db, holder, booking, by=mentee, now=now)
    return booking


def pass_offer(db: Session, offer: HourOffer, *, now: datetime) -> None:
    """Declines the offer, which goes to the next in the queue. Raises NotFound."""
    lock_request(db, offer.request_id)
    db.refresh(offer, with_for_update={"of": HourOffer})
    if offer.state == OfferState.OPEN:
        end_offer(db, offer, OfferState.PASSED, now=now)


def lapse_offers(db: Session, *, now: datetime) -> int:
    """Ends offers that were not taken in time, so that their hours are free for the next, and those of hours that are
    gone, so that their people are offered others; returns how many."""
    over = or_(HourOffer.ends_at <= now, _is_gone(now))
    query = select(HourOffer).where(HourOffer.state == OfferState.OPEN, over)
    offers = db.scalars(
        query.order_by(HourOffer.ends_at, HourOffer.id).limit(AT_ONCE).with_for_update(skip_locked=True, of=HourOffer)
    ).all()
    lock_held(db, [each.request_id for each in offers])
    for offer in offers:
        end_offer(db, offer, OfferState.LAPSED, now=now)
    return len(offers)


def end_offer(db: Session, offer: HourOffer, state: OfferState, *, now: datetime) -> None:
    """Ends the offer and frees the hour that was kept for it."""
    offer.state = state
    holder = db.get(Holder, offer.holder_id, with_for_update=True) if offer.holder_id else None
    if holder is not None:
        let_go(db, holder, now=now)
        db.refresh(offer)
    db.flush()


def end_queued(db: Session, *, now: datetime) -> int:
    """Ends requests after two weeks in the queue, but for those to whom an hour is offered just then; mentees are told
    of the theme's next open hour. Returns how many."""
    offered = exists().where(
        HourOffer.request_id == MentoringRequest.id, HourOffer.state == OfferState.OPEN, HourOffer.ends_at > now
    )
    query = select(MentoringRequest.id).where(
        MentoringRequest.state == RequestState.QUEUED, MentoringRequest.queued_at <= now - QUEUE_FOR, ~offered
    )
    ids = db.scalars(
        query.order_by(MentoringRequest.id).limit(AT_ONCE).with_for_update(skip_locked=True, of=MentoringRequest)
    ).all()
    lock_held(db, ids)
    for request_id in ids:
        request = lock_request(db, request_id)
        end_request(db, request, RequestState.UNTAKEN, now=now)
        notify_when_open(db, request.mentee, request.theme, now=now)
        notices.ended(db, request, None, now=now)
    return len(ids)
