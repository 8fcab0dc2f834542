"""Series after an hour: proposed by one, accepted by the other, reviewed and ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.messages import (
    SERIES_ANSWERED,
    SERIES_ENDED,
    SERIES_PROPOSED,
    SERIES_REVIEW,
    SeriesPayload,
)
from flashmeet.bookings.rules.outcomes import ASKED_AT
from flashmeet.bookings.rules.series import ANSWERED_WITHIN, LIVE_SERIES, Plan, SeriesState, longer
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.outcomes import outcome_of
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.core.link_kinds import SERIES
from flashmeet.core.links import Links, number_in
from flashmeet.core.zones import instant, local_date
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, is_link_of, resolve_link
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.kinds import Message
from flashmeet.people.queries import is_blocked_between
from flashmeet.people.service.terms import require_terms

AT_ONCE, MOST = 100, 60


def propose_series(db: Session, you: Member, booking_id: int, plan: Plan, *, now: datetime) -> Series:
    """Proposes a series after an hour that was held, and asks the other. If a series is proposed or open, or this
    proposal was declined already, returns that one instead.

    Raises NotFound, TermsRequired, BadInput and its subclasses.
    """
    booking = booking_of(db, you, booking_id)
    outcome = outcome_of(db, booking, now=now)
    if outcome is None or not outcome.counts or is_blocked_between(db, booking.mentor_id, booking.mentee_id):
        raise NotFound
    require_terms(db, you, now=now)
    wanted = plan.checked(today=local_date(now, booking.mentee.tzid))
    _lock_pair(db, booking)
    there = series_between(db, booking, you)
    if there is not None:
        return there
    series = Series(
        state=SeriesState.PROPOSED,
        mentor=booking.mentor,
        mentee=booking.mentee,
        theme=booking.theme,
        proposed_by_id=you.id,
        goals=wanted.goals,
        rhythm_weeks=wanted.rhythm_weeks,
        ends_on=wanted.ends_on,
        review_on=wanted.review_on or wanted.ends_on,
        proposed_at=now,
        nonce=secrets.token_urlsafe(16),
    )
    db.add(series)
    db.flush()
    booking.series_id = booking.series_id or series.id
    other = series.other(you.id)
    tell(db, series, other, SERIES_PROPOSED.saying(payload_for(series, other)), now=now)
    return series


def _lock_pair(db: Session, booking: Booking) -> None:
    """Locks both members, so that of two simultaneous proposals the second sees the first."""
    pair = select(Member.id).where(Member.id.in_((booking.mentor_id, booking.mentee_id))).order_by(Member.id)
    db.execute(pair.with_for_update(key_share=True))


def series_between(db: Session, booking: Booking, you: Member) -> Series | None:
    """Returns the live series of these two, whoever mentors; else your proposal since this hour that was declined."""
    pair = (booking.mentor_id, booking.mentee_id)
    refused = (
        (Series.state == SeriesState.DECLINED)
        & (Series.proposed_by_id == you.id)
        & (Series.proposed_at >= booking.ends_at)
    )
    query = select(Series).where(
        Series.mentor_id.in_(pair), Series.mentee_id.in_(pair), Series.state.in_(LIVE_SERIES) | refused
    )
    return db.scalars(query.order_by(Series.state == SeriesState.DECLINED, Series.id.desc()).limit(1)).first()


def series_of(db: Session, member: Member) -> Sequence[Series]:
    """Returns the series that are proposed or open between this member and others."""
    return db.scalars(*series_under_way(member.id)).all()


@prepared
def series_under_way(member_id: int) -> Select[Series]:
    query = select(Series).where(
        (Series.mentor_id == member_id) | (Series.mentee_id == member_id), Series.state.in_(LIVE_SERIES)
    )
    return query.order_by(Series.id.desc()).limit(MOST)


def own_series(db: Session, member: Member, series_id: int) -> Series:
    """Returns the member's own series. Raises NotFound."""
    series = db.get(Series, series_id)
    if series is None or member.id not in (series.mentor_id, series.mentee_id):
        raise NotFound
    return series


def series_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> tuple[Series, Member]:
    """Returns the series of a signed link, and the member whose link it is. Raises NotFound."""
    series = db.get(Series, number_in(token))
    if series is None:
        raise NotFound
    is_mentees = is_link_of(links, SERIES, token, series.mentee, str(series.mentee_id), series.nonce)
    link = PersonalLink(
        SERIES,
        find=lambda db, number: db.get(Series, number),
        facts=lambda series: (str(series.mentee_id if is_mentees else series.mentor_id), series.nonce),
        owner=lambda series: series.mentee if is_mentees else series.mentor,
    )
    found = resolve_link(db, link, token, links=links, viewer_id=viewer_id)
    return found, found.mentee if is_mentees else found.mentor


def answer_series(db: Session, series: Series, you: Member, *, accept: bool, now: datetime) -> Series:
    """Accepts or declines a proposal. Raises TermsRequired, NotFound for the one who proposed it, AlreadyOver."""
    require_terms(db, you, now=now)
    db.refresh(series, with_for_update={"of": Series})
    if you.id != series.answers_id:
        raise NotFound
    if series.state != SeriesState.PROPOSED:
        raise AlreadyOver(status=series.state)
    series.state, series.answered_at = (SeriesState.OPEN if accept else SeriesState.DECLINED), now
    db.flush()
    other = series.other(you.id)
    tell(db, series, other, SERIES_ANSWERED.saying({**payload_for(series, other), "accepted": accept}), now=now)
    return series


