"""When a mentor is free: weekly rules, dated overrides, leave, and the policy that goes with them."""

from __future__ import annotations

import re

from flashmeet.core.errors import BadTime

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


def clock_minutes(text: str, *, field: str = "start") -> int:
    """Minutes since midnight of `HH:MM`; `24:00` is 1440. Raises BadTime."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadTime(field, value=text)
    hours, minutes = (match[1] or match[3]), (match[2] or match[4])
    return int(hours) * 60 + int(minutes)


def clock_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
