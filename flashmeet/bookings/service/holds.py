"""Holds: an hour kept for a browser while somebody signs in there.

Nobody learns from a hold whether an address belongs to a member: it is the browser's own, for any address; it claims
nobody's time, and what visitors can count goes on counting the hour as open. Members do not see it in lists, and
nobody else can book it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.prepared import prepared
from flashmeet.core.secrets import hashed
from flashmeet.identity.models import Member
from flashmeet.schedule.models import BrowserHold, Holder, Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.booked_hour import HOLD_FOR, HolderKind
from flashmeet.schedule.service.claims import let_go

MOST_OF_A_SENDER, MOST_OF_ALL = 3, 200
"""Hours held at once for one address range, and for all."""


def hold_slot(
    db: Session, browser: str, *, sender: str, mentor_id: int, starts_at: datetime, minutes: int, now: datetime
) -> bool:
    """Holds the hour for the browser of that key for ten minutes; False when it is not to be had, or too many are held.

    A browser has one hold: a new one replaces the old one.
    """
    db.execute(delete(BrowserHold).where(BrowserHold.expires_at <= now))
    own, ends_at = hashed(browser), starts_at + timedelta(minutes=minutes)
    db.execute(delete(BrowserHold).where(BrowserHold.browser == own))
    if not _is_open(db, mentor_id, starts_at, ends_at, now=now) or _too_many(db, hashed(sender)):
        return False
    row = {
        "browser": own,
        "sender": hashed(sender),
        "mentor_id": mentor_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "expires_at": now + HOLD_FOR,
    }
    return insert_new(db, cast(Table, BrowserHold.__table__), [row]) == 1


def _is_open(db: Session, mentor_id: int, starts_at: datetime, ends_at: datetime, *, now: datetime) -> bool:
    """Whether the hour is listed, and held for nobody."""
    listed = select(Opening.mentor_id).where(
        Opening.theme_id == ALL_THEMES,
        Opening.mentor_id == mentor_id,
        Opening.starts_at == starts_at,
        Opening.free_until >= ends_at,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )
    held = select(BrowserHold.browser).where(
        BrowserHold.mentor_id == mentor_id, BrowserHold.starts_at < ends_at, BrowserHold.ends_at > starts_at
    )
    return db.scalar(listed) is not None and db.scalar(held.limit(1)) is None


def _too_many(db: Session, sender: str) -> bool:
    alive = select(func.count()).select_from(BrowserHold)
    theirs = db.scalar(alive.where(BrowserHold.sender == sender)) or 0
    return theirs >= MOST_OF_A_SENDER or (db.scalar(alive) or 0) >= MOST_OF_ALL


def hold_is_members(db: Session, browser: str, member: Member) -> None:
    """The member has signed in in that browser: what it holds is theirs now, and is the one hold that they have."""
    own = BrowserHold.browser == hashed(browser)
    db.execute(delete(BrowserHold).where(BrowserHold.member_id == member.id, ~own))
    db.execute(update(BrowserHold).where(own).values(member_id=member.id))


def hold_of(db: Session, member: Member, *, now: datetime) -> BrowserHold | None:
    """Returns this member's live hold (`mentor_id`, `starts_at`, `expires_at`)."""
    mine = select(BrowserHold).where(BrowserHold.member_id == member.id, BrowserHold.expires_at > now)
    return db.scalars(mine.limit(1)).first()


def end_holds_with(db: Session, mentor: Member) -> None:
    """Ends what is held of a mentor who can no longer come."""
    db.execute(delete(BrowserHold).where(BrowserHold.mentor_id == mentor.id))


def left_over(member_id: int) -> ColumnElement[bool]:
    """Whether an earlier try of this unit of work left a holder of the member's, as a condition."""
    return exists().where(Holder.member_id == member_id, Holder.kind == HolderKind.HOLD)


def take_over_hold(db: Session, member: Member, *, left: bool = True, now: datetime) -> Holder:
    """Returns a holder for this member's next booking: what an earlier try of this unit of work left, or a new one.

    What was held for them lapses by itself. `left` is `left_over`, where the caller has read it.
    """
    found = db.scalars(*_left_over(member.id)).all() if left else []
    live = [holder for holder in found if holder.expires_at is not None and holder.expires_at > now]
    for holder in found:
        if holder not in live[:1]:
            let_go(db, holder, now=now)
    holder = live[0] if live else Holder(kind=HolderKind.HOLD, member_id=member.id, expires_at=now + HOLD_FOR)
    db.add(holder)
    return holder


@prepared
def _left_over(member_id: int) -> Select[Holder]:
    query = select(Holder).where(Holder.member_id == member_id, Holder.kind == HolderKind.HOLD)
    return query.order_by(Holder.id).with_for_update()
