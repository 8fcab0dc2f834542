"""Policies that mentors copy when they first give hours: whom a change reaches, and reaching everybody with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.errors import NotFound
from flashmeet.core.settings.entries import PER_DAY, PER_MONTH, PER_WEEK
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.service import POLICY, setting
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.programme.rules.messages import POLICY_APPLIED
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.events import limits_changed
from flashmeet.setup.queries import open_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Mentors whose own value differs from the network's, their open hours of the next four weeks, and agreed ones."""

    mentors: int
    open_hours: int
    agreed_hours: int


def is_copied(entry: Entry[Any]) -> bool:
    """Whether each mentor takes a copy of the value, and keeps it when the network's changes."""
    return entry.key.startswith(POLICY)


def reach_of(db: Session, entry: Entry[Any], *, now: datetime) -> Reach:
    """Returns whom applying the value to everybody would reach. Raises NotFound for a policy that nobody copies."""
    theirs = _with_another(db, entry)
    hours = select(func.count()).select_from(Opening).where(Opening.mentor_id.in_(theirs), *open_now(now))
    agreed = select(func.count()).where(
        Booking.mentor_id.in_(theirs), Booking.status == BookingStatus.CONFIRMED, Booking.starts_at >= now
    )
    return Reach(
        mentors=db.scalar(select(func.count()).select_from(theirs.subquery())) or 0,
        open_hours=db.scalar(hours) or 0,
        agreed_hours=db.scalar(agreed) or 0,
    )


def apply_to_all(db: Session, entry: Entry[Any], *, by: Member, now: datetime) -> int:
    """Gives every mentor the network's value, and tells those who had another; returns how many.

    What is agreed stays. The worker works their open hours out anew; meanwhile the policy itself already holds for
    every booking. Raises NotFound for a policy that nobody copies.
    """
    value = setting(db, entry)
    ids = db.scalars(_with_another(db, entry).order_by(MentorPolicy.member_id).with_for_update()).all()
    if not ids:
        return 0
    changed = update(MentorPolicy).where(_differs(entry, value)).values({_column(entry): value, "openings_due_at": now})
    db.execute(changed.execution_options(synchronize_session="fetch"))
    if entry in (PER_DAY, PER_WEEK, PER_MONTH):
        limits_changed(db, ids, now)
    message = POLICY_APPLIED.saying({"key": entry.key, "value": value, "by_id": by.id, "by_name": by.name})
    effects = [
        Effect(
            subject=f"policy:{entry.key}:{now.isoformat()}",
            version=0,
            recipient_id=member_id,
            channel=ChannelName.MAIL,
            message=message,
        )
        for member_id in ids
    ]
    send_all(db, effects, now=now)
    return len(ids)


def _with_another(db: Session, entry: Entry[Any]) -> Select[int]:
    return select(MentorPolicy.member_id).where(_differs(entry, setting(db, entry)))


def _differs(entry: Entry[Any], value: object) -> ColumnElement[bool]:
    return _column(entry).is_distinct_from(value)


def _column(entry: Entry[Any]) -> InstrumentedAttribute[Any]:
    if not is_copied(entry):
        raise NotFound
    return getattr(MentorPolicy, entry.key.removeprefix(POLICY))  # type: ignore[no-any-return]  # a column of the row
