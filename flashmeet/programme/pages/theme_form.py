"""The form of a theme's names, synonyms and example questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, create_model, model_validator
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import OutOfRange
from flashmeet.http.forms.reading import Form, beside, reads, typed_texts
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.people.rules.facts import tidy_line
from flashmeet.programme.service.themes import ThemeWords
from flashmeet.themes.models import Theme

NAME_CHARACTERS, WORD_CHARACTERS, QUESTION_CHARACTERS, MOST_WORDS = 80, 80, 200, 200
_BETWEEN = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class TypedTheme:
    """Per language: a name, synonyms (separated by commas or lines) and example questions (one per line)."""

    names: Mapping[str, str]
    synonyms: Mapping[str, str]
    examples: Mapping[str, str]
    regulated: bool = False

    @property
    def values(self) -> dict[str, str]:
        """All of it, by field."""
        told = {"name": self.names, "synonyms": self.synonyms, "examples": self.examples}
        texts = {f"{name}_{locale}": words[locale] for name, words in told.items() for locale in LOCALES}
        return {**texts, "regulated": "✓" if self.regulated else ""}

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
        """Returns an empty form, with an optional name in one language."""
        empty = dict.fromkeys(LOCALES, "")
        return cls({**empty, locale: name}, empty, empty)


class _Theme(Form):
    """Faults stand at the fields of the form: `name_fr`, `synonyms_en` and so on."""

    regulated: bool

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "regulated": "regulated" in form}

    @model_validator(mode="after")
    def _is_a_theme(self) -> Self:
        with beside(""):
            _ = self.words
        return self

    @property
    def words(self) -> ThemeWords:
        return ThemeWords(
            names=self._by_locale("name"),
            synonyms=self._by_locale("synonyms"),
            examples=self._by_locale("examples"),
            regulated=self.regulated,
        )

    def _by_locale(self, name: str) -> dict[str, Any]:
        """Returns what was typed, by language; one that was not asked for, or left empty, is not there."""
        return {locale: said for locale in LOCALES if (said := getattr(self, f"{name}_{locale}"))}


def _name(locale: str) -> BeforeValidator:
    field = f"name_{locale}"
    return reads(lambda text, asked: tidy_line(field, text, most=NAME_CHARACTERS, required=locale in asked["locales"]))


def _fields(locale: str) -> dict[str, Any]:
    return {
        f"name_{locale}": (Annotated[str, _name(locale)], ...),
        f"synonyms_{locale}": (Annotated[list[str], reads(lambda text, _: _synonyms(text))], ...),
        f"examples_{locale}": (Annotated[list[str], reads(lambda text, _: _examples(text))], ...),
    }


ThemeForm: type[_Theme] = create_model(
    "ThemeForm", __base__=_Theme, **{name: each for locale in LOCALES for name, each in _fields(locale).items()}
)


def _synonyms(text: str) -> list[str]:
    """Raises TooLong, OutOfRange."""
    return _lines("synonyms", _BETWEEN.split(text), most=WORD_CHARACTERS)


def _examples(text: str) -> list[str]:
    """Raises TooLong, OutOfRange."""
    return _lines("examples", text.split("\n"), most=QUESTION_CHARACTERS)


def _lines(field: str, texts: list[str], *, most: int) -> list[str]:
    """Returns the lines, cleaned, without empty ones. Raises TooLong, OutOfRange for more than `MOST_WORDS`."""
    lines = [line for text in texts if (line := tidy_line(field, text, most=most))]
    if len(lines) > MOST_WORDS:
        raise OutOfRange(field, low=0, high=MOST_WORDS)
    return lines
