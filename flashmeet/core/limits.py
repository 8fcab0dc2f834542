"""Rate limits that slide, counted across all processes.

Uses are counted in parts of the limit's length, and the last six parts count: a limit is not doubled around a full
hour, and nobody waits for longer than its length. What is refused is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Protocol, cast

from sqlalchemy import Index, Table, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from flashmeet.core.database.base import Base
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.secrets import hashed

PARTS = 6
"""In so many steps a limit slides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` times within `seconds`."""

    name: str
    most: int
    seconds: int

    def window(self, who: str, *, now: datetime) -> Window:
        return Window(self, f"{self.name}:{hashed(who)[:32]}", int(now.timestamp()) * PARTS // self.seconds)


@dataclass(frozen=True, slots=True)
class Window:
    """What counts now of one person, address or token. `who` is a hash and identifies nobody; `part` is the present."""

    limit: Limit
    who: str
    part: int

    @property
    def keys(self) -> list[str]:
        """Returns the names of the counts that add up, the present one first."""
        return [f"{self.who}:{self.part - age}" for age in range(PARTS)]

    @property
    def kept_until(self) -> datetime:
        """Returns when the present count is of no more use."""
        return self._leaves_at(0)

    def check(self, counts: Sequence[int], *, now: datetime) -> None:
        """Raises TooManyRequests when the counts, the present one first and with this use in it, are too many.

        Its `seconds` are those after which this use would fit.
        """
        too_many = sum(counts) - self.limit.most
        for age in reversed(range(PARTS)):
            if too_many <= 0:
                return
            too_many -= counts[age]
            if too_many <= 0:
                raise TooManyRequests(seconds=max(1, ceil((self._leaves_at(age) - now).total_seconds())))

    def _leaves_at(self, age: int) -> datetime:
        return datetime.fromtimestamp((self.part - age + PARTS) * self.limit.seconds / PARTS, UTC)


class Counter(Protocol):
    """Counts across all processes of the installation."""

    def __call__(self, window: Window, *, times: int) -> list[int]:
        """Adds `times` to the window's present count; returns all its counts, the present one first."""
        ...


def add_count(db: Session, window: Window, *, times: int) -> list[int]:
    """Implements `Counter` in the database. A roll-back takes the use back; until then others of the same key wait."""
    present = count_up(db, window.keys[0], times=times, expires_at=window.kept_until)
    found = db.execute(select(RateCount.key, RateCount.count).where(RateCount.key.in_(window.keys[1:])))
    earlier: dict[str, int] = dict(iter(found))
    return [present, *(earlier.get(key, 0) for key in window.keys[1:])]


def counts_of(db: Session, window: Window) -> list[int]:
    """Returns the counts of the window that are not zero, and counts nothing."""
    return list(db.scalars(select(RateCount.count).where(RateCount.key.in_(window.keys))))


def count_up(db: Session, key: str, *, times: int = 1, expires_at: datetime) -> int:
    """Adds to the count of `key` and returns the sum; it may be forgotten after `expires_at`."""
    insert_new(db, cast(Table, RateCount.__table__), [{"key": key, "count": 0, "expires_at": expires_at}])
    count: int = db.execute(
        update(RateCount)
        .where(RateCount.key == key)
        .values(count=RateCount.count + times)
        .returning(RateCount.count)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return count


class RateCount(Base):
    """A count within one rate-limit window, used where Redis is not configured."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_rate_count_expires_at", "expires_at"),)


PREFIX = "flashmeet:rate:"
PATIENCE = 2.0


def redis_counter(url: str) -> Counter:
    """Returns a counter in the Redis at `url`. Connects on first use."""
    import redis  # noqa: PLC0415  # loaded only where it is configured

    client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def add(window: Window, *, times: int) -> list[int]:
        keys = [PREFIX + key for key in window.keys]
        with client.pipeline() as together:
            together.incrby(keys[0], times)
            together.expireat(keys[0], window.kept_until)
            together.mget(keys)
            *_, counts = together.execute()
        return [0 if count is None else int(count) for count in counts]

    return add
