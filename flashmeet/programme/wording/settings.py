"""What a policy is set to, as a person would say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel import Locale

from flashmeet.core.clock_times import clock_text
from flashmeet.core.settings.entries import DAYS, HOURS, MINUTES
from flashmeet.core.settings.kinds import Entry
from flashmeet.i18n.catalogue import mark, translations
from flashmeet.i18n.durations import duration

_IN_MINUTES = {MINUTES: 1, HOURS: 60, DAYS: 1440}
NONE, NO_LIMIT = mark("none"), mark("no limit")


def said(entry: Entry[Any], value: Any, locale: str) -> str:  # noqa: ANN401  # each entry has its own type
    """`15 minutes`, `20:00`, `mentor, mentors`."""
    ways: dict[str, Callable[[], str]] = {
        "choice": lambda: translations(locale).gettext(dict(entry.kind.options)[value]),  # type: ignore[attr-defined]  # a Choice
        "number": lambda: _amount(entry.kind, value, locale),
        "limit": lambda: _amount(entry.kind, value, locale),
        "clock": lambda: clock_text(value),
        "country": lambda: str(Locale.parse(locale).territories.get(value, value)),
        "per_language": lambda: " · ".join(f"{value[each]} ({each})" for each in value),
        "domains": lambda: ", ".join(value) or translations(locale).gettext(NONE),
    }
    return ways.get(entry.kind.name, lambda: str(value))()


def _amount(kind: Any, value: int | None, locale: str) -> str:  # noqa: ANN401  # a Number or a Limit
    if value is None:
        return translations(locale).gettext(NO_LIMIT)
    if kind.unit in _IN_MINUTES and value:
        return duration(value * _IN_MINUTES[kind.unit], locale)
    return str(value)
