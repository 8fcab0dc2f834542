"""How fresh what was read of a member's calendars is: what must be read before a booking, and what hides hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import CalendarUnavailable
from flashmeet.core.provider_faults import AuthFailed
from flashmeet.core.settings.policies import UnreadCalendar
from flashmeet.core.settings.service import network_settings
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.queries.calendars import checked_calendars
from flashmeet.schedule.rules.calendars import HIDDEN_AFTER, LONGEST_WAIT, Freshness, freshness


def freshness_of(calendar: MemberCalendar, *, now: datetime) -> Freshness:
    return freshness(read_at=calendar.read_at, failing=calendar.failing_since is not None, now=now)


def fails_closed(db: Session) -> bool:
    """Whether an unreadable calendar prevents bookings; the administrator decides, and by default it does."""
    return network_settings(db).calendar_fails != UnreadCalendar.OPEN


def require_read(
    db: Session, member_id: int, *, now: datetime, calendars: Sequence[MemberCalendar] | None = None
) -> None:
    """Raises CalendarUnavailable unless every calendar that is checked was read a moment ago; `calendars` are those,
    where this unit of work has them.

    Whoever books looks at stale ones first, with no transaction open (`calendars.sync.syncing.Syncing.recheck`).
    """
    checked = checked_calendars(db, member_id) if calendars is None else calendars
    unread = [each for each in checked if freshness_of(each, now=now) != Freshness.FRESH]
    if unread and fails_closed(db):
        raise CalendarUnavailable


def stale_calendars(db: Session, member_id: int, *, now: datetime) -> Sequence[int]:
    """Returns the calendars that are not fresh and worth asking.

    Those that refuse us, ask us to stay away for long or cost too much to read are skipped.
    """
    return [
        each.id
        for each in checked_calendars(db, member_id)
        if freshness_of(each, now=now) != Freshness.FRESH
        and each.account.fault != AuthFailed.code
        and not (each.failing_since is not None and each.next_try_at > now + LONGEST_WAIT)
    ]


def needs_sync(db: Session, calendar_id: int, *, now: datetime) -> bool:
    """Whether that calendar is neither fresh nor known to fail since `now`."""
    row = db.get(MemberCalendar, calendar_id)
    return row is not None and row.failing_since is None and freshness_of(row, now=now) != Freshness.FRESH


def hides_hours(db: Session, member_id: int, *, now: datetime) -> bool:
    """Whether no hour would be accepted, since a calendar refuses us or has been unreadable for `HIDDEN_AFTER`."""
    return calendars_hide_hours(db, checked_calendars(db, member_id), now=now)


def calendars_hide_hours(db: Session, calendars: Sequence[MemberCalendar], *, now: datetime) -> bool:
    """The same for one member's calendars, read already."""
    lost = any(
        each.account.fault == AuthFailed.code
        or (each.failing_since is not None and now - each.failing_since >= HIDDEN_AFTER)
        for each in calendars
    )
    return lost and fails_closed(db)
