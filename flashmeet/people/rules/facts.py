"""The facts about a member: one table of fields, and one reader of their texts.

The member file, the profile page and the joining page share it, so that all accept the same texts.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from flashmeet.core.errors import AccentedEmail, BadEmail, BadInput, BadPhone, Missing, OutOfRange, TooLong
from flashmeet.core.mail_addresses import LONGEST as EMAIL_CHARACTERS
from flashmeet.core.mail_addresses import AccentedName, read_address
from flashmeet.core.numbers import number_or_none
from flashmeet.core.phone_numbers import parsed_number
from flashmeet.core.text import seen
from flashmeet.core.zones import names, zone
from flashmeet.identity.rules import FIRST_YEAR, LAST_YEAR
from flashmeet.people.rules.empty_texts import says_nothing


class FactSource(StrEnum):
    """By which way a fact comes in."""

    IMPORT = "import"
    PROFILE = "profile"
    JOINING = "joining"


class FactKind(StrEnum):
    """How its text is read."""

    EMAIL = "email"
    LINE = "line"
    KEY = "key"
    YEAR = "year"
    PHONE = "phone"
    ZONE = "zone"
    LOCALE = "locale"
    LANGUAGES = "languages"


Value = str | int | tuple[str, ...] | None
Facts = Mapping[str, Value]
"""Values by name of the fact."""

NAME_CHARACTERS, LINE_CHARACTERS, KEY_CHARACTERS, MOST_LANGUAGES = 100, 200, 100, 20
_BETWEEN_LANGUAGES = re.compile(r"[,;/|\n]|\s(?:et|and)\s")
_LEVEL = re.compile(r"\s*(?:\([^)]*\)|[:-]\s*.*|\b[ABCabc][12]\+?$)")
"""What people write behind a language: how well they speak it."""
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?:(?:p(?:romo(?:tion)?)?|class(?: of|e)?)\s*|\d{1,2}[/.-]\d{1,2}[/.-])?['’]?(\d\d)", re.IGNORECASE
)
_MONTH_AND_YEAR = re.compile(r"[^\W\d_]{3,10}\.?[-/ ](\d\d)")
"""`juin-12`, as Excel shows a date of which only the month matters."""
_SPLIT_THOUSAND = re.compile(r"\s*([12])\s(\d{3})\s*")
_BENDS_TEXT = ("Cc", "Zl", "Zp")
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field: how its text is read, by which ways it comes in, and by which of them it is required.

    `name` is the member's attribute, the form's field and the file's column. An `optional_column` may be left out of a
    member file. Of a `per_theme` fact a mentor has one for each theme.
    """

    name: str
    ways: frozenset[FactSource]
    kind: FactKind = FactKind.LINE
    most: int = LINE_CHARACTERS
    required: frozenset[FactSource] = frozenset()
    optional_column: bool = False
    per_theme: bool = False


_FILE: frozenset[FactSource] = frozenset({FactSource.IMPORT})
_PROFILE: frozenset[FactSource] = frozenset({FactSource.PROFILE})
_JOINING: frozenset[FactSource] = frozenset({FactSource.JOINING})
_KEPT = _FILE | _PROFILE
_ALL = _KEPT | _JOINING

FACTS = (
    Fact(name="email", kind=FactKind.EMAIL, most=EMAIL_CHARACTERS, ways=_FILE | _JOINING, required=_FILE | _JOINING),
    Fact(name="first_name", most=NAME_CHARACTERS, ways=_ALL, required=_ALL),
    Fact(name="last_name", most=NAME_CHARACTERS, ways=_ALL, required=_JOINING),
    Fact(name="tzid", kind=FactKind.ZONE, ways=_KEPT, required=_PROFILE),
    Fact(name="locale", kind=FactKind.LOCALE, ways=_KEPT, required=_PROFILE),
    Fact(name="phone", kind=FactKind.PHONE, ways=_KEPT),
    Fact(name="graduation_year", kind=FactKind.YEAR, ways=_ALL),
    Fact(name="languages", kind=FactKind.LANGUAGES, ways=_KEPT),
    Fact(name="company", ways=_KEPT),
    Fact(name="sector", ways=_KEPT),
    Fact(name="headline", ways=_KEPT),
    Fact(name="degree", ways=_KEPT, optional_column=True),
    Fact(name="offering", ways=_KEPT, optional_column=True),
    Fact(name="seeking", ways=_KEPT, optional_column=True),
    Fact(name="external_id", kind=FactKind.KEY, most=KEY_CHARACTERS, ways=_FILE, optional_column=True),
    Fact(name="proof", ways=_KEPT, optional_column=True, per_theme=True),
)
OPTIONAL_COLUMNS = tuple(fact.name for fact in FACTS if fact.optional_column)


def facts_of(way: FactSource) -> tuple[Fact, ...]:
    """Returns the facts that this way asks for, once per member."""
    return tuple(fact for fact in FACTS if way in fact.ways and not fact.per_theme)


def fact(name: str) -> Fact:
    return next(each for each in FACTS if each.name == name)


