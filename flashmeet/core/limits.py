"""Rate limits, counted in windows of fixed length across all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, cast

from sqlalchemy import Index, Table, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from flashmeet.core.database.base import Base
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.secrets import hashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` times within `seconds`."""

    name: str
    most: int
    seconds: int

    def window(self, who: str, *, now: datetime) -> Window:
        number = int(now.timestamp()) // self.seconds
        ends_at = datetime.fromtimestamp((number + 1) * self.seconds, UTC)
        return Window(self, f"{self.name}:{hashed(who)[:32]}:{number}", ends_at)


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one person, address or token. `key` is a hash and identifies nobody."""

    limit: Limit
    key: str
    ends_at: datetime

    def check(self, count: int, *, now: datetime) -> None:
        """Raises TooManyRequests, with the `seconds` until the window ends."""
        if count > self.limit.most:
            raise TooManyRequests(seconds=max(1, int((self.ends_at - now).total_seconds())))


def add_count(db: Session, key: str, *, times: int, expires_at: datetime) -> int:
    """Implements `Counter` in the database; needs a transaction of its own."""
    insert_new(db, cast(Table, RateCount.__table__), [{"key": key, "count": 0, "expires_at": expires_at}])
    count: int = db.execute(
        update(RateCount)
        .where(RateCount.key == key)
        .values(count=RateCount.count + times)
        .returning(RateCount.count)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return count


class Counter(Protocol):
    """Counts across all processes of the installation."""

    def __call__(self, key: str, *, times: int, expires_at: datetime) -> int:
        """Adds `times` to the count of `key` and returns the sum; it may be forgotten after `expires_at`."""
        ...


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

    def add(key: str, *, times: int, expires_at: datetime) -> int:
        with client.pipeline() as both:
            both.incrby(PREFIX + key, times)
            both.expireat(PREFIX + key, expires_at)
            count, _ = both.execute()
        return int(count)

    return add
