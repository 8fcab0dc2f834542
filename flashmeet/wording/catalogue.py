"""The translated sentences, loaded once per language. Messages are rendered with them where there is no request."""

from __future__ import annotations

import functools

from babel.support import NullTranslations, Translations

from flashmeet.files import folder

LOCALES = ("fr", "en")


def known(locale: str | None, default: str = "fr") -> str:
    """One of our languages: `locale`'s, or the default."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LOCALES else default


@functools.cache
def translations(locale: str) -> NullTranslations:
    """English is the language of the source; the others come from the compiled catalogue."""
    if locale == "en":
        return NullTranslations()
    return Translations.load(str(folder("translations")), [locale])


def mark(text: str) -> str:
    """Marks a sentence that is translated later, where the language is known."""
    return text
