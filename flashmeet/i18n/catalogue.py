"""The translated sentences, loaded once per language. Messages are rendered with them where there is no request.

A network may have words of its own (`core.settings`): whoever answers a request or renders a message says so by
`speaking`, and every sentence of the catalogue is said in them, English ones too.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from babel import Locale
from babel.support import NullTranslations, Translations

from flashmeet.core.files import folder
from flashmeet.core.settings.vocabulary import Vocabulary
from flashmeet.core.text import fold

LOCALES = ("fr", "en")
_OURS = Vocabulary()
_vocabulary: ContextVar[Callable[[], Vocabulary]] = ContextVar("vocabulary", default=lambda: _OURS)


def known(locale: str | None, default: str = "fr") -> str:
    """One of our languages: `locale`'s, or the default."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LOCALES else default


@contextmanager
def speaking(vocabulary: Callable[[], Vocabulary]) -> Iterator[None]:
    """Inside the block sentences are said in that vocabulary, which is asked for when the first one is said."""
    token = _vocabulary.set(functools.cache(vocabulary))
    try:
        yield
    finally:
        _vocabulary.reset(token)


class Spoken(NullTranslations):
    """A catalogue in the network's own words."""

    def __init__(self, sentences: NullTranslations, locale: str) -> None:
        super().__init__()
        self._sentences, self._locale = sentences, locale

    def gettext(self, message: str) -> str:
        return self._said(self._sentences.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(self._sentences.ngettext(msgid1, msgid2, n))

    ugettext, ungettext = gettext, ngettext  # what Flask-Babel calls them

    def _said(self, sentence: str) -> str:
        return _vocabulary.get()().rename(sentence, self._locale)


@functools.cache
def translations(locale: str) -> Spoken:
    """English is the language of the source; the others come from the compiled catalogue."""
    if locale == "en":
        return Spoken(NullTranslations(), locale)
    return Spoken(Translations.load(str(folder("translations")), [locale]), locale)


def mark(text: str) -> str:
    """Marks a sentence that is translated later, where the language is known."""
    return text


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
