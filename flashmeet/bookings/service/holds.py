"""Holds: an hour kept for somebody while they sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.reliability import is_paused
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import NotFound, Refusal
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import HOLD_FOR, HolderKind, checked_minutes, checked_start
from flashmeet.schedule.service.claims import let_go, offered_hour, take_hour


def hold_slot(
    db: Session, member: Member, *, mentor_id: int, starts_at: datetime, minutes: int, now: datetime
) -> Holder | None:
    """Holds the hour for this member for ten minutes while they sign in; None when it is no longer available.

    A member has one hold: a new one replaces the old one. Booking the hour uses the hold up. It counts towards quotas
    only during its ten minutes.
    """
    try:
        with db.begin_nested():
            return _hold(db, member, mentor_id=mentor_id, starts_at=starts_at, minutes=minutes, now=now)
    except Refusal:
        return None


def _hold(db: Session, member: Member, *, mentor_id: int, starts_at: datetime, minutes: int, now: datetime) -> Holder:
    mentor = db.get(Member, mentor_id)
    if mentor is None or not mentor.bookable or mentor.id == member.id or is_paused(db, member.id):
        raise NotFound
    checked_start(starts_at)
    hour = offered_hour(
        db, mentor=mentor, mentee=member, starts_at=starts_at, minutes=checked_minutes(minutes), now=now
    )
    end_expired(db, now=now, claiming=hour.wanted)
    holder = take_over_hold(db, member, now=now)
    holder.mentor_id, holder.starts_at, holder.expires_at = mentor_id, starts_at, now + HOLD_FOR
    take_hour(db, holder, hour, you=member, now=now)
    return holder


def hold_of(db: Session, member: Member, *, now: datetime) -> Holder | None:
    """Returns this member's live hold (`mentor_id`, `starts_at`, `expires_at`)."""
    query = select(Holder).where(Holder.member_id == member.id, Holder.kind == HolderKind.HOLD, Holder.expires_at > now)
    return db.scalars(query.order_by(Holder.id).limit(1)).first()


def take_over_hold(db: Session, member: Member, *, now: datetime) -> Holder:
    """Returns a holder for this member's next booking: their live hold with its claims, or a new one."""
    found = db.scalars(*_holds_of(member.id)).all()
    live = [holder for holder in found if holder.expires_at is not None and holder.expires_at > now]
    for holder in found:
        if holder not in live[:1]:
            let_go(db, holder, now=now)
    holder = live[0] if live else Holder(kind=HolderKind.HOLD, member_id=member.id, expires_at=now + HOLD_FOR)
    db.add(holder)
    return holder


@prepared
def _holds_of(member_id: int) -> Select[Holder]:
    query = select(Holder).where(Holder.member_id == member_id, Holder.kind == HolderKind.HOLD)
    return query.order_by(Holder.id).with_for_update()
