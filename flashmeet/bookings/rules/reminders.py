"""Plans the reminders of a booking: when and by which channel. A pure function.

Which reminders there are is the table `rules.messages.REMINDERS`. Days are calendar days in the recipient's zone, hours
are elapsed time. A reminder of days that is due within a day of the booking being made is left out. An SMS is kept out
of the quiet hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flashmeet.bookings.rules.messages import REMINDERS, ReminderKind
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.quiet_hours import Quiet
from flashmeet.schedule.rules.booked_hour import SeatRole

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE_QUIET = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """One message and when it is due; from `until` on it is useless, because the next reminder replaces it."""

    due_at: datetime
    channel: ChannelName
    kind: ReminderKind
    until: datetime


def reminders(
    *, role: SeatRole, starts_at: datetime, agreed_at: datetime, tzid: str, sms: bool, quiet: Quiet
) -> list[Reminder]:
    """Returns all reminders of one person, by due time. `agreed_at` is when the booking was made or last moved."""
    planned = list(_planned(role, starts_at, agreed_at, tzid))
    mails = [each for each in planned if each.channel == ChannelName.MAIL]
    texts = [_out_of_quiet(each, starts_at, tzid, quiet) for each in planned if each.channel == ChannelName.SMS and sms]
    by_day = {local_date(each.due_at, tzid): each for each in sorted(each for each in texts if each.due_at > agreed_at)}
    return sorted([*mails, *by_day.values()])


def _planned(role: SeatRole, starts_at: datetime, agreed_at: datetime, tzid: str) -> Iterator[Reminder]:
    """Plans reminders before quiet hours are applied."""
    for kind in REMINDERS:
        due, until = _moments(kind.before, starts_at, tzid)
        if due - agreed_at >= DAY or (kind.before < DAY and due > agreed_at):
            yield from (Reminder(due, channel, kind, until) for channel in kind.channels[role])


def _moments(before: timedelta, starts_at: datetime, tzid: str) -> tuple[datetime, datetime]:
    """Returns when a reminder is due, and from when on it is useless: an hour before the next day's, or the start."""
    if before < DAY:
        return starts_at - before, starts_at
    here = local_time(starts_at, tzid).at
    minutes = here.hour * 60 + here.minute
    due, next_day = (instant(here.date() - each, minutes, tzid) for each in (before, before - DAY))
    return due, next_day - HOUR


def _out_of_quiet(reminder: Reminder, starts_at: datetime, tzid: str, quiet: Quiet) -> Reminder:
    """Delays the SMS to the end of quiet hours if that is before the booking, else sends it shortly before them."""
    within = quiet.around(reminder.due_at, tzid)
    if within is None:
        return reminder
    begin, end = within
    return replace(reminder, due_at=end if end < starts_at else begin - BEFORE_QUIET)
