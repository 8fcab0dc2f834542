"""What one cell of a member file means. Each function takes the cell's trimmed text and raises WrongCell."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import ZoneInfo

import phonenumbers

from flashmeet.core.errors import UnknownZone
from flashmeet.core.text_matching import fold
from flashmeet.core.zones import zone
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.i18n.languages import language_code

ROLES = ("mentee", "mentor", "administrator")
YEARS = range(1900, 2101)
NAME, LINE, EMAIL = 100, 200, 254
_EMAIL = re.compile(r"[^@\s<>()\[\]\\,;:\"]+@[^@\s<>()\[\]\\,;:\".]+(?:\.[^@\s<>()\[\]\\,;:\".]+)+")
_BENDS_TEXT = {"Cc", "Zl", "Zp"}
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class WrongCell(Exception):
    """`code` names the rule that the cell breaks (`wording.imports`); `value` is the part that breaks it."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def one_line(text: str, *, most: int = LINE) -> str:
    """Text without line breaks, control characters and marks that turn the reading direction."""
    if any(unicodedata.category(char) in _BENDS_TEXT or char in _TURNS_TEXT for char in text):
        raise WrongCell("control")
    if len(text) > most:
        raise WrongCell("long", str(most))
    return text


def required(text: str, *, most: int = NAME) -> str:
    if not text:
        raise WrongCell("empty")
    return one_line(text, most=most)


def email(text: str) -> str:
    """In lower case."""
    address = required(text, most=EMAIL).lower()
    if not _EMAIL.fullmatch(address):
        raise WrongCell("email", text)
    return address


def several(text: str) -> tuple[str, ...]:
    """Values joined by `;`, each once, in order."""
    return tuple(dict.fromkeys(part for each in one_line(text, most=2_000).split(";") if (part := each.strip())))


def roles(text: str) -> frozenset[str]:
    """At least one."""
    named = frozenset(each.lower() for each in several(required(text)))
    for each in sorted(named.difference(ROLES)):
        raise WrongCell("role", each)
    return named


def approved(text: str) -> bool:
    answer = text.lower()
    if answer not in ("yes", "no"):
        raise WrongCell("approved", text)
    return answer == "yes"


def tzid(text: str) -> str | None:
    if not text:
        return None
    try:
        here: ZoneInfo = zone(text)
    except UnknownZone:
        raise WrongCell("tzid", text) from None
    return here.key


def locale(text: str) -> str | None:
    if not text:
        return None
    language = re.split("[-_]", text.lower())[0]
    if language not in LOCALES:
        raise WrongCell("locale", text)
    return language


def phone(text: str, country: str) -> str | None:
    """E.164; a number without + is one of the network's country."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise WrongCell("phone", text) from None
    if not phonenumbers.is_valid_number(number):
        raise WrongCell("phone", text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def graduation_year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS):
        raise WrongCell("graduation_year", text)
    return int(text)


def themes(text: str) -> tuple[str, ...]:
    """Names as written, each theme once."""
    named = {fold(each): each for each in reversed(several(text))}
    for key, each in named.items():
        if not key or len(each) > NAME:
            raise WrongCell("theme", each)
    return tuple(reversed(named.values()))


def languages(text: str) -> tuple[str, ...]:
    """Codes; `français`, `French` and `fr` are the same."""
    codes = []
    for each in several(text):
        code = language_code(each)
        if code is None:
            raise WrongCell("language", each)
        codes.append(code)
    return tuple(dict.fromkeys(codes))
