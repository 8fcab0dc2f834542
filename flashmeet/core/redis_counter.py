"""Counting in Redis or Valkey, where one is configured."""

from __future__ import annotations

from datetime import datetime

from flashmeet.core.limits import Counter

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
