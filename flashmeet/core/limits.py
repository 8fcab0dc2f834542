"""How often something may be done: counted in windows of fixed length, for every process together."""

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
    """One person, address or token in one window. `key` names nobody."""

    limit: Limit
    key: str
    ends_at: datetime

    def check(self, count: int, *, now: datetime) -> None:
        """Raises TooManyRequests, with the `seconds` until it is worth another try."""
        if count > self.limit.most:
            raise TooManyRequests(seconds=max(1, int((self.ends_at - now).total_seconds())))


def add_count(db: Session, key: str, *, times: int, expires_at: datetime) -> int:
    """`Counter` in the database; give it a transaction of its own."""
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
    """Counts for every process of the installation."""

    def __call__(self, key: str, *, times: int, expires_at: datetime) -> int:
        """Adds `times` to what `key` has, and returns the sum; it may be forgotten after `expires_at`."""
        ...


class RateCount(Base):
    """How often something was done in one window of time, where no Redis counts it."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_rate_count_expires_at", "expires_at"),)


PREFIX = "flashmeet:rate:"
PATIENCE = 2.0


def redis_counter(url: str) -> Counter:
    """Counts at that address. Connects when it is first asked."""
    import redis  # noqa: PLC0415  # loaded where it is configured

    client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def add(key: str, *, times: int, expires_at: datetime) -> int:
        with client.pipeline() as both:
            both.incrby(PREFIX + key, times)
            both.expireat(PREFIX + key, expires_at)
            count, _ = both.execute()
        return int(count)

    return add