def end_series(db: Session, series: Series, you: Member, *, now: datetime) -> Series:
    """Ends a series, by either person at any time; agreed hours stay booked. Withdrawing a proposal sends no mail.

    Raises AlreadyOver; NotFound for the one who was asked, who answers instead.
    """
    db.refresh(series, with_for_update={"of": Series})
    if series.state not in LIVE_SERIES:
        raise AlreadyOver(status=series.state)
    was_open = series.state == SeriesState.OPEN
    if not was_open and you.id == series.answers_id:
        raise NotFound
    series.state = SeriesState.ENDED
    db.flush()
    if was_open:
        other = series.other(you.id)
        tell(db, series, other, SERIES_ENDED.saying(payload_for(series, other)), now=now)
    else:
        drop_waiting(db, subject=_subject(series), kinds=(SERIES_PROPOSED,), reason="withdrawn", now=now)
    return series


def end_series_between(db: Session, one_id: int, other_id: int, *, now: datetime) -> None:
    """Ends what is proposed or open between two people who are kept apart, without a message."""
    pair = (one_id, other_id)
    query = select(Series).where(Series.mentor_id.in_(pair), Series.mentee_id.in_(pair), Series.state.in_(LIVE_SERIES))
    for series in db.scalars(query.order_by(Series.id).with_for_update(of=Series)).all():
        series.state = SeriesState.ENDED
        drop_waiting(db, subject=_subject(series), kinds=(SERIES_PROPOSED,), reason="withdrawn", now=now)
    db.flush()


def end_series_of(db: Session, member: Member, *, whole: bool, now: datetime) -> None:
    """Ends the series of somebody who gives no more hours, or who cannot come at all (`whole`); the other is told."""
    gives: ColumnElement[bool] = Series.mentor_id == member.id
    theirs = or_(gives, Series.mentee_id == member.id) if whole else gives
    query = select(Series).where(theirs, Series.state.in_(LIVE_SERIES))
    for series in db.scalars(query.order_by(Series.id).with_for_update(of=Series)).all():
        waits = series.state == SeriesState.OPEN or series.answers_id == member.id
        series.state = SeriesState.ENDED
        drop_waiting(db, subject=_subject(series), kinds=(SERIES_PROPOSED,), reason="withdrawn", now=now)
        if waits:
            other = series.other(member.id)
            tell(db, series, other, SERIES_ENDED.saying(payload_for(series, other)), now=now)
    db.flush()


def go_on(db: Session, series: Series, *, now: datetime) -> Series:
    """Extends a series at its review by four hours, with another review half-way. Idempotent. Raises AlreadyOver."""
    db.refresh(series, with_for_update={"of": Series})
    if series.state != SeriesState.OPEN:
        raise AlreadyOver(status=series.state)
    today = local_date(now, series.mentee.tzid)
    if series.review_on <= today:
        series.ends_on, series.review_on = longer(series.ends_on, today=today, rhythm_weeks=series.rhythm_weeks)
    db.flush()
    return series


def _subject(series: Series) -> str:
    return f"series:{series.id}"


def payload_for(series: Series, member: Member) -> SeriesPayload:
    """Returns the series as one of its two people is told about it."""
    return {
        "series_id": series.id,
        "series_nonce": series.nonce,
        "member_id": member.id,
        "other_id": series.other(member.id).id,
        "other_name": series.other(member.id).name,
        "theme": series.theme.names,
        "slug": series.theme.slug,
        "goals": series.goals,
        "rhythm_weeks": series.rhythm_weeks,
        "ends_on": series.ends_on.isoformat(),
    }


def tell(db: Session, series: Series, member: Member, message: Message, *, now: datetime) -> None:
    """Mails one of the two: each kind once, a review once a day at most."""
    version = int(now.timestamp()) if message.kind == SERIES_REVIEW else 0
    mail(db, member.id, message, _subject(series), version=version, now=now)


REVIEWED_AT_ONCE = 100


def review_series(db: Session, *, now: datetime) -> int:
    """Asks both on the review date, at nine in the mentee's zone, and ends series that are over; returns how many."""
    due = (
        Series.state == SeriesState.OPEN,
        Series.review_on <= (now + timedelta(days=1)).date(),
        Series.reviewed_on.is_(None) | (Series.reviewed_on < Series.review_on),
    )
    soon = db.execute(
        select(Series.id, Series.review_on, Member.tzid)
        .join(Series.mentee)
        .where(*due)
        .order_by(Series.review_on, Series.id)
    )
    ids = [series_id for series_id, day, tzid in soon if instant(day, ASKED_AT, tzid) <= now][:REVIEWED_AT_ONCE]
    query = select(Series).where(Series.id.in_(ids), *due).order_by(Series.id)
    asked = db.scalars(query.with_for_update(skip_locked=True, of=Series)).all() if ids else []
    for series in asked:
        series.reviewed_on = series.review_on
        for member in (series.mentor, series.mentee):
            tell(db, series, member, SERIES_REVIEW.saying(payload_for(series, member)), now=now)
    return len(asked) + _end_over(db, now=now)


def _end_over(db: Session, *, now: datetime) -> int:
    past = (Series.state == SeriesState.OPEN) & (Series.ends_on < (now - timedelta(days=1)).date())
    unanswered = (Series.state == SeriesState.PROPOSED) & (Series.proposed_at <= now - ANSWERED_WITHIN)
    query = select(Series).where(past | unanswered).order_by(Series.id).limit(REVIEWED_AT_ONCE)
    over = db.scalars(query.with_for_update(skip_locked=True, of=Series)).all()
    for series in over:
        series.state = SeriesState.ENDED
    db.flush()
    return len(over)
