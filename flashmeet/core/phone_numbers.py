"""SMS: which numbers they are sent to, what replies mean, and the provider's delivery statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from flashmeet.core.errors import BadPhone, CountryNotServed, NotMobile
from flashmeet.core.numbers import plain_digits
from flashmeet.core.text import fold


class SmsAnswer(StrEnum):
    """What an SMS that came in asks for."""

    STOP = "stop"
    START = "start"
    COME = "come"
    MOVE = "move"
    CANCEL = "cancel"
    OTHER = "other"


STOP = frozenset(
    (
        *("stop", "stopall", "unsubscribe", "end", "quit", "cancel", "optout", "revoke"),
        *("arret", "arrete", "arreter", "arrett", "desabonner", "desinscrire"),
        *("arretez", "desabonnement", "desinscription", "desabonnez", "desabonne", "desinscrivez"),
        *("stopp", "abmelden", "afmelden", "baja", "alto", "parar", "pare", "basta", "стоп"),
    )
)
_ALONE = frozenset(("cancel", "end"))
"""STOP to every carrier when it stands alone; beside other words it is about the hour."""
_ABOUT_MESSAGES = frozenset(
    (
        *("les", "des", "tous", "tes", "vos", "ces", "le", "ce", "de", "m", "me", "moi", "envoyer", "au", "a"),
        *(
            "message",
            "messages",
            "texto",
            "textos",
            "notifications",
            "rappels",
            "reminders",
            "text",
            "texts",
            "texting",
        ),
        *("all", "the", "these", "this", "it", "to", "your", "messaging", "now"),
    )
)
"""Words beside STOP that say of what."""
COURTESY = frozenset(
    (
        *("merci", "beaucoup", "svp", "stp", "s", "il", "vous", "te", "plait", "ok", "oui", "d", "accord", "parfait"),
        *("thanks", "thank", "you", "please", "yes", "pls", "sms", "bonjour", "hello"),
        *("desole", "desolee", "sorry", "pardon"),
    )
)
"""Words beside an answer that say nothing of their own."""
_SAID_BESIDE = {
    "1": frozenset(("je", "i", "am", "serai", "la")),
    "2": frozenset(("je", "j", "i", "dois", "must", "have", "need", "to", "changer", "change")),
    "3": frozenset(("je", "i", "j", "dois", "must", "have", "need", "to", "cancelled", "canceled")),
}
"""Words beside an answer that say no more than it does."""
_MEANS = {
    **dict.fromkeys(("1", "un", "one", "viens", "come", "coming", "confirme", "confirm"), "1"),
    **dict.fromkeys(("2", "deux", "two", "deplacer", "deplace", "decaler", "reporter", "move", "reschedule"), "2"),
    **dict.fromkeys(("3", "trois", "three", "annuler", "annule", "cancel"), "3"),
}
"""What stands for a number: itself, its name, or what the reminder says beside it."""
START = frozenset(["start", "unstop", "reprendre", "debut", "recommencer"])
ANSWERS = {"1": SmsAnswer.COME, "2": SmsAnswer.MOVE, "3": SmsAnswer.CANCEL}


class DeliveryStatus(StrEnum):
    """What the provider says of an SMS that it took, in its own words."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"


RANKS: Mapping[str, int] = {
    DeliveryStatus.ACCEPTED: 0,
    DeliveryStatus.SCHEDULED: 0,
    DeliveryStatus.QUEUED: 1,
    DeliveryStatus.SENDING: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.DELIVERED: 4,
    DeliveryStatus.UNDELIVERED: 4,
    DeliveryStatus.FAILED: 4,
    DeliveryStatus.CANCELED: 4,
    DeliveryStatus.READ: 5,
}
"""Progress of a message by the provider's status; a status never goes back."""
ARRIVED = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)
FAILED = (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED, DeliveryStatus.CANCELED)
UNREACHABLE = ("30005", "30006")
"""Twilio's errors for a number that does not exist, and for one that takes no SMS."""

COUNTRIES = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT"),
    *("LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    *("BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"),
    *("CA", "US"),
)
"""Default countries for SMS: those with low prices and little fraud with codes."""


_BETWEEN_NUMBERS = re.compile(r"[/;,\n]|\s(?:ou|or|et|and)\s", re.IGNORECASE)
_REMARK_BEHIND = re.compile(r"\s*(?:\([^()]*[^\W\d_][^()]*\)|\.0)\s*$")
"""`(perso)` behind a number, and the fraction that a spreadsheet's number has as text."""
_OVERSEAS: Mapping[str, tuple[str, ...]] = {"FR": ("GP", "MQ", "GF", "RE", "YT", "PM")}
"""Regions whose numbers are dialled within a country as its own, and have another code."""
REGIONS = frozenset(str(region) for region in phonenumbers.SUPPORTED_REGIONS)
"""Every country with a phone numbering plan, as ISO 3166."""


def read_answer(text: str) -> SmsAnswer:
    """Returns what an SMS asks for, ignoring case, accents, punctuation and the script of a digit.

    Only the whole text is read: in `stop at the office first` nobody asks to hear no more. Words of courtesy change
    nothing (`1 merci`, `3 désolé`, `STOP SVP`), nor do those that say the same again (`3 annuler`, `STOP STOP`).
    The words of a number stand for it: `annuler`, `trois`, `je viens`.
    """
    every = plain_digits(fold(text)).split()
    words = [word for word in every if word not in COURTESY]
    if "".join(every) in STOP or _is_stop(words):
        return SmsAnswer.STOP
    if words and set(words) <= START:
        return SmsAnswer.START
    numbers = {_MEANS[word] for word in words if word in _MEANS}
    beside = {word for word in words if word not in _MEANS}
    number = numbers.pop() if len(numbers) == 1 else None
    return ANSWERS[number] if number is not None and beside <= _SAID_BESIDE[number] else SmsAnswer.OTHER


def _is_stop(words: list[str]) -> bool:
    """Whether nothing is said but that it should stop: at most of what, or to which short number."""
    said = {word for word in words if not (word.isdecimal() and word not in ANSWERS)}
    return bool(said & STOP - _ALONE) and said <= STOP - _ALONE | _ABOUT_MESSAGES


def parsed_number(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    """Returns the first number in the text, None where it holds none; one without + belongs to `country`, or to a part
    of it overseas: `0692 12 34 56` is of La Réunion."""
    for whole in (text, *_BETWEEN_NUMBERS.split(text)):
        part = _REMARK_BEHIND.sub("", whole)
        for region in (country, *_OVERSEAS.get(country, ())):
            try:
                number = phonenumbers.parse(part, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return number
    return None


def region_of(phone: str) -> str:
    """Returns the country of an E.164 number as ISO 3166, or ""."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""


def spaced(phone: str) -> str:
    """Returns an E.164 number spaced for reading: `+33 6 12 34 56 78`."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", "\u00a0")


def range_of(phone: str) -> str:
    """Returns the number's range of ten thousand: SMS pumping uses ranges, not single numbers."""
    return phone[:-4]


def mobile_number(text: str, country: str, *, served: tuple[str, ...]) -> str:
    """Returns the E.164 form of a number that takes SMS; a number without + belongs to `country`.

    Raises BadPhone, NotMobile, CountryNotServed.
    """
    number = parsed_number(text, country)
    if number is None:
        raise BadPhone("phone")
    kind = phonenumbers.number_type(number)
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise NotMobile("phone")
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if region_of(phone) not in (*served, country):
        raise CountryNotServed("phone")
    return phone
