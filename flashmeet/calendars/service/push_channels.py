"""Push channels: a provider notifies us that a calendar has changed, and it is read at once. Polling goes on."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.calendars.rules.sources import Access
from flashmeet.calendars.service.sync_runs import access_of
from flashmeet.core.numbers import number_or_none
from flashmeet.core.vault import Vault
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.calendars import CalendarKind

KNOCKING: tuple[CalendarKind, ...] = (CalendarKind.GOOGLE,)
RENEWED_BEFORE = timedelta(days=1)
AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A channel to open for a calendar, replacing the `old` one (`channel`, `resource`), if any."""

    calendar_id: int
    remote_id: str
    access: Access
    channel: str
    old: tuple[str, str] | None


def ending_pushes(db: Session, *, now: datetime) -> Sequence[int]:
    """Returns calendars in use that have no channel, or one that ends within a day."""
    query = (
        select(MemberCalendar.id)
        .join(CalendarAccount, CalendarAccount.id == MemberCalendar.account_id)
        .where(CalendarAccount.kind.in_(KNOCKING), CalendarAccount.fault == "")
        .where(or_(MemberCalendar.checks, MemberCalendar.writes))
        .where(or_(MemberCalendar.push_until.is_(None), MemberCalendar.push_until < now + RENEWED_BEFORE))
        .order_by(MemberCalendar.id)
    )
    return db.scalars(query.limit(AT_ONCE)).all()


def begin_push(db: Session, calendar_id: int, *, vault: Vault) -> Push | None:
    """Returns None for a calendar that is no longer connected. Raises AuthFailed."""
    row = db.get(MemberCalendar, calendar_id)
    if row is None:
        return None
    return Push(
        calendar_id=row.id,
        remote_id=row.remote_id,
        access=access_of(row.account, row.tzid, vault=vault),
        channel=f"{row.id}-{secrets.token_hex(16)}",
        old=(row.push["channel"], row.push["resource"]) if row.push else None,
    )


def keep_push(db: Session, push: Push, resource: str, until: datetime) -> None:
    row = db.get(MemberCalendar, push.calendar_id)
    if row is not None:
        row.push, row.push_until = {"channel": push.channel, "resource": resource}, until


def push_received(db: Session, channel: str, *, now: datetime) -> bool:
    """Makes the calendar due to be read; returns False for a channel that is no longer the calendar's."""
    number = number_or_none(channel.partition("-")[0])
    row = None if number is None else db.get(MemberCalendar, number)
    if row is None or row.push.get("channel") != channel:
        return False
    row.next_try_at = min(row.next_try_at, now)
    return True
