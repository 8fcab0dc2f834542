"""What recognition learns from members: the theme that they chose for a need which had not been understood.

Nothing is learned from one person, nor from two: a word counts for a theme once `AGREEING` different people have
chosen the theme for a need with that word, and `SHARE` of all who used the word. A word that nothing said of any theme
has (`known`) leads to the theme from then on, and the needs that have such a word become its examples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flashmeet.core.text import SILENT, fold, stem

AGREEING = 3
"""Different people who must have chosen the same theme."""
SHARE = 2 / 3
"""Of all who used the word, so many must have chosen it."""
LONGEST_LEARNED = 200
"""Characters: a longer need tells a story, which is for the mentor, and would teach little."""
A_MEMBER, A_THEME, ALL = 20, 60, 2_000
"""The newest choices of a member that are kept, of a theme that teach, and of all that are read."""
SHORTEST, MOST_WORDS = 3, 40
"""Letters of a word that can be learned, and words of a theme."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The theme that a member chose for a need."""

    member_id: int
    theme_id: int
    need: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of a theme: new words (folded), and needs that are examples of it, the newest first."""

    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def tidy_need(need: str) -> str:
    """Returns the need as it is kept, on one line; "" for one that is too long or says nothing."""
    said = " ".join(need.split())
    return said if len(said) <= LONGEST_LEARNED and fold(said) else ""


def lessons(choices: Sequence[Choice], known: AbstractSet[str]) -> Mapping[int, Lesson]:
    """Returns what the choices (the newest first) teach of each theme; the same for the same choices.

    `known`: the stems of all that is said of the themes, and of what belongs to none.
    """
    agreed = _agreed(choices)
    found: dict[int, tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
    for choice in choices:
        telling = {each: word for each, word in _telling(choice.need).items() if agreed.get(each) == choice.theme_id}
        if telling:
            words, needs = found[choice.theme_id]
            words.update(dict.fromkeys(word for each, word in telling.items() if each not in known))
            needs[choice.need] = None
    return {
        theme_id: Lesson(tuple(sorted(words)[:MOST_WORDS]), tuple(needs)[:A_THEME])
        for theme_id, (words, needs) in sorted(found.items())
    }


def _agreed(choices: Iterable[Choice]) -> dict[str, int]:
    """Returns the theme that each word counts for, as far as people agree."""
    people: defaultdict[str, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for choice in choices:
        for word in telling_words(choice.need):
            people[word][choice.theme_id].add(choice.member_id)
    found: dict[str, int] = {}
    for word, by_theme in people.items():
        theme_id = max(by_theme, key=lambda each: (len(by_theme[each]), -each))
        agreeing = len(by_theme[theme_id])
        if agreeing >= AGREEING and agreeing >= SHARE * len(set().union(*by_theme.values())):
            found[word] = theme_id
    return found


def telling_words(text: str) -> AbstractSet[str]:
    """Returns the stems of words that can tell a theme: three letters or more, and no number."""
    return _telling(text).keys()


def _telling(text: str) -> dict[str, str]:
    words = (word for word in fold(text).split() if len(word) >= SHORTEST and word not in SILENT and word.isalpha())
    return {stem(word): word for word in words}
