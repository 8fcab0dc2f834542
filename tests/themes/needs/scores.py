"""How well needs are recognised, on a set that was written before anything was tuned (README.md)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from flashmeet.core.text import fold
from flashmeet.themes.rules.recognition import slugify
from flashmeet.themes.rules.starter_set import STARTER
from flashmeet.themes.rules.understanding import DescribedTheme, Recognised, Understanding

HERE = Path(__file__).parent
HALVES = ("tuning", "final")
SLUGS = tuple(slugify(theme.names["fr"]) for theme in STARTER)


@dataclass(frozen=True, slots=True)
class Need:
    """A need as typed, and the numbers of its themes in the starter set, the main one first."""

    text: str
    language: str
    themes: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A need, and what it was taken for."""

    need: Need
    found: Recognised

    @property
    def is_first(self) -> bool:
        return self.found.theme_id is not None and self.found.theme_id == self.need.themes[0]

    @property
    def is_either(self) -> bool:
        return self.found.theme_id in self.need.themes

    @property
    def is_shown(self) -> bool:
        return self.need.themes[0] in self.found.theme_ids

    @property
    def is_lost(self) -> bool:
        """Says whether it was taken for something else, and its theme is not even offered."""
        return self.found.sure and not set(self.need.themes) & set(self.found.theme_ids)


def needs(half: str) -> list[Need]:
    with (HERE / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        return [_need(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _need(row: dict[str, str]) -> Need:
    themes = () if row["themes"] == "-" else tuple(SLUGS.index(slug) for slug in row["themes"].split(","))
    return Need(row["text"], row["language"], themes, row["kind"])


def starter_themes() -> tuple[DescribedTheme, ...]:
    """Returns the starter set, each theme by its number."""
    return tuple(
        DescribedTheme(
            id=number,
            names=tuple(theme.names.values()),
            synonyms=tuple(word for some in theme.synonyms.values() for word in some),
            questions=tuple(question for some in theme.examples.values() for question in some),
        )
        for number, theme in enumerate(STARTER)
    )


def terms_of(themes: Sequence[DescribedTheme]) -> dict[str, int]:
    """Returns what leads to each theme; a term of two themes leads to the first, as in a network."""
    found: dict[str, int] = {}
    for theme in themes:
        for word in (*theme.names, *theme.synonyms):
            found.setdefault(fold(word), theme.id)
    return found


def answers(some: Iterable[Need], by: Understanding) -> list[Answer]:
    themes = starter_themes()
    terms = terms_of(themes)
    return [Answer(need, by.recognise(need.text, themes, terms)) for need in some]


def share(some: Sequence[Answer], holds: Callable[[Answer], bool]) -> float:
    return mean(map(holds, some)) if some else float("nan")


def with_theme(some: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in some if answer.need.themes]


def of_kind(some: Iterable[Answer], *kinds: str) -> list[Answer]:
    return [answer for answer in some if answer.need.kind in kinds]
