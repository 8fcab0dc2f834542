"""Themes: how what people type finds what the network talks about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_STEM = 4


def fold(text: str) -> str:
    """One key whatever the case, accents, ligatures and punctuation: `Création d’Œuvre` → `creation d oeuvre`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def slugify(name: str) -> str:
    return fold(name).replace(" ", "-")


def recognise(need: str, terms: Mapping[str, int]) -> int | None:
    """The theme whose terms (folded, → theme id) say most of `need`; None when none appears in it.

    Longer terms weigh more; equal weights go to the lower id, so that the answer is always the same.
    """
    words = fold(need).split()
    weights: dict[int, int] = {}
    for term, theme_id in terms.items():
        if _appears(term.split(), words):
            weights[theme_id] = weights.get(theme_id, 0) + len(term)
    return min(weights, key=lambda theme_id: (-weights[theme_id], theme_id), default=None)


def _appears(term: list[str], words: list[str]) -> bool:
    width = len(term)
    return any(
        all(_alike(a, b) for a, b in zip(term, words[i : i + width], strict=True))
        for i in range(len(words) - width + 1)
    )


def _alike(term: str, word: str) -> bool:
    """Equal, or equal but for a plural ending."""
    return term == word or (min(len(term), len(word)) >= _SHORTEST_STEM and term.rstrip("sx") == word.rstrip("sx"))
