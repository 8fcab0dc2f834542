"""Plans the reminders of a booking: when and by which channel. A pure function.

Days are calendar days in the recipient's zone; the hour is elapsed time. A reminder due within a day of the booking
being made is left out, except the one an hour before. An SMS is kept out of the quiet hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flashmeet.bookings.rules.messages import REMINDER_DAY, REMINDER_HOUR, REMINDER_THREE_DAYS, BookingPayload
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import MessageKind
from flashmeet.schedule.rules.booked_hour import SeatRole

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE_QUIET = timedelta(minutes=15)
MAIL: tuple[ChannelName, ...] = (ChannelName.MAIL,)
BOTH: tuple[ChannelName, ...] = (ChannelName.MAIL, ChannelName.SMS)

DAYS_BEFORE: dict[SeatRole, dict[MessageKind[BookingPayload], tuple[int, tuple[ChannelName, ...]]]] = {
    SeatRole.MENTEE: {REMINDER_THREE_DAYS: (3, MAIL), REMINDER_DAY: (1, BOTH)},
    SeatRole.MENTOR: {REMINDER_DAY: (1, BOTH)},
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Minutes of the day between which no SMS is sent; over midnight if `start` is after `end`, none if equal."""

    start: int = 20 * 60
    end: int = 8 * 60

    def around(self, at: datetime, tzid: str) -> tuple[datetime, datetime] | None:
        """Returns the quiet period, as instants, that contains `at`."""
        for day in (local_date(at, tzid) - DAY, local_date(at, tzid)):
            begin, end = self._on(day, tzid)
            if begin <= at < end:
                return begin, end
        return None

    def _on(self, day: date, tzid: str) -> tuple[datetime, datetime]:
        """Returns the quiet period that begins on that local date."""
        until = day if self.start <= self.end else day + DAY
        return instant(day, self.start, tzid), instant(until, self.end, tzid)


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """One message and when it is due; from `until` on it is useless, because the next reminder replaces it."""

    due_at: datetime
    channel: ChannelName
    kind: MessageKind[BookingPayload]
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
    here = local_time(starts_at, tzid).at
    for kind, (days, channels) in DAYS_BEFORE[role].items():
        due, until = (
            instant(here.date() - each * DAY, here.hour * 60 + here.minute, tzid) for each in (days, days - 1)
        )
        if due - agreed_at >= DAY:
            yield from (Reminder(due, channel, kind, until - HOUR) for channel in channels)
    if starts_at - HOUR > agreed_at:
        yield from (Reminder(starts_at - HOUR, channel, REMINDER_HOUR, starts_at) for channel in BOTH)


def _out_of_quiet(reminder: Reminder, starts_at: datetime, tzid: str, quiet: Quiet) -> Reminder:
    """Delays the SMS to the end of quiet hours if that is before the booking, else sends it shortly before them."""
    within = quiet.around(reminder.due_at, tzid)
    if within is None:
        return reminder
    begin, end = within
    return replace(reminder, due_at=end if end < starts_at else begin - BEFORE_QUIET)
