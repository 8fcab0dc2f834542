"""What a member says about themselves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.reminders import follow_member
from flashmeet.core.errors import BadInput, BadPhone, Missing, OutOfRange, TooLong, UnknownTheme
from flashmeet.core.settings.entries import PROFILE_FRESH_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import zone
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.rules.profiles import Completeness, asks_still_right, completeness
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.themes.models.theme import Theme

NAME_CHARACTERS, LINE_CHARACTERS, MOST_LANGUAGES = 100, 200, 20
FIRST_YEAR, LAST_YEAR = 1900, 2100
_LINES = ("headline", "offering", "seeking", "company", "sector", "degree")
_BENDS_TEXT = ("Cc", "Zl", "Zp")
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All of it, read already; `phone` is E.164."""

    first_name: str
    last_name: str
    headline: str
    languages: tuple[str, ...]
    company: str
    sector: str
    degree: str
    offering: str
    seeking: str
    graduation_year: int | None
    phone: str | None
    sms_opt_in: bool
    tzid: str
    locale: str

    def __post_init__(self) -> None:
        """Raises UnknownZone, BadInput."""
        zone(self.tzid)
        if self.locale not in LOCALES:
            raise BadInput("locale", value=self.locale)


def save_profile(session: Session, member: Member, profile: Profile, *, now: datetime) -> None:
    """Another phone number has to be verified anew; coming reminders follow the zone and the number."""
    if profile.phone != member.phone:
        member.phone_verified_at = None
    for name in Profile.__dataclass_fields__:
        value = getattr(profile, name)
        setattr(member, name, list(value) if name == "languages" else value)
    confirm_profile(member, now=now)
    session.flush()
    follow_member(session, member, now=now)


def save_offers(session: Session, mentor: Member, proofs: Mapping[int, str], *, now: datetime) -> None:
    """The mentor's themes, with a line on each that says why them; their openings follow. Raises UnknownTheme."""
    known = set(session.scalars(select(Theme.id).where(Theme.active)))
    kept = {offer.theme_id: offer for offer in mentor.offers}
    if not proofs.keys() <= known | kept.keys():
        raise UnknownTheme
    for theme_id, proof in proofs.items():
        kept.setdefault(theme_id, MentorTheme(mentor_id=mentor.id, theme_id=theme_id)).proof = proof
    mentor.offers = [kept[theme_id] for theme_id in sorted(proofs)]
    session.flush()
    refresh_openings(session, mentor.id, now=now)


def completeness_of(member: Member) -> Completeness:
    filled = {
        "themes": bool(member.offers),
        "proof": any(offer.proof for offer in member.offers),
        "languages": bool(member.languages),
        "graduation_year": member.graduation_year is not None,
        "photo": member.photo_at is not None,
        **{name: bool(getattr(member, name)) for name in _LINES},
    }
    return completeness(filled, mentor=member.mentor, mentee=member.mentee)


def missing(member: Member) -> list[str]:
    """Fields that would help, the most useful first. A mentor without the first three is not suggested to anybody."""
    return list(completeness_of(member).missing)


def confirm_profile(member: Member, *, now: datetime) -> None:
    """It is still right: asked again after the network's days."""
    member.confirmed_at = now


def asks_to_confirm(session: Session, member: Member, *, now: datetime) -> bool:
    """Whether it is time to ask "still right?"."""
    days = setting(session, PROFILE_FRESH_DAYS)
    return asks_still_right(member.profile_at, days=days, now=now)


def tidy_line(field: str, text: str, *, most: int = LINE_CHARACTERS, required: bool = False) -> str:
    """One line, as text: no control characters, none that turn the reading direction. Raises TooLong, Missing."""
    plain = "".join(" " if _bends(char) else char for char in text if char not in _TURNS_TEXT)
    line = " ".join(plain.split())
    if len(line) > most:
        raise TooLong(field, most=most, length=len(line))
    if required and not line:
        raise Missing(field)
    return line


def _bends(char: str) -> bool:
    return unicodedata.category(char) in _BENDS_TEXT


def read_phone(text: str, country: str) -> str | None:
    """E.164; a number without + is one of that country. None for no number. Raises BadPhone."""
    if not text.strip():
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone("phone") from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_year(text: str) -> int | None:
    """Raises OutOfRange."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise OutOfRange("graduation_year", low=FIRST_YEAR, high=LAST_YEAR)
    return int(text)
