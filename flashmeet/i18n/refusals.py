"""Says a refusal to the member: picks its sentence, and fills in the facts in their language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_timedelta

from flashmeet.core import errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.fields import FIELDS, KIND_OF
from flashmeet.i18n.numbers import grouped
from flashmeet.i18n.refusal_sentences import BY_REASON, BY_RULE, EMPTY, SENTENCES

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_COUNTS = frozenset({"most", "length", "count"})
"""Facts that say how many; other numbers may be years."""


def sentence(refusal: Refusal, locale: str, tzid: str) -> str:
    """Returns the sentence that the member reads; times are in `tzid`, which is named."""
    gettext = translations(locale).gettext
    words = _words(refusal.facts, locale, tzid)
    for text in _texts(refusal):
        if set(_PLACEHOLDER.findall(text)) <= words.keys():
            return gettext(text) % words
    return gettext(SENTENCES[Refusal][-1])


def label(field: str, locale: str) -> str:
    """Returns the name of a field, as on a page."""
    return translations(locale).gettext(FIELDS[field]) if field in FIELDS else field


def _texts(refusal: Refusal) -> tuple[str, ...]:
    """Returns the sentences from most specific to plainest."""
    special = (
        BY_RULE.get(str(refusal.facts.get("rule")))
        or BY_REASON.get(str(refusal.facts.get("reason")))
        or _by_kind(refusal)
    )
    known = next(SENTENCES[kind] for kind in type(refusal).__mro__ if kind in SENTENCES)
    return (special, *known) if special else known


def _by_kind(refusal: Refusal) -> str | None:
    """Returns the sentence for a field that is empty, or for a choice that was not made."""
    kind = KIND_OF.get(str(refusal.facts.get("field")))
    if kind is None or refusal.facts.get("field") not in FIELDS:
        return None
    left_open = type(refusal) is errors.BadInput and kind == "choice"
    no_day = isinstance(refusal, errors.BadDate) and refusal.facts.get("value") == ""
    return EMPTY[kind] if type(refusal) is errors.Missing or left_open or no_day else None


def _words(facts: Mapping[str, object], locale: str, tzid: str) -> dict[str, str]:
    """Returns the facts as text."""
    words = {name: _word(value, locale, tzid) for name, value in facts.items() if value is not None}
    counts = ((name, value) for name, value in facts.items() if name in _COUNTS and isinstance(value, int))
    words |= {name: grouped(value, locale) for name, value in counts}
    if "field" in words:
        words["label"] = label(words["field"], locale)
    minutes = facts.get("notice_minutes")
    if isinstance(minutes, int):
        words["notice"] = format_timedelta(60 * minutes, granularity="minute", threshold=1.01, locale=locale)
    seconds = facts.get("seconds")
    if isinstance(seconds, int):
        words["wait"] = format_timedelta(seconds, granularity="second", threshold=1.01, locale=locale)
    return words


def _word(value: object, locale: str, tzid: str) -> str:
    if isinstance(value, datetime):
        return times.when(value, tzid, locale)
    if isinstance(value, date):
        return times.day_of(value, locale, long=True)  # an abbreviated month ends with a full stop
    return str(value)
