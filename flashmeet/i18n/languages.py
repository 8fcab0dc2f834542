"""Languages that people speak: codes in the database, names on the page."""

from __future__ import annotations

import functools

from babel import Locale

from flashmeet.core.text_matching import fold
from flashmeet.i18n.catalogue import LOCALES


@functools.cache
def _codes() -> dict[str, str]:
    """Folded codes, and names in our languages, to their code."""
    codes: dict[str, str] = {}
    for code in map(str, Locale.parse("en").languages):
        if code.isalpha() and len(code) in (2, 3):
            names = (Locale.parse(locale).languages.get(code, code) for locale in LOCALES)
            for name in (code, *names):
                codes.setdefault(fold(str(name)), code)
    return codes


def language_code(text: str) -> str | None:
    """`fr` for fr, French, français; None where no language is meant."""
    return _codes().get(fold(text))


def language_name(code: str, locale: str) -> str:
    """`français`, `French`; an unknown code stays."""
    return str(Locale.parse(locale).languages.get(code) or code)
