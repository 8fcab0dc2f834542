"""Three independent facts of a booking: its format, the relation of the two, how they meet."""

from __future__ import annotations

from enum import StrEnum

from flashmeet.core.errors import BadInput, TooLong
from flashmeet.core.text import seen
from flashmeet.schedule.rules.booked_hour import Mode


class Format(StrEnum):
    """What was agreed on. No page and no operation offers a `group`, an hour with several mentees; integrations may
    meet the value once one does."""

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
    """Returns the relation by graduation years: peer within five, reverse if the mentor graduated later, else classic.

    None if a year is unknown. Age and time in a sector play no part.
    """
    if mentor_year is None or mentee_year is None:
        return None
    if abs(mentor_year - mentee_year) <= PEER_YEARS:
        return Relation.PEER
    return Relation.REVERSE if mentor_year > mentee_year else Relation.CLASSIC


def checked_relation(text: str) -> Relation | None:
    """Returns the relation that one of the two states; an empty text removes the label. Raises BadInput."""
    if not text:
        return None
    if text not in RELATIONS:
        raise BadInput("relation", value=text)
    return Relation(text)


def asked_relation(text: str) -> Relation | None:
    """Returns the relation that a search asks for: peer or reverse; None for anything else."""
    return Relation(text) if text in (Relation.PEER, Relation.REVERSE) else None


def tzid_of_place(mode: Mode, tzid: str) -> str:
    """Returns the zone whose clock leads wherever the hour is told: that of the place on site (`tzid`), "" elsewhere.

    On video and by telephone each of the two goes by their own clock; on site both have to be in one place.
    """
    return tzid if mode == Mode.ON_SITE else ""


def where_of(mode: Mode, *, place: str, phone: str) -> str:
    """Returns a calendar event's location: the place on site, the number to call; "" if it is the booking's page."""
    return place if mode == Mode.ON_SITE else phone if mode == Mode.PHONE else ""


def checked_place(text: str) -> str:
    """Returns the place on one line. Raises TooLong."""
    line = seen(" ".join(text.replace("\0", "").split()))
    if len(line) > PLACE_CHARACTERS:
        raise TooLong("place", most=PLACE_CHARACTERS, length=len(line))
    return line
