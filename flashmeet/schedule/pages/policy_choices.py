"""What the page offers to choose from; a value that stands in the form already is always among it."""

from __future__ import annotations

from collections.abc import Iterable

from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.durations import duration
from flashmeet.schedule.pages.policy_form import LIMITS, TypedPolicy

Choice = tuple[str, str]

DURATIONS, STEPS, RESTS = (30, 45, 60, 90, 120), (15, 30, 60), (0, 15, 30, 45, 60)
HORIZONS, COUNTS = (14, 28, 56, 84, 182, 364), (1, 2, 3, 4, 5, 6, 8, 10)
_DAY = 1440


def policy_choices(typed: TypedPolicy, locale: str) -> dict[str, list[Choice]]:
    """(value, words) per field of the form."""
    return {
        "durations": _minutes(DURATIONS, typed.durations, locale),
        "start_every": _minutes(STEPS, [typed.start_every], locale),
        "buffer_before": _minutes(RESTS, [typed.buffer_before], locale),
        "buffer_after": _minutes(RESTS, [typed.buffer_after], locale),
        "horizon_days": _with(typed.horizon_days, [(str(days), duration(days * _DAY, locale)) for days in HORIZONS]),
        **{name: _counts(str(getattr(typed, name)), locale) for name in LIMITS},
    }


def _minutes(offered: Iterable[int], chosen: Iterable[str], locale: str) -> list[Choice]:
    known = {text for text in chosen if _is_number(text)} | {str(minutes) for minutes in offered}
    choices = [(text, duration(int(text), locale)) for text in sorted(known, key=int)]
    for text in chosen:
        choices = _with(text, choices)
    return choices


def _counts(chosen: str, locale: str) -> list[Choice]:
    none = ("", translations(locale).gettext("no limit"))
    return _with(chosen, [none, *((str(count), str(count)) for count in COUNTS)])


def _with(chosen: str, choices: list[Choice]) -> list[Choice]:
    """What was typed stays a choice, whatever it is."""
    return choices if chosen in dict(choices) else [*choices, (chosen, chosen)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
