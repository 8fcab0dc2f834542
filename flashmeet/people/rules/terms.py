"""Terms of use: a version's commitments, and the fingerprint that an acceptance keeps as proof."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flashmeet.core.errors import Missing, OutOfRange, TooLong
from flashmeet.core.text import seen

GRACE = timedelta(days=14)
"""How long the hours of a mentor who has not accepted a new version stay bookable after it came into force."""
WARNING = timedelta(days=4)
"""How long before their hours are hidden mentors are told."""
FAR = timedelta(days=366)
"""From here on a first day is asked about: it may be a slip of the year."""
TEXT_CHARACTERS, COMMITMENT_CHARACTERS, MOST_COMMITMENTS, CHANGES_CHARACTERS = 60_000, 300, 12, 1_000

Words = Mapping[str, str]
"""A text in several languages, by locale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version as an administrator writes it: text per language, the commitments to tick, and what is new in it."""

    texts: Words
    commitments: Sequence[Words]
    in_force_at: datetime
    changes: Words = field(default_factory=dict)

    def checked(self) -> Draft:
        """Returns the draft. Raises Missing, TooLong, OutOfRange."""
        for locale, text in self.texts.items():
            _short_enough(f"text_{locale}", text, TEXT_CHARACTERS)
        if not self.texts or not all(seen(text) for text in self.texts.values()):
            raise Missing("text")
        for locale, text in self.changes.items():
            _short_enough(f"changes_{locale}", text, CHANGES_CHARACTERS)
        if len(self.commitments) > MOST_COMMITMENTS:
            raise OutOfRange("commitments", low=0, high=MOST_COMMITMENTS)
        for words in self.commitments:
            if set(words) != set(self.texts):
                raise Missing("commitments")
            for text in words.values():
                _short_enough("commitments", text, COMMITMENT_CHARACTERS)
        return self


def is_far(in_force_at: datetime, *, now: datetime) -> bool:
    """Whether the first day is so far off that it may be a slip of the year."""
    return in_force_at - now > FAR


def _short_enough(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise TooLong(field, most=most, length=len(text))


def fingerprint(text: str, commitments: Sequence[str]) -> str:
    """Returns the SHA-256, in hex, of the UTF-8 text as shown, followed by each commitment on its own line."""
    shown = "\n".join([text, *(f"[x] {each}" for each in commitments)])
    return hashlib.sha256(shown.encode()).hexdigest()