@dataclass(frozen=True, slots=True)
class FactReader:
    """Reads texts for a network: phone numbers without + belong to `country`, `locales` are the pages' languages.

    `language_code` finds the code of a language by its code or name.
    """

    country: str
    locales: Collection[str]
    language_code: Callable[[str], str | None]

    def read(self, wanted: Fact, text: str, *, way: FactSource) -> Value:
        """Returns the value of a text; an empty one, or one that says nothing, gives "", () or None.

        Raises Missing, TooLong, BadEmail, UnknownZone, BadPhone, OutOfRange, BadInput.
        """
        name, text = wanted.name, seen(text).strip()
        if says_nothing(text, line=wanted.kind == FactKind.LINE):
            text = ""
        if wanted.kind == FactKind.LINE:
            return tidy_line(name, text, most=wanted.most, required=way in wanted.required)
        if not text:
            if way in wanted.required:
                raise Missing(name)
            return () if wanted.kind == FactKind.LANGUAGES else None
        readers: dict[FactKind, Callable[[], Value]] = {
            FactKind.EMAIL: lambda: read_email(name, text),
            FactKind.KEY: lambda: tidy_line(name, text, most=wanted.most) or None,
            FactKind.YEAR: lambda: read_year(name, text),
            FactKind.PHONE: lambda: read_phone(name, text, country=self.country),
            FactKind.ZONE: lambda: read_zone(text),
            FactKind.LOCALE: lambda: self._locale(name, text),
            FactKind.LANGUAGES: lambda: self._languages(name, text),
        }
        return readers[wanted.kind]()

    def _locale(self, name: str, text: str) -> str:
        """Returns `fr` for fr, FR, fr-CA and français."""
        language = self.language_code(text) or re.split("[-_]", text.lower())[0]
        if language not in self.locales:
            raise BadInput(name, value=text)
        return language

    def _languages(self, name: str, text: str) -> tuple[str, ...]:
        """Returns the codes in `français, English (C1); de`, each once; they may stand on lines of their own."""
        codes = []
        for word in filter(None, (part.strip() for part in _BETWEEN_LANGUAGES.split(text))):
            code = self.language_code(word) or self.language_code(_LEVEL.sub("", word).strip())
            if code is None:
                raise BadInput(name, value=word)
            codes.append(code)
        once = tuple(dict.fromkeys(codes))
        if len(once) > MOST_LANGUAGES:
            raise OutOfRange(name, low=1, high=MOST_LANGUAGES)
        return once


def tidy_line(field: str, text: str, *, most: int = LINE_CHARACTERS, required: bool = False) -> str:
    """Returns the text on one line, without control and bidirectional characters, each accent in one character with its
    letter. Raises TooLong, Missing."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(" " if _bends(char) else char for char in composed if char not in _TURNS_TEXT)
    line = seen(" ".join(plain.split()))
    if len(line) > most:
        raise TooLong(field, most=most, length=len(line))
    if required and not line:
        raise Missing(field)
    return line


def _bends(char: str) -> bool:
    return unicodedata.category(char) in _BENDS_TEXT


def read_email(field: str, text: str) -> str:
    """Returns the address as it is kept (`core.mail_addresses`). Raises BadEmail, AccentedEmail."""
    try:
        return read_address(text)
    except AccentedName as error:
        raise AccentedEmail(field) from error
    except ValueError as error:
        raise BadEmail(field) from error


def read_phone(field: str, text: str, *, country: str) -> str:
    """Returns the E.164 form of the first number in the text; one without + belongs to `country`. Raises BadPhone."""
    number = parsed_number(text, country)
    if number is not None:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise BadPhone(field)


def _whole_year(text: str) -> str:
    """Returns `1988` for `88`, `’88`, `Promo 88`, `juin-88` and `12/06/88`; any other text as it is, and what lies in
    41 to 49."""
    found = _SHORT_YEAR.fullmatch(text.strip()) or _MONTH_AND_YEAR.fullmatch(text.strip())
    short = number_or_none(found[1]) if found else None
    if short is None or 40 < short < 50:
        return text
    return f"{19 if short >= 50 else 20}{short:02}"


def read_year(field: str, text: str) -> int:
    """Reads a year: `2012`, `12`, `Promo 2012`, `30/06/2012`, `2009-2012` (the last one counts). Raises OutOfRange."""
    split = _SPLIT_THOUSAND.fullmatch(text)
    text = _whole_year(split[1] + split[2] if split else text)
    year = number_or_none(text, most=LAST_YEAR)
    found = _YEAR.findall(text[:LINE_CHARACTERS]) if year is None else []
    if found and len(set(found)) <= 2:
        year = max(number_or_none(each) or 0 for each in found)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRange(field, low=FIRST_YEAR, high=LAST_YEAR)
    return year


def read_zone(text: str) -> str:
    """Returns the name of a time zone in whatever case it is written. Raises UnknownZone."""
    return zone(text if text in names() else _zones().get(text.casefold(), text)).key


@functools.cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in names()}
