"""Push channels: a provider knocks when a calendar has changed, and we look at once. Polling goes on all the same."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.calendars.rules.sources import Access
from flashmeet.calendars.service.sync_runs import access_of
from flashmeet.core.vault import Vault
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.calendars import CalendarKind

KNOCKING: tuple[CalendarKind, ...] = (CalendarKind.GOOGLE,)
RENEWED_BEFORE = timedelta(days=1)
AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A channel to be opened for a calendar, in place of the `old` one (`channel`, `resource`), where there is one."""

    calendar_id: int
    remote_id: str
    access: Access
    channel: str
    old: tuple[str, str] | None


def ending_pushes(db: Session, *, now: datetime) -> Sequence[int]:
    """Calendars in use that have no channel, or one that ends within a day."""
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
    """None for a calendar that is connected no more. Raises AuthFailed."""
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
    """The calendar is looked at as soon as a worker can; False for a channel that is none of its any more."""
    number = channel.partition("-")[0]
    row = db.get(MemberCalendar, int(number)) if number.isascii() and number.isdigit() else None
    if row is None or row.push.get("channel") != channel:
        return False
    row.next_try_at = min(row.next_try_at, now)
    return True
