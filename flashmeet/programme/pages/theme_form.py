"""A theme as it is typed, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flashmeet.i18n.catalogue import LOCALES
from flashmeet.people.service.profile import tidy_line
from flashmeet.programme.service.themes import ThemeWords
from flashmeet.themes.models.theme import Theme

NAME_CHARACTERS, WORD_CHARACTERS, QUESTION_CHARACTERS, MOST_WORDS = 80, 80, 200, 60
_BETWEEN = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class TypedTheme:
    """Per language: a name, synonyms (commas or lines between) and example questions (one a line)."""

    names: Mapping[str, str]
    synonyms: Mapping[str, str]
    examples: Mapping[str, str]
    regulated: bool = False

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> TypedTheme:
        return cls(
            {locale: form.get(f"name_{locale}", "") for locale in LOCALES},
            {locale: form.get(f"synonyms_{locale}", "") for locale in LOCALES},
            {locale: form.get(f"examples_{locale}", "") for locale in LOCALES},
            "regulated" in form,
        )

    @classmethod
    def from_theme(cls, theme: Theme) -> TypedTheme:
        return cls(
            {locale: theme.names.get(locale, "") for locale in LOCALES},
            {locale: ", ".join(theme.synonyms.get(locale, ())) for locale in LOCALES},
            {locale: "\n".join(theme.examples.get(locale, ())) for locale in LOCALES},
            theme.regulated,
        )

    @classmethod
    def blank(cls, name: str, locale: str) -> TypedTheme:
        """Nothing but perhaps a name, in one language."""
        empty = dict.fromkeys(LOCALES, "")
        return cls({**empty, locale: name}, empty, empty)

    def meant(self) -> ThemeWords:
        """Raises Missing, TooLong."""
        return ThemeWords(
            names={
                locale: tidy_line(f"name_{locale}", text, most=NAME_CHARACTERS, required=True)
                for locale, text in self.names.items()
            },
            synonyms={locale: _lines("synonyms", _BETWEEN.split(text)) for locale, text in self.synonyms.items()},
            examples={locale: _lines("examples", text.split("\n")) for locale, text in self.examples.items()},
            regulated=self.regulated,
        )


def _lines(field: str, texts: list[str]) -> list[str]:
    """Raises TooLong."""
    most = QUESTION_CHARACTERS if field == "examples" else WORD_CHARACTERS
    return [line for text in texts[:MOST_WORDS] if (line := tidy_line(field, text, most=most))]
