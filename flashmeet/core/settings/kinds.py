"""What kinds of decision there are: each reads a form, checks what is kept, and says what stands in the form.

A form gives lists of texts by field name. `value` is the one field of most kinds; a kind per language has
`value_fr`, `value_en`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flashmeet.core.errors import BadInput, Missing, OutOfRange, TooFaint, TooLong
from flashmeet.core.intervals import clock_minutes, clock_text
from flashmeet.core.settings.colours import READABLE, checked_colour, contrast, mixed
from flashmeet.core.zones import zone

Form = Mapping[str, Sequence[str]]
Value = TypeVar("Value")
Word = TypeVar("Word", bound=str)
LANGUAGES = ("fr", "en")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class Kind(Protocol[Value]):
    """`name` tells a page which field to show."""

    @property
    def name(self) -> str: ...

    def read(self, form: Form) -> Value:
        """Raises BadInput."""
        ...

    def check(self, value: object) -> Value:
        """What is kept, as the value it stands for. Raises BadInput."""
        ...

    def fields(self, value: Value) -> dict[str, str]:
        """What stands in the form."""
        ...


def _one(form: Form, name: str = "value") -> str:
    """One line, as text."""
    return " ".join((form.get(name) or [""])[0].split())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `field` is where it is typed."""

    most: int = 80
    required: bool = True
    name: str = "line"
    field: str = "value"

    def read(self, form: Form) -> str:
        return self.check(_one(form))

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise BadInput(self.field)
        if len(value) > self.most:
            raise TooLong(self.field, most=self.most, length=len(value))
        if self.required and not value:
            raise Missing(self.field)
        return value

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True)
class PerLanguage:
    """One line in each language."""

    most: int = 60
    name: str = "per_language"

    def read(self, form: Form) -> dict[str, str]:
        return self.check({locale: _one(form, f"value_{locale}") for locale in LANGUAGES})

    def check(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise BadInput("value")
        return {locale: Line(self.most, field=f"value_{locale}").check(value.get(locale)) for locale in LANGUAGES}

    def fields(self, value: dict[str, str]) -> dict[str, str]:
        return {f"value_{locale}": value.get(locale, "") for locale in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Choice(Generic[Word]):
    """One of some words; `options` are (value, what it is called)."""

    options: tuple[tuple[Word, str], ...]
    name: str = "choice"

    def read(self, form: Form) -> Word:
        return self.check(_one(form))

    def check(self, value: object) -> Word:
        for known, _ in self.options:
            if value == known:
                return known
        raise BadInput("value", value=str(value))

    def fields(self, value: Word) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of `unit`, `step` by `step`."""

    low: int
    high: int
    unit: str
    step: int = 1
    name: str = "number"

    def read(self, form: Form) -> int:
        return self.check(_whole(_one(form)))

    def check(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadInput("value")
        if not self.low <= value <= self.high or value % self.step:
            raise OutOfRange("value", low=self.low, high=self.high)
        return value

    def fields(self, value: int) -> dict[str, str]:
        return {"value": str(value)}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number, or none at all."""

    low: int
    high: int
    unit: str
    step: int = 1
    name: str = "limit"

    def read(self, form: Form) -> int | None:
        text = _one(form)
        return self.check(_whole(text) if text else None)

    def check(self, value: object) -> int | None:
        return None if value is None else Number(self.low, self.high, self.unit).check(value)

    def fields(self, value: int | None) -> dict[str, str]:
        return {"value": "" if value is None else str(value)}


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("value", value=text)
    return int(text)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of the day, in minutes."""

    name: str = "clock"

    def read(self, form: Form) -> int:
        return self.check(clock_minutes(_one(form), field="value"))

    def check(self, value: object) -> int:
        return Number(0, 1439, "").check(value)

    def fields(self, value: int) -> dict[str, str]:
        return {"value": clock_text(value)}


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA time zone."""

    name: str = "zone"

    def read(self, form: Form) -> str:
        return self.check(_one(form))

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise BadInput("value")
        return zone(value).key

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True)
class Country:
    """ISO 3166-1, two letters."""

    name: str = "country"

    def read(self, form: Form) -> str:
        return self.check(_one(form).upper())

    def check(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch("[A-Z]{2}", value):
            raise BadInput("value", value=str(value))
        return value

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True)
class Domains:
    """Names of mail domains, in lower case."""

    most: int = 50
    name: str = "domains"

    def read(self, form: Form) -> list[str]:
        typed = re.split(r"[\s,;]+", " ".join(form.get("value") or []).lower())
        return self.check(list(dict.fromkeys(each.lstrip("@") for each in typed if each)))

    def check(self, value: object) -> list[str]:
        if not isinstance(value, list) or len(value) > self.most:
            raise OutOfRange("value", low=0, high=self.most)
        for each in value:
            if not isinstance(each, str) or not _DOMAIN.fullmatch(each):
                raise BadInput("value", value=str(each))
        return value

    def fields(self, value: list[str]) -> dict[str, str]:
        return {"value": ", ".join(value)}


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour in which text can be read on each of `papers`, and on a paper tinted by it."""

    papers: tuple[str, ...]
    name: str = "accent"

    def read(self, form: Form) -> str:
        return self.check(_one(form))

    def check(self, value: object) -> str:
        colour = checked_colour(str(value))
        worst = min(contrast(colour, each) for each in (*self.papers, self.soft(colour)))
        if worst < READABLE:
            raise TooFaint("value", ratio=f"{worst:.1f}")
        return colour

    def soft(self, colour: str) -> str:
        """The paper with a breath of the colour: what stands behind a notice."""
        return mixed(colour, self.papers[0], 0.06)

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Value]):
    """One policy: where it stands, what it may be, what it is when nobody decided, and what it does in a sentence."""

    key: str
    group: str
    kind: Kind[Value]
    default: Value
    label: str
    effect: str

    def kept(self, stored: object) -> Value:
        """What was decided; the default where that cannot be read any more."""
        try:
            return self.kind.check(stored)
        except BadInput:
            return self.default
