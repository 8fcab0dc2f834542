"""The monthly question for two hours: a mentor with few open hours is offered six, and publishes by one button."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import TWO_HOURS
from flashmeet.core.errors import NotFound
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.link_kinds import HOURS
from flashmeet.core.links import Links, number_in
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, is_link_of, resolve_link
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.leave import away, away_everywhere
from flashmeet.schedule.queries.quotas import counts_of
from flashmeet.schedule.queries.supply import hours_ahead
from flashmeet.schedule.rules.quick_publish import (
    AHEAD,
    ENOUGH_HOURS,
    Room,
    asked_on,
    can_be_given,
    chips,
    hours_of,
    usual_hours,
)
from flashmeet.schedule.service.availability import save_availability, schedule_or_empty
from flashmeet.schedule.service.calendar_freshness import hides_hours

LOOKS_BACK, MOST_PAST, DAY = timedelta(days=180), 50, timedelta(days=1)
AT_ONCE, MOST_LOOKS = 300, 10
"""How many mentors are asked per run, and how many batches of that size are read for it."""


def offered_hours(db: Session, member: Member, *, now: datetime) -> list[datetime]:
    """Returns six hours the member could give, from their usual evenings."""
    room = _room(db, member, now=now)
    query = select(Booking.starts_at).where(Booking.mentor_id == member.id, Booking.starts_at > now - LOOKS_BACK)
    past = db.scalars(query.order_by(Booking.starts_at.desc()).limit(MOST_PAST)).all()
    return chips(usual_hours(past, room.schedule, room.schedule.tzid), room, now=now)


def hours_on(db: Session, member: Member, day: date, *, now: datetime) -> list[datetime]:
    """Returns the hours of that day that they could give."""
    return hours_of(day, _room(db, member, now=now), now=now)


def _room(db: Session, member: Member, *, now: datetime) -> Room:
    schedule = schedule_or_empty(db, member)
    span = Interval(now, now + schedule.policy.horizon).widened(DAY, DAY)
    claimed = merged([*taken(db, member.id, span), *busy(db, member.id, span)])
    return Room(schedule, claimed, counts_of(db, member.id))


def publish_hours(db: Session, member: Member, starts: Collection[datetime], *, now: datetime) -> list[datetime]:
    """Opens these hours and leaves the rest of their days as it is; returns those that could still be given.

    Raises TermsRequired, OffTheQuarter.
    """
    db.refresh(member, with_for_update={"key_share": True})  # one publication at a time
    room, good = _room(db, member, now=now), list[datetime]()
    for at in sorted(set(starts)):
        if can_be_given(at, room, now=now):
            room = room.opened(at)
            good.append(at)
    if good:
        save_availability(
            db,
            member,
            tzid=room.schedule.tzid,
            rules=room.schedule.rules,
            overrides=room.schedule.overrides,
            policy=room.schedule.policy,
            now=now,
        )
    return good


def ask_for_hours(db: Session, *, now: datetime) -> int:
    """Mails mentors who have fewer than two open hours ahead, once a month; returns how many."""
    country, asked, last_id = network_settings(db).country, 0, 0
    zones = db.scalars(select(Member.tzid).where(Member.bookable).distinct()).all()
    months = {tzid: month for tzid in zones if (month := asked_on(now, tzid, country))}
    for _ in range(MOST_LOOKS if months else 0):
        few = _with_few(db, months, now=now).where(Member.id > last_id).order_by(Member.id).limit(AT_ONCE)
        members = db.scalars(few).all()
        on_leave = away(db, {each.id: each.tzid for each in members}, now=now)
        for member in members:
            asked += member.id not in on_leave and _ask(db, member, months[member.tzid], now=now)
        if len(members) < AT_ONCE or asked >= AT_ONCE:
            break
        last_id = members[-1].id
    return asked


def _ask(db: Session, member: Member, month: str, *, now: datetime) -> bool:
    """Whether the mentor was asked: only if enough hours are free, in calendars that could be read."""
    hours = [] if hides_hours(db, member.id, now=now) else offered_hours(db, member, now=now)
    if len(hours) < ENOUGH_HOURS:
        return False
    mail(
        db,
        member.id,
        TWO_HOURS.saying({"member_id": member.id, "month": month, "times": [each.isoformat() for each in hours]}),
        f"two_hours:{month}",
        not_after=now + timedelta(days=7),
        now=now,
    )
    return True


def _with_few(db: Session, months: Mapping[str, str], *, now: datetime) -> Select[Member]:
    subjects = {f"two_hours:{month}" for month in months.values()}
    return select(Member).where(
        Member.available(now),
        Member.tzid.in_(months),
        ~away_everywhere(now),
        ~exists().where(OutboxMessage.recipient_id == Member.id, OutboxMessage.subject.in_(subjects)),
        hours_ahead(db, now=now, until=now + AHEAD) < ENOUGH_HOURS,
    )


def hours_asked_of(db: Session, token: str, *, links: Links, viewer_id: int | None, now: datetime) -> Member:
    """Returns the mentor of a signed link, valid this month and the next. Raises NotFound, also for another viewer."""
    member = db.get(Member, number_in(token))
    if member is None:
        raise NotFound
    today = local_date(now, member.tzid)
    months = (f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")
    month = next((each for each in months if is_link_of(links, HOURS, token, member, each)), "")
    link = PersonalLink(
        HOURS,
        find=lambda db, number: db.get(Member, number),
        facts=lambda _member: (month,),
        owner=lambda member: member,
    )
    found = resolve_link(db, link, token, links=links, viewer_id=viewer_id)
    if not found.bookable:
        raise NotFound
    return found
