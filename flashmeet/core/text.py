"""Text folding and light French and English stemming, so that two words match only when they mean the same.

A stem is a folded word (`fold`) without its longest suffix that leaves enough letters. There is no grammar: `recruter`,
`recrutement` and `recrutements` share `recrut`, `companies` and `company` share `compani`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping

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
"""Suffix, replacement, and least number of letters before it; the longest come first."""

# fmt: off
SILENT = frozenset((
    "a", "an", "and", "at", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "for", "from", "i",
    "in", "is", "j", "l", "la", "le", "les", "leur", "ma", "me", "mes", "mon", "my", "nos", "notre", "of", "on",
    "or", "ou", "our", "par", "pour", "que", "qui", "s", "sa", "ses", "son", "sur", "the", "to", "un", "une",
    "vos", "votre", "with", "your",
))
# fmt: on
"""Stop words, ignored when matching themes."""


@functools.lru_cache(4_096)
def stem(word: str) -> str:
    """Returns the stem of one folded word."""
    for suffix, instead, least in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)] + instead
    return word


def stems(folded: str) -> tuple[str, ...]:
    """Returns the stems of the words that are not stop words; of all words when every one is."""
    words = folded.split()
    return tuple(stem(word) for word in words if word not in SILENT) or tuple(stem(word) for word in words)


_WORD = re.compile(r"[^\W_]+")
_NO_ACCENT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th", "ŋ": "n"}
)
"""Letters that Unicode does not decompose."""


def fold(text: str) -> str:
    """Returns a key that ignores case, accents, ligatures and punctuation: `Création d’Œuvre` → `creation d oeuvre`.

    Both forms of a letter (NFC, NFD) give the same key. A fold folds to itself.
    """
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    return " ".join(_WORD.findall(_NOT_ASCII.sub(_without_accents, plain.translate(_NO_ACCENT))))


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _without_accents(found: re.Match[str]) -> str:
    """Leaves out what changes the character before it, or is not seen at all."""
    return "".join(c for c in found[0] if not _is_accent(c))


@functools.lru_cache(4_096)
def _is_accent(char: str) -> bool:
    return unicodedata.combining(char) != 0 or unicodedata.category(char) in ("Mn", "Cf")


def sort_key(*parts: str) -> str:
    """Returns a key that sorts as people do: by the folds of the parts in turn; only then `cote` before `côte`.

    Keys are compared by code point, in Python as in a column of the type `SortKey`.
    """
    accents = (unicodedata.normalize("NFD", part.casefold()) for part in parts)
    return "\t".join((*map(fold, parts), *accents))


_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides and isolates
    "\ufeff\ud800-\udfff]"  # byte order mark; lone surrogates, which no encoding takes
)
_BLANKS = re.compile("[ \t\n]+")


def lines(text: str) -> str:
    """Normalizes line breaks and removes invisible characters."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, *, most: int = 1_000) -> str:
    """Returns the text on one line; cut to `most` characters with an ellipsis."""
    flat = _BLANKS.sub(" ", lines(text))
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""


def seen(text: str) -> str:
    """Returns the text, "" where nobody sees anything in it: blanks, format characters and joiners alone."""
    shows = any(unicodedata.category(char)[0] not in "ZC" and char not in _BLANK_LETTERS for char in text)
    return text if shows else ""


def in_language(texts: Mapping[str, str], locale: str) -> str:
    """Returns the text in that language, else in the first one that there is; "" where there is none."""
    return texts.get(locale) or next(iter(texts.values()), "")


def mark(text: str) -> str:
    """Marks a sentence for the catalogue; it is translated when shown."""
    return text


def for_print(text: str) -> str:
    """Returns the text with plain no-break spaces: Open Sans, in which PDF files are set, has no narrow ones."""
    return text.replace("\u202f", "\u00a0")
