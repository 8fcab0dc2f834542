"""SMS: which numbers they are sent to, what replies mean, and the provider's delivery statuses."""

from __future__ import annotations

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
    )
)
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


REGIONS = frozenset(str(region) for region in phonenumbers.SUPPORTED_REGIONS)
"""Every country with a phone numbering plan, as ISO 3166."""


def read_answer(text: str) -> SmsAnswer:
    """Returns what an SMS asks for, ignoring case, accents, punctuation and the script of a digit.

    Only the whole text is read: in `stop at the office first` nobody asks to hear no more.
    """
    words = plain_digits(fold(text)).split()
    if len(words) != 1:
        return SmsAnswer.OTHER
    if words[0] in STOP:
        return SmsAnswer.STOP
    return SmsAnswer.START if words[0] in START else ANSWERS.get(words[0], SmsAnswer.OTHER)


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
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone("phone") from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone("phone")
    kind = phonenumbers.number_type(number)
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise NotMobile("phone")
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if region_of(phone) not in (*served, country):
        raise CountryNotServed("phone")
    return phone
