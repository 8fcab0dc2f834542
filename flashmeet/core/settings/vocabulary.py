"""A network's own words for mentors, mentees and bookings, used in place of the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

OUR_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "mentor": {"fr": ("mentor", "mentors"), "en": ("mentor", "mentors")},
    "mentee": {"fr": ("mentoré·e", "mentoré·es"), "en": ("mentee", "mentees")},
    "meeting": {"fr": ("Meet & Share", "Meet & Share"), "en": ("Meet & Share", "Meet & Share")},
}
"""Singular and plural by language, as in the catalogues."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The network's own words for the shipped ones, by language. Empty when nothing is renamed.

    Renaming applies to catalogue sentences before facts are filled in: neither users' text nor a placeholder such as
    `%(mentor)s` is changed.
    """

    pairs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Sentences of the catalogue by language and source, kept by whoever has them renamed (`i18n.catalogue`)."""

    @classmethod
    def of(cls, chosen: Mapping[str, Mapping[str, str]]) -> Vocabulary:
        """Reads `chosen`: word → language → `singular, plural` as typed. Empty or unchanged words rename nothing."""
        pairs: dict[str, dict[str, str]] = {}
        for word, said in chosen.items():
            for locale, text in said.items():
                theirs = _both(text)
                for ours, new in zip(OUR_WORDS[word].get(locale, ()), theirs, strict=False):
                    if new and new != ours:
                        pairs.setdefault(locale, {})[ours] = new
        return cls(pairs)

    def rename(self, sentence: str, locale: str) -> str:
        pairs = self.pairs.get(locale)
        if not pairs:
            return sentence
        return _pattern(pairs).sub(lambda found: _as_written(found[0], pairs), sentence)

    def word(self, word: str, locale: str) -> str:
        """Returns one of `OUR_WORDS` in the singular, as this network calls it."""
        ours = OUR_WORDS[word].get(locale, OUR_WORDS[word]["en"])[0]
        return self.pairs.get(locale, {}).get(ours, ours)


def _both(text: str) -> tuple[str, str]:
    """Splits `parrain, parrains`; a single form serves as the plural too."""
    one, _, several = (part.strip() for part in text.partition(","))
    return one, several or one


def _pattern(pairs: Mapping[str, str]) -> re.Pattern[str]:
    words = "|".join(re.escape(each) for each in sorted(pairs, key=len, reverse=True))
    return re.compile(rf"(?<![\w%(·])(?:{words})(?![\w·])", re.IGNORECASE)


def _as_written(found: str, pairs: Mapping[str, str]) -> str:
    new = pairs.get(found) or pairs.get(found.lower()) or found
    return new[:1].upper() + new[1:] if found[:1].isupper() else new
