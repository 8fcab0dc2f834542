"""The policy by which a mentor's hours may be booked, and the room's opening times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flashmeet.core.errors import OffTheQuarter, OutOfRange
from flashmeet.core.zones import DAY_MINUTES

MAX_HORIZON_DAYS = 400


START_STEPS = (15, 30, 60)


class Confirm(StrEnum):
    """Whether an hour is booked at once, or the mentor answers first."""

    INSTANT = "instant"
    ASK = "ask"


class JoiningMode(StrEnum):
    """Who comes in without an invitation."""

    CLOSED = "closed"
    DOMAINS = "domains"  # whoever has an address of the network's domains
    APPROVAL = "approval"  # whoever applies, once an administrator agrees


class Conformity(StrEnum):
    """How far the pages meet the RGAA, in the law's three degrees; without an audit it is none."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class UnreadCalendar(StrEnum):
    """Whether a mentor is booked whose calendar cannot be read."""

    CLOSED = "closed"
    OPEN = "open"


class DeletedHour(StrEnum):
    """What becomes of an hour that its mentor deleted in a calendar and did not answer for."""

    KEEP = "keep"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a mentor's hours may be booked. Durations, buffers and notice in minutes; None = no limit."""

    durations: tuple[int, ...] = (60,)
    start_every: int = 60
    buffer_before: int = 0
    buffer_after: int = 15
    notice_minutes: int = 720
    horizon_days: int = 28
    confirm: Confirm = Confirm.INSTANT
    per_day: int | None = 1
    per_week: int | None = 1
    per_month: int | None = 2

    def __post_init__(self) -> None:
        """Raises OffTheQuarter, OutOfRange."""
        if not self.durations or len(self.durations) > 8:
            raise OutOfRange("durations", low=1, high=8)
        for minutes in self.durations:
            require_quarter("durations", minutes, low=15, high=480)
        if self.start_every not in START_STEPS:
            raise OutOfRange("start_every", low=15, high=60)
        require_quarter("buffer_before", self.buffer_before, low=0, high=240)
        require_quarter("buffer_after", self.buffer_after, low=0, high=240)
        require_within("notice_minutes", self.notice_minutes, 0, MAX_HORIZON_DAYS * DAY_MINUTES)
        require_within("horizon_days", self.horizon_days, 1, MAX_HORIZON_DAYS)
        for name in ("per_day", "per_week", "per_month"):
            limit = getattr(self, name)
            if limit is not None:
                require_within(name, limit, 1, 1000)

    @property
    def notice(self) -> timedelta:
        return timedelta(minutes=self.notice_minutes)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.buffer_before)

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.buffer_after)

    @property
    def shortest(self) -> timedelta:
        return timedelta(minutes=min(self.durations))

    @property
    def longest(self) -> timedelta:
        return timedelta(minutes=max(self.durations))


def require_within(name: str, value: int, low: int, high: int) -> None:
    """Raises OutOfRange; both ends are allowed."""
    if not low <= value <= high:
        raise OutOfRange(name, low=low, high=high)


def require_quarter(name: str, value: int, *, low: int, high: int) -> None:
    """Minutes that are whole quarter hours. Raises OutOfRange, OffTheQuarter."""
    require_within(name, value, low, high)
    if value % 15:
        raise OffTheQuarter(name, value=value)


@dataclass(frozen=True, slots=True)
class RoomTimes:
    """Minutes that the room opens before the booking and closes after it."""

    opens_before: int = 15
    closes_after: int = 30
