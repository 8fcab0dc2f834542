"""Terms of use: what a version commits to, and the fingerprint that an acceptance keeps as proof."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flashmeet.core.errors import Missing, OutOfRange, TooLong

GRACE = timedelta(days=14)
"""For so long the hours of a mentor who has not accepted stay bookable after a version came into force."""
TEXT_CHARACTERS, COMMITMENT_CHARACTERS, MOST_COMMITMENTS = 60_000, 300, 12

Words = Mapping[str, str]
"""The same in several languages, by locale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version as an administrator writes it: the text per language, and what is ticked when accepting."""

    texts: Words
    commitments: Sequence[Words]
    in_force_at: datetime

    def checked(self) -> Draft:
        """The same. Raises Missing, TooLong, OutOfRange."""
        for locale, text in self.texts.items():
            _short_enough(f"text_{locale}", text, TEXT_CHARACTERS)
        if not self.texts or not all(text.strip() for text in self.texts.values()):
            raise Missing("text")
        if len(self.commitments) > MOST_COMMITMENTS:
            raise OutOfRange("commitments", low=0, high=MOST_COMMITMENTS)
        for words in self.commitments:
            if set(words) != set(self.texts):
                raise Missing("commitments")
            for text in words.values():
                _short_enough("commitments", text, COMMITMENT_CHARACTERS)
        return self


def _short_enough(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise TooLong(field, most=most, length=len(text))


def spoken(words: Words, locale: str) -> str:
    """The words in that language, else in the first one there is."""
    return words.get(locale) or next(iter(words.values()), "")


def fingerprint(text: str, commitments: Sequence[str]) -> str:
    """SHA-256, in hex, of the UTF-8 text as it was shown, followed by each commitment on a line of its own."""
    shown = "\n".join([text, *(f"[x] {each}" for each in commitments)])
    return hashlib.sha256(shown.encode()).hexdigest()
