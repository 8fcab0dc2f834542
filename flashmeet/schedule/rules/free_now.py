"""Free now: two hours that a mentor opens by one tap, to be booked at short notice. They end by themselves.

The tap is the mentor's yes: such an hour is confirmed at once, also where they are asked first otherwise. All limits,
leave, calendars and claims hold as for any hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flashmeet.core.errors import TooLateTonight
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.schedule.rules.availability import Schedule

NOTICE = timedelta(minutes=10)
LASTS = timedelta(hours=2)
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


def _next_quarter(now: datetime) -> datetime:
    past = now.timestamp() % STEP.total_seconds()
    return now if not past else now + STEP - timedelta(seconds=past)
