"""Pages whose text a network may write itself; flashmeet ships a starting text for each."""

from __future__ import annotations

from collections.abc import Mapping

from flashmeet.core.errors import Missing, NotFound, TooLong
from flashmeet.core.text import seen

PAGES = ("charter", "privacy", "legal", "accessibility")
CHARACTERS = 60_000


def checked_page(name: str) -> str:
    """Returns the name. Raises NotFound when no such page exists."""
    if name not in PAGES:
        raise NotFound
    return name


def checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Returns the cleaned texts, one per language. Raises Missing, TooLong."""
    kept = {locale: seen(text.replace("\r\n", "\n").replace("\0", "").strip()) for locale, text in texts.items()}
    for locale, text in kept.items():
        if not text:
            raise Missing(f"text_{locale}")
        if len(text) > CHARACTERS:
            raise TooLong(f"text_{locale}", most=CHARACTERS, length=len(text))
    return kept
