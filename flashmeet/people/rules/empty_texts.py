"""Texts that are written only because somebody would not leave a cell or a field empty."""

from __future__ import annotations

import re
import unicodedata

_NOTHING = frozenset(("?", "??", "-", "--", "–", "—", ".", "/", "//", "n/a", "n.a.", "(vide)"))
_NOTHING_IN_WORDS = frozenset(
    (
        *("na", "nc", "n/c", "n.c.", "neant", "aucun", "aucune", "none", "null", "nan", "inconnu", "inconnue", "0"),
        *("unknown", "vide", "non communique", "non renseigne", "non renseignee", "sans objet", "pas de numero"),
    )
)
_SHEET_ERROR = re.compile(r"#(?:[A-Z/0]{2,10}[!?]|N/A)", re.IGNORECASE)
"""What a formula without a result leaves: `#N/A`, `#REF!`, `#VALEUR!`, `#NOM?`."""


def says_nothing(text: str, *, line: bool) -> bool:
    """Whether it says that there is nothing to say: `-`, `N/A`, `néant`, `#REF!`.

    A `line` of text may be any word; `Null` is a name.
    """
    plain = _folded(text)
    if _SHEET_ERROR.fullmatch(text.strip()) or plain in _NOTHING:
        return True
    return not line and plain in _NOTHING_IN_WORDS


def _folded(text: str) -> str:
    """Returns the text without case and accents, its punctuation as it is."""
    apart = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char))
