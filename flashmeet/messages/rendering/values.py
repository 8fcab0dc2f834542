"""Values of payloads, as templates may write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flashmeet.core.typed_text import one_line

LONGEST_NAME = 80


def theme_in(names: Mapping[str, str], locale: str) -> str:
    """A theme's name in that language, else in any."""
    return one_line(names.get(locale) or next(iter(names.values()), ""), most=LONGEST_NAME)


def instant(text: str) -> datetime:
    """An aware instant from a payload's ISO text."""
    return datetime.fromisoformat(text)
