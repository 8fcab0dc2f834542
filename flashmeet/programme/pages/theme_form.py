"""A theme as it is typed, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from werkzeug.datastructures import MultiDict

from flashmeet.http.forms import Form, reads
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.people.rules.facts import tidy_line
from flashmeet.programme.service.themes import ThemeWords
from flashmeet.themes.models.theme import Theme

NAME_CHARACTERS, WORD_CHARACTERS, QUESTION_CHARACTERS, MOST_WORDS = 80, 80, 200, 60
_BETWEEN, _LINE_END = re.compile(r"[,;\n]"), re.compile("\n")


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


class ThemeForm(Form):
    """Faults stand at `names`, `synonyms` and `examples`; a refusal names the field of its language."""

    names: Annotated[dict[str, str], reads(lambda texts, _: _names(texts))]
    synonyms: Annotated[dict[str, list[str]], reads(lambda texts, _: _by_locale("synonyms", _BETWEEN, texts))]
    examples: Annotated[dict[str, list[str]], reads(lambda texts, _: _by_locale("examples", _LINE_END, texts))]
    regulated: bool

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        typed = TypedTheme.from_form(form)
        return {name: getattr(typed, name) for name in cls.model_fields}

    @property
    def words(self) -> ThemeWords:
        return ThemeWords(names=self.names, synonyms=self.synonyms, examples=self.examples, regulated=self.regulated)


def _names(texts: Mapping[str, str]) -> dict[str, str]:
    """Raises Missing, TooLong."""
    return {
        locale: tidy_line(f"name_{locale}", text, most=NAME_CHARACTERS, required=True) for locale, text in texts.items()
    }


def _by_locale(field: str, between: re.Pattern[str], texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Raises TooLong."""
    return {locale: _lines(field, between.split(text)) for locale, text in texts.items()}


def _lines(field: str, texts: list[str]) -> list[str]:
    """Raises TooLong."""
    most = QUESTION_CHARACTERS if field == "examples" else WORD_CHARACTERS
    return [line for text in texts[:MOST_WORDS] if (line := tidy_line(field, text, most=most))]
