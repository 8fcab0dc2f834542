"""The availability page as a browser fills it in, and what can be read from it."""

from __future__ import annotations

import re
from typing import Any

FORM: dict[str, Any] = {
    "tzid": "Europe/Paris",
    "start-1": ["18:00"],
    "end-1": ["20:00"],
    "durations": ["60"],
    "start_every": "60",
    "buffer_before": "0",
    "buffer_after": "0",
    "notice": "120",
    "notice_hours": "",
    "horizon_days": "28",
    "confirm": "instant",
    "per_day": "",
    "per_week": "",
    "per_month": "",
}
"""Tuesdays 18:00–20:00 in Paris."""

_DAY = re.compile(r'<div class="own-day">\s*<h3>(.*?)</h3>(.*?)</div>', re.S)
_TIME = re.compile(r">([\d:]{5}[^<]*)</time>")


def hours_on(page: str) -> dict[str, list[str]]:
    """The hours that the page shows, by day as written."""
    return {day: _TIME.findall(times) for day, times in _DAY.findall(page)}
