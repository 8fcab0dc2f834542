"""The translated sentences, loaded once per language; messages use them outside a request.

A network may have its own words (`core.settings`): `speaking` sets them for a request or a message, and every catalogue
sentence uses them, English ones too.
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
from flashmeet.i18n.numbers import grouped

LOCALES = ("fr", "en")
_OURS = Vocabulary()
_vocabulary: ContextVar[Callable[[], Vocabulary]] = ContextVar("vocabulary", default=lambda: _OURS)


def known(locale: str | None, default: str = "fr") -> str:
    """Returns the supported language of `locale`, or the default."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LOCALES else default


@contextmanager
def speaking(vocabulary: Callable[[], Vocabulary]) -> Iterator[None]:
    """Uses that vocabulary inside the block; it is loaded at the first sentence."""
    token = _vocabulary.set(functools.cache(vocabulary))
    try:
        yield
    finally:
        _vocabulary.reset(token)


class Spoken(NullTranslations):
    """A catalogue that uses the network's own words."""

    def __init__(self, sentences: NullTranslations, locale: str) -> None:
        super().__init__()
        self._sentences, self._locale = sentences, locale

    def gettext(self, message: str) -> str:
        words, asked = _vocabulary.get()(), (self._locale, message)
        said = words.said.get(asked)
        if said is None:
            said = words.said[asked] = words.rename(self._sentences.gettext(message), self._locale)
        return said

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Returns the sentence with `n` in the place of `%(num)s`; other facts are for the caller to fill in."""
        return self._said(self._sentences.ngettext(msgid1, msgid2, n)).replace("%(num)s", grouped(n, self._locale))

    def pgettext(self, context: str, message: str) -> str:
        return self._said(str(self._sentences.pgettext(context, message)))

    ugettext, ungettext, upgettext = gettext, ngettext, pgettext  # Flask-Babel's names

    def _said(self, sentence: str) -> str:
        return _vocabulary.get()().rename(sentence, self._locale)


@functools.cache
def translations(locale: str) -> Spoken:
    """Returns the catalogue of a language: the source is English, others are compiled."""
    if locale == "en":
        return Spoken(NullTranslations(), locale)
    return Spoken(Translations.load(str(folder("translations")), [locale]), locale)


@functools.cache
def _codes() -> dict[str, str]:
    """Maps folded codes and names in our languages to codes."""
    codes: dict[str, str] = {}
    for code in map(str, Locale.parse("en").languages):
        if code.isalpha() and len(code) in (2, 3):
            names = (Locale.parse(locale).languages.get(code, code) for locale in LOCALES)
            for name in (code, *names):
                codes.setdefault(fold(str(name)), code)
    return codes


def language_code(text: str) -> str | None:
    """Returns `fr` for fr, French or français; None when it is no language."""
    return _codes().get(fold(text))


@functools.lru_cache(maxsize=1_000)
def language_name(code: str, locale: str) -> str:
    """Returns the language's name, as `français` or `French`; an unknown code is returned unchanged."""
    return str(Locale.parse(locale).languages.get(code) or code)
