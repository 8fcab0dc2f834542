"""Proof that the network keeps its word: what was checked of the hours of a day, and how often a rule was broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.intervals import Interval


class Rule(StrEnum):
    """What is promised of every hour, and of every request."""

    DOUBLE_BOOKING = "double_booking"  # nobody is in two hours at a time
    DEAD_REMINDER = "dead_reminder"  # no reminder of an hour that had ended or moved
    INVITE_ORDER = "invite_order"  # nobody gets an older invite after a newer one
    CALENDAR = "calendar"  # what stands in a member's calendar is what was agreed
    LATE_MESSAGE = "late_message"  # a message leaves when it is due
    WEEK = "week"  # within seven days an hour, or the reason why there is none


class LateWhy(StrEnum):
    """Why a message left late."""

    REFUSED = "refused"  # the provider refused it at first
    DOUBT = "doubt"  # the provider did not say whether it had it
    WAITED = "waited"  # the provider was away, or no worker ran


IN_FLIGHT = timedelta(minutes=1)
"""A message that was being handed over when its hour ended could not be called back."""
LATE_AFTER = timedelta(minutes=5)
MOST_NAMED = 20
"""How many broken ones a day names."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many were looked at under a rule, and the ids of those that broke it: of bookings, or of requests."""

    looked_at: int = 0
    broken: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A member's time in one booking."""

    member_id: int
    booking_id: int
    span: Interval


def double_bookings(hours: Sequence[Taken], of_day: set[int]) -> Seen:
    """Looks at the bookings `of_day`; one that overlaps another of the same member is broken."""
    broken: set[int] = set()
    latest: dict[int, Taken] = {}
    for hour in sorted(hours, key=lambda each: (each.member_id, each.span.start, each.booking_id)):
        before = latest.get(hour.member_id)
        if before is not None and hour.span.start < before.span.end and hour.booking_id != before.booking_id:
            broken |= {hour.booking_id, before.booking_id}
        if before is None or hour.span.end > before.span.end:
            latest[hour.member_id] = hour
    return Seen(len(of_day), tuple(sorted(broken & of_day)))


@dataclass(frozen=True, slots=True)
class Left:
    """A message about a booking, as it left: `version` is the booking's sequence that it speaks of."""

    booking_id: int
    recipient_id: int
    channel: str
    version: int
    due_at: datetime
    left_at: datetime
    tries: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """Until when a booking held as it was agreed: when it was cancelled, and since when which sequence is agreed."""

    sequence: int
    since: datetime
    cancelled_at: datetime | None


def dead_reminders(reminders: Iterable[Left], agreed: dict[int, Agreed]) -> Seen:
    """A reminder is dead if it left after its booking was cancelled, or after another time had been agreed."""
    looked_at, broken = 0, set()
    for each in reminders:
        looked_at += 1
        at = agreed[each.booking_id]
        over = at.cancelled_at is not None and each.left_at > at.cancelled_at + IN_FLIGHT
        moved = each.version < at.sequence and each.left_at > at.since + IN_FLIGHT
        if over or moved:
            broken.add(each.booking_id)
    return Seen(looked_at, tuple(sorted(broken)))


def invites_out_of_order(invites: Iterable[Left]) -> Seen:
    """An invite is out of order if its recipient already had one of a later sequence by the same channel."""
    looked_at, broken = 0, set()
    newest: dict[tuple[int, int, str], int] = {}
    for each in sorted(invites, key=lambda invite: (invite.left_at, invite.version)):
        looked_at += 1
        key = (each.booking_id, each.recipient_id, each.channel)
        if each.version < newest.get(key, each.version):
            broken.add(each.booking_id)
        newest[key] = max(each.version, newest.get(key, each.version))
    return Seen(looked_at, tuple(sorted(broken)))


def late_messages(messages: Iterable[Left]) -> tuple[Seen, dict[LateWhy, int]]:
    """Returns what was late, and how many by reason. A refused one is due anew later, so its tries tell."""
    looked_at, broken, why = 0, set(), dict.fromkeys(LateWhy, 0)
    for each in messages:
        looked_at += 1
        if each.tries or each.left_at > each.due_at + LATE_AFTER:
            broken.add(each.booking_id)
            why[LateWhy.REFUSED if each.tries else LateWhy.DOUBT if each.doubts else LateWhy.WAITED] += 1
    return Seen(looked_at, tuple(sorted(broken))), why
