"""Themes: how what people type finds what the network talks about, and how many of them there should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flashmeet.core.text import fold, stems

MANY, VERY_MANY = 8, 12
"""More active themes than that, and some starve."""
FEW_MENTORS = 3


def slugify(name: str) -> str:
    return fold(name).replace(" ", "-")


def recognise(need: str, terms: Mapping[str, int]) -> int | None:
    """The theme whose terms (folded, → theme id) say most of `need`; None when none appears in it.

    Words meet by their stems, in French and in English; what says nothing (`de`, `my`) may stand between them. Longer
    terms weigh more; equal weights go to the lower id, so that the answer is always the same.
    """
    weights = weigh(need, terms)
    return min(weights, key=lambda theme_id: (-weights[theme_id], theme_id), default=None)


def weigh(need: str, terms: Mapping[str, int]) -> dict[int, int]:
    """How much of `need` each theme's terms say; themes that say nothing of it are left out."""
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
    """What one more theme than now would be: nothing, a warning (the 9th), or a question (the 13th and on)."""
    if active >= VERY_MANY:
        return Crowding.VERY_MANY
    return Crowding.MANY if active >= MANY else Crowding.NONE


def tidy_synonyms(words: Iterable[str]) -> list[str]:
    """Each once, as it was typed first, whatever its case and accents; blanks left out."""
    kept: dict[str, str] = {}
    for word in words:
        clean = " ".join(word.split())
        if fold(clean):
            kept.setdefault(fold(clean), clean)
    return list(kept.values())
