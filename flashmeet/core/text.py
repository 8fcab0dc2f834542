"""Word stems in French and English: light on purpose, so that two words meet only where people mean the same.

One suffix is taken off a folded word (`fold`), the longest that leaves enough of it. It knows no grammar:
`recruter`, `recrutement` and `recrutements` meet in `recrut`, `companies` and `company` in `compani`.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_SUFFIXES = (
    ("issements", "", 4),
    ("issement", "", 4),
    ("ations", "", 4),
    ("ements", "", 4),
    ("ation", "", 4),
    ("ement", "", 4),
    ("ments", "", 4),
    ("euses", "", 4),
    ("ment", "", 4),
    ("euse", "", 4),
    ("eurs", "", 4),
    ("eaux", "eau", 2),
    ("ings", "", 4),
    ("ives", "", 4),
    ("ing", "", 4),
    ("ies", "i", 3),
    ("aux", "al", 2),
    ("eur", "", 4),
    ("ers", "", 4),
    ("ees", "", 4),
    ("ive", "", 4),
    ("ifs", "", 4),
    ("er", "", 4),
    ("ed", "", 4),
    ("ee", "", 4),
    ("if", "", 4),
    ("es", "", 3),
    ("e", "", 3),
    ("s", "", 3),
    ("x", "", 3),
    ("y", "i", 4),
)
"""Suffix, what stands in its place, and how many letters must be left before it; the longest come first."""

# fmt: off
SILENT = frozenset((
    "a", "an", "and", "at", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "for", "from", "i",
    "in", "is", "j", "l", "la", "le", "les", "leur", "ma", "me", "mes", "mon", "my", "nos", "notre", "of", "on",
    "or", "ou", "our", "par", "pour", "que", "qui", "s", "sa", "ses", "son", "sur", "the", "to", "un", "une",
    "vos", "votre", "with", "your",
))
# fmt: on
"""Words that say nothing about a theme."""


@functools.lru_cache(4_096)
def stem(word: str) -> str:
    """The stem of one folded word."""
    for suffix, instead, least in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)] + instead
    return word


def stems(folded: str) -> tuple[str, ...]:
    """The stems of the words that say something; all of them where none does."""
    words = folded.split()
    return tuple(stem(word) for word in words if word not in SILENT) or tuple(stem(word) for word in words)


_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """One key whatever the case, accents, ligatures and punctuation: `Création d’Œuvre` → `creation d oeuvre`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # they turn around what follows them
    "\ufeff\ud800-\udfff]"  # a byte order mark; halves of characters, which no encoding takes
)
_BLANKS = re.compile("[ \t\n]+")


def lines(text: str) -> str:
    """With one kind of line break, and without what cannot be seen."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, *, most: int = 1_000) -> str:
    """On one line; what is longer ends in an ellipsis."""
    flat = _BLANKS.sub(" ", lines(text))
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def mark(text: str) -> str:
    """Marks a sentence for the catalogue; `wording` translates it."""
    return text
