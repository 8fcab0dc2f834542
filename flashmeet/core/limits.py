"""How often something may be done: counted in windows of fixed length, for every process together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flashmeet.core.database.counts import add_count
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.secrets import hashed

__all__ = ["Limit", "Window", "add_count"]


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
