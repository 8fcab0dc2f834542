"""How long something takes, in words: `12 hours`, `2 jours`, `4 weeks`, `1 heure 30 minutes`."""

from __future__ import annotations

from babel.units import format_unit

WEEK = 7 * 1440
_UNITS = ((1440, "duration-day"), (60, "duration-hour"), (1, "duration-minute"))


def duration(minutes: int, locale: str) -> str:
    """Exact, in as few units as it takes."""
    if minutes and minutes % WEEK == 0:
        return str(format_unit(minutes // WEEK, "duration-week", locale=locale))
    words: list[str] = []
    for size, unit in _UNITS:
        count, minutes = divmod(minutes, size)
        if count or (size == 1 and not words):
            words.append(format_unit(count, unit, locale=locale))
    return " ".join(words)
