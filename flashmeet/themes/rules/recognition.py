"""Themes: how typed text finds a theme, and how many themes there should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flashmeet.core.text import fold, stems

MANY, VERY_MANY = 8, 12
"""With more active themes than this, some get no requests."""
FEW_MENTORS = 3


def slugify(name: str) -> str:
    return fold(name).replace(" ", "-")


def recognise(need: str, terms: Mapping[str, int]) -> int | None:
    """Returns the theme whose terms (folded, → theme id) cover most of `need`; None when none occurs in it.

    Words match by their stems, in French and in English, ignoring stop words (`de`, `my`) in between. Longer terms
    weigh more; among equal weights the lowest id wins, so that the result is always the same.
    """
    weights = weigh(need, terms)
    return min(weights, key=lambda theme_id: (-weights[theme_id], theme_id), default=None)


def weigh(need: str, terms: Mapping[str, int]) -> dict[int, int]:
    """Returns how much of `need` each theme's terms cover; themes without a match are left out."""
    words = stems(fold(need))
    weights: dict[int, int] = {}
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for term, theme_id in sorted(terms.items()):
        parts = stems(term)
        if (theme_id, parts) not in seen and _appears(parts, words):
            weights[theme_id] = weights.get(theme_id, 0) + len(" ".join(parts))
        seen.add((theme_id, parts))
    return weights


def _appears(term: tuple[str, ...], words: tuple[str, ...]) -> bool:
    width = len(term)
    return bool(term) and any(term == words[i : i + width] for i in range(len(words) - width + 1))


class Crowding(StrEnum):
    """What one more theme would be."""

    NONE = ""
    MANY = "many"  # a warning
    VERY_MANY = "very_many"  # a question


def crowding(active: int) -> Crowding:
    """Returns what one more theme causes: nothing, a warning (from the 9th), or a question (from the 13th)."""
    if active >= VERY_MANY:
        return Crowding.VERY_MANY
    return Crowding.MANY if active >= MANY else Crowding.NONE


def tidy_synonyms(words: Iterable[str]) -> list[str]:
    """Returns the synonyms as first typed, each once ignoring case and accents, without blanks."""
    kept: dict[str, str] = {}
    for word in words:
        clean = " ".join(word.split())
        if fold(clean):
            kept.setdefault(fold(clean), clean)
    return list(kept.values())
