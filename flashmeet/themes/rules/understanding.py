"""What a need in a member's own words is about: by a model of sentences where one is installed, else by words alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flashmeet.core.service_keys import ServiceKey
from flashmeet.themes.rules.recognition import weigh

SHOWN = 3
"""Themes that are offered for a need."""
LONGEST_NEED = 600
"""Characters of a need that are read: more says nothing new, and costs time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedTheme:
    """What is known of a theme, in every language.

    `learned` are needs for which members chose it, `learned_words` words that nobody but them had said of any theme.
    """

    id: int
    names: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    learned_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """The nearest themes of a need, by id, the nearest first; `sure` says whether the first is what it is about."""

    theme_ids: tuple[int, ...] = ()
    sure: bool = False

    @property
    def theme_id(self) -> int | None:
        return self.theme_ids[0] if self.sure else None


class Understanding(Protocol):
    """Reads needs, on this machine."""

    @property
    def name(self) -> str:
        """What it goes by: `sentences` or `words`."""

    def prepare(self, folder: Path | None = None) -> None:
        """Loads what is needed, so that the first need does not wait for it, and processes that fork share it.

        What is rarely read may be put into a nameless file in that folder, and takes no memory then.
        """

    def recognise(self, need: str, themes: tuple[DescribedTheme, ...], terms: Mapping[str, int]) -> Recognised:
        """Returns the themes nearest to the need; the same for the same arguments."""

    def nearness(self, text: str, others: Sequence[str]) -> list[float]:
        """Returns how near the text is to each of the others in meaning, from 0 (nothing in common) to 1."""


UNDERSTANDING: ServiceKey[Understanding] = ServiceKey("understanding")


class ByWords:
    """Goes by the names and synonyms that occur in the need."""

    name = "words"

    def prepare(self, folder: Path | None = None) -> None:
        """Needs nothing."""

    def recognise(self, need: str, themes: tuple[DescribedTheme, ...], terms: Mapping[str, int]) -> Recognised:
        weights = weigh(need[:LONGEST_NEED], terms)
        return Recognised(nearest(weights), sure=bool(weights))

    def nearness(self, text: str, others: Sequence[str]) -> list[float]:
        return [0.0] * len(others)


def nearest(weights: Mapping[int, float]) -> tuple[int, ...]:
    """Returns the themes with the greatest weights; among equal ones the lowest id comes first."""
    return tuple(sorted(weights, key=lambda theme_id: (-weights[theme_id], theme_id))[:SHOWN])
