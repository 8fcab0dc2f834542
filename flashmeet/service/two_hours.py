"""Two hours this month? A mentor with few open hours is offered six, and publishes some with one button."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.domain.availability import Schedule
from flashmeet.domain.errors import NotFound
from flashmeet.domain.giving import (
    AHEAD,
    ENOUGH_HOURS,
    asked_on,
    can_be_given,
    chips,
    hours_of,
    usual_hours,
    with_hours,
)
from flashmeet.domain.intervals import Interval, merged
from flashmeet.domain.links import Links, number_in
from flashmeet.domain.zones import local_date
from flashmeet.outbox.write import enqueue
from flashmeet.service.availability import save_availability
from flashmeet.store.calendars import busy
from flashmeet.store.claims import taken
from flashmeet.store.models import Booking, Leave, Member, Opening, OutboxMessage
from flashmeet.store.openings import ALL_THEMES
from flashmeet.store.schedules import read_schedule
from flashmeet.store.settings import network_settings

LOOKS_BACK, MOST_PAST, AT_ONCE = timedelta(days=180), 50, 300


def schedule_or_new(session: Session, member: Member) -> Schedule:
    """What the member said, or nothing yet, with the network's limits."""
    return read_schedule(session, member.id) or Schedule(member.tzid, network_settings(session).policy)


def offered_hours(session: Session, member: Member, *, now: datetime) -> list[datetime]:
    """Six hours of their usual evenings that they could give."""
    schedule = schedule_or_new(session, member)
    query = select(Booking.starts_at).where(Booking.mentor_id == member.id, Booking.starts_at > now - LOOKS_BACK)
    past = session.scalars(query.order_by(Booking.starts_at.desc()).limit(MOST_PAST)).all()
    usual = usual_hours(past, schedule, schedule.tzid)
    return chips(usual, schedule, _taken(session, member, now=now), now=now)


def hours_on(session: Session, member: Member, day: date, *, now: datetime) -> list[datetime]:
    """The hours of that day that they could give."""
    return hours_of(day, schedule_or_new(session, member), _taken(session, member, now=now), now=now)


def _taken(session: Session, member: Member, *, now: datetime) -> Sequence[Interval]:
    span = Interval(now, now + AHEAD + timedelta(days=1))
    return merged([*taken(session, member.id, span), *busy(session, member.id, span)])


def publish_hours(session: Session, member: Member, starts: Collection[datetime], *, now: datetime) -> list[datetime]:
    """Opens these hours, and leaves the rest of their days as it is; returns those that could still be given.

    Raises TermsRequired.
    """
    schedule, busy_times = schedule_or_new(session, member), _taken(session, member, now=now)
    good = [at for at in sorted(set(starts)) if can_be_given(at, schedule, busy_times, now=now)]
    if good:
        save_availability(
            session,
            member,
            tzid=schedule.tzid,
            rules=schedule.rules,
            overrides=with_hours(schedule, good),
            policy=schedule.policy,
            now=now,
        )
    return good


def ask_for_hours(session: Session, *, now: datetime) -> int:
    """Mails who has fewer than two open hours ahead, once a month; returns how many."""
    country, asked = network_settings(session).country, 0
    for member in session.scalars(_with_few(now).order_by(Member.id).limit(AT_ONCE)).all():
        month = asked_on(now, member.tzid, country)
        hours = offered_hours(session, member, now=now) if month else []
        if month is None or len(hours) < ENOUGH_HOURS:
            continue
        enqueue(
            session,
            subject=f"two_hours:{month}",
            version=0,
            recipient_id=member.id,
            channel="mail",
            kind="two_hours",
            payload={"member_id": member.id, "month": month, "times": [each.isoformat() for each in hours]},
            now=now,
            not_after=now + timedelta(days=7),
        )
        asked += 1
    return asked


def _with_few(now: datetime) -> Select[Member]:
    today, months = now.date(), {f"two_hours:{each:%Y-%m}" for each in (now, now + timedelta(days=1))}
    open_hours = (
        select(func.count())
        .where(
            Opening.mentor_id == Member.id,
            Opening.theme_id == ALL_THEMES,
            Opening.starts_at >= now,
            Opening.starts_at < now + AHEAD,
        )
        .scalar_subquery()
    )
    return select(Member).where(
        Member.mentor,
        Member.approved,
        ~Member.suspended,
        or_(Member.paused_until.is_(None), Member.paused_until <= now),
        ~exists().where(Leave.member_id == Member.id, Leave.first <= today, Leave.last >= today),
        ~exists().where(OutboxMessage.recipient_id == Member.id, OutboxMessage.subject.in_(months)),
        open_hours < ENOUGH_HOURS,
    )


def hours_asked_of(session: Session, token: str, *, links: Links, viewer_id: int | None, now: datetime) -> Member:
    """Whom a signed link asks, this month or the last. Raises NotFound, for somebody else who is signed in too."""
    member = session.get(Member, number_in(token))
    if member is None or not member.bookable or viewer_id not in (None, member.id):
        raise NotFound
    today = local_date(now, member.tzid)
    months = {f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"}
    if not any(links.opens_hours(token, member_id=member.id, month=month) for month in months):
        raise NotFound
    return member
