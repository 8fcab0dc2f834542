"""Kinds of settings: each reads a form, checks the stored value, and fills the form.

A form maps field names to lists of texts. Most kinds have the one field `value`; a kind per language has `value_fr` and
`value_en`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flashmeet.core.errors import AccentedEmail, BadEmail, BadInput, Missing, OutOfRange, TooFaint, TooLong
from flashmeet.core.intervals import clock_minutes, clock_text
from flashmeet.core.mail_addresses import LONGEST, AccentedName, is_domain, read_address, read_domain
from flashmeet.core.numbers import number_or_none
from flashmeet.core.phone_numbers import REGIONS
from flashmeet.core.settings.colours import READABLE, checked_colour, contrast, mixed
from flashmeet.core.text import seen
from flashmeet.core.zones import zone

Form = Mapping[str, Sequence[str]]
Value = TypeVar("Value")
Word = TypeVar("Word", bound=str)
LANGUAGES = ("fr", "en")


class Kind(Protocol[Value]):
    """`name` tells the page which field to show."""

    @property
    def name(self) -> str: ...

    def read(self, form: Form) -> Value:
        """Returns the value in the form. Raises BadInput."""
        ...

    def check(self, value: object) -> Value:
        """Returns a stored value, checked. Raises BadInput."""
        ...

    def fields(self, value: Value) -> dict[str, str]:
        """Returns the form's texts by field name."""
        ...


def _one(form: Form, name: str = "value") -> str:
    """Returns the field's text on one line."""
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
        if self.required and not seen(value):
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
    """One of several values; `options` are pairs of value and label."""

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
    """A whole number of `unit`, in steps of `step`."""

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
    """A whole number, or None for no limit."""

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
    number = number_or_none(text)
    if number is None:
        raise BadInput("value", value=text)
    return number


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, in minutes since midnight."""

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
    """The ISO 3166-1 code of a country whose telephone numbers can be read."""

    name: str = "country"

    def read(self, form: Form) -> str:
        return self.check(_one(form).upper())

    def check(self, value: object) -> str:
        if not isinstance(value, str) or value not in REGIONS:
            raise BadInput("value", value=str(value))
        return value

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


def _domain(text: str) -> str:
    """Returns the domain's ASCII form; what is no domain stays, for `check` to refuse by its name."""
    try:
        return read_domain(text)
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Domains:
    """Mail domains, in lower case and ASCII form, as addresses are kept."""

    most: int = 50
    name: str = "domains"

    def read(self, form: Form) -> list[str]:
        typed = re.split(r"[\s,;]+", " ".join(form.get("value") or []).lower())
        return self.check(list(dict.fromkeys(_domain(each.lstrip("@")) for each in typed if each)))

    def check(self, value: object) -> list[str]:
        if not isinstance(value, list) or len(value) > self.most:
            raise OutOfRange("value", low=0, high=self.most)
        for each in value:
            if not isinstance(each, str) or not is_domain(each):
                raise BadInput("value", value=str(each))
        return value

    def fields(self, value: list[str]) -> dict[str, str]:
        return {"value": ", ".join(value)}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address in the form that addresses are kept in; "" for none."""

    name: str = "mailbox"

    def read(self, form: Form) -> str:
        return self.check(_one(form))

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise BadInput("value")
        if not value:
            return ""
        try:
            return read_address(value)
        except AccentedName:
            raise AccentedEmail("value", value=value[:LONGEST]) from None
        except ValueError:
            raise BadEmail("value", value=value[:LONGEST]) from None

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour that is readable as text on each of `papers`, and on a background tinted with it."""

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
        """Returns the background tinted with the colour, as used behind a notice."""
        return mixed(colour, self.papers[0], 0.06)

    def fields(self, value: str) -> dict[str, str]:
        return {"value": value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Value]):
    """One policy: its place on the page, kind, default, label, and effect in a sentence."""

    key: str
    group: str
    kind: Kind[Value]
    default: Value
    label: str
    effect: str

    def kept(self, stored: object) -> Value:
        """Returns the stored decision, or the default when it is no longer valid."""
        try:
            return self.kind.check(stored)
        except BadInput:
            return self.default
