"""Three independent facts of a session: its format, how the two people stand to each other, how they meet."""

from __future__ import annotations

from enum import StrEnum

from flashmeet.core.errors import BadInput, TooLong
from flashmeet.schedule.rules.booked_hour import Mode


class Format(StrEnum):
    FLASH = "flash"
    DAY = "day"
    SERIES = "series"
    GROUP = "group"


class Relation(StrEnum):
    PEER = "peer"
    REVERSE = "reverse"
    CLASSIC = "classic"


FORMATS = tuple(Format)
RELATIONS = tuple(Relation)
PEER_YEARS = 5
PLACE_CHARACTERS = 200


def relation_of(mentor_year: int | None, mentee_year: int | None) -> Relation | None:
    """By graduation years: peer within five, else reverse where the mentor graduated later, else classic.

    None where a year is unknown. Nobody has to be older, and time spent in a sector plays no part.
    """
    if mentor_year is None or mentee_year is None:
        return None
    if abs(mentor_year - mentee_year) <= PEER_YEARS:
        return Relation.PEER
    return Relation.REVERSE if mentor_year > mentee_year else Relation.CLASSIC


def checked_relation(text: str) -> Relation | None:
    """What one of the two says; nothing takes the label away. Raises BadInput."""
    if not text:
        return None
    for known in RELATIONS:
        if text == known:
            return known
    raise BadInput("relation", value=text)


def asked_relation(text: str) -> Relation | None:
    """What a search may ask for: a peer or a reverse mentor; anything else asks for nothing."""
    return Relation.PEER if text == "peer" else Relation.REVERSE if text == "reverse" else None


def where_of(mode: Mode, *, place: str, phone: str) -> str:
    """What a calendar says about where: the place on site, the number to call; "" where it is the session's page."""
    return place if mode == Mode.ON_SITE else phone if mode == Mode.PHONE else ""


def checked_place(text: str) -> str:
    """One line. Raises TooLong."""
    line = " ".join(text.replace("\0", "").split())
    if len(line) > PLACE_CHARACTERS:
        raise TooLong("place", most=PLACE_CHARACTERS, length=len(line))
    return line
