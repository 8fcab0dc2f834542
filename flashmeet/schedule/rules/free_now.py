"""Free now: hours that begin within two hours. A mentor opens them by one tap, or lets them be booked always.

The tap opens the two hours to come, and is the mentor's yes: such an hour is confirmed at once, also where they are
asked first otherwise. It ends by itself. The switch is the notice of their policy, made shorter than two hours: it
opens hours of their own week alone, confirmed as all others are. All limits, leave, calendars and claims hold as for
any hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flashmeet.core.errors import TooLateTonight
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.schedule.rules.availability import Schedule

NOTICE = timedelta(minutes=10)
LASTS = timedelta(hours=2)
SHORT_NOTICE = 30
"""Minutes of notice of who may always be booked within two hours."""
STEP = timedelta(minutes=15)
FIRST, LAST = 7 * 60, 22 * 60
"""Minutes of the mentor's day between which such an hour may take place."""
AN_HOUR = timedelta(hours=1)


def free_now_window(now: datetime, tzid: str) -> Interval:
    """Returns the two hours from the next quarter on, shorter where the evening ends. Raises TooLateTonight."""
    begins = _next_quarter(now)
    today = local_date(begins, tzid)
    here = local_time(begins, tzid).at
    ends = min(begins + LASTS, instant(today, LAST, tzid))
    if here.hour * 60 + here.minute < FIRST or ends - begins < AN_HOUR:
        raise TooLateTonight(first=FIRST // 60, last=LAST // 60)
    return Interval(begins, ends)


def takes_short_notice(policy: Policy) -> bool:
    """Whether hours of the mentor's own week may be booked that begin within two hours."""
    return policy.notice < LASTS


def is_near(starts_at: datetime, *, now: datetime) -> bool:
    """Whether an hour begins so soon that every mail about it leaves at once, and its mentor is told by SMS, too."""
    return starts_at <= now + LASTS


def is_free_now(schedule: Schedule, *, now: datetime) -> bool:
    """Whether the two hours are not over; one without an hour left is."""
    window = schedule.free_now
    return window is not None and now + NOTICE + AN_HOUR <= window.end


def soon_starts(schedule: Schedule) -> Iterator[datetime]:
    """Yields each quarter at which an hour at short notice may begin, as far as the mentor is not on leave."""
    window = schedule.free_now
    if window is None or schedule.on_leave(local_date(window.start, schedule.tzid)):
        return
    at = window.start
    while at < window.end:
        yield at
        at += STEP


def is_soon(schedule: Schedule, starts_at: datetime, minutes: int) -> bool:
    """Whether the hour lies in the two hours and begins on a quarter of them."""
    window = schedule.free_now
    if window is None or starts_at + timedelta(minutes=minutes) > window.end:
        return False
    return starts_at in soon_starts(schedule)


def asks_first(schedule: Schedule, starts_at: datetime, minutes: int) -> bool:
    """Whether the mentor answers before the hour is agreed: not where they said that they are free at once."""
    return schedule.policy.confirm == Confirm.ASK and not is_soon(schedule, starts_at, minutes)


def _next_quarter(now: datetime) -> datetime:
    past = now.timestamp() % STEP.total_seconds()
    return now if not past else now + STEP - timedelta(seconds=past)
