"""Three independent facts of a session: its format, how the two people stand to each other, how they meet."""

from __future__ import annotations

from typing import Literal

from flashmeet.core.errors import BadInput, TooLong

Format = Literal["flash", "day", "series", "group"]
Relation = Literal["peer", "reverse", "classic"]

FORMATS: tuple[Format, ...] = ("flash", "day", "series", "group")
RELATIONS: tuple[Relation, ...] = ("peer", "reverse", "classic")
PEER_YEARS = 5
PLACE_CHARACTERS = 200


def relation_of(mentor_year: int | None, mentee_year: int | None) -> Relation | None:
    """By graduation years: peer within five, else reverse where the mentor graduated later, else classic.

    None where a year is unknown. Nobody has to be older, and time spent in a sector plays no part.
    """
    if mentor_year is None or mentee_year is None:
        return None
    if abs(mentor_year - mentee_year) <= PEER_YEARS:
        return "peer"
    return "reverse" if mentor_year > mentee_year else "classic"


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
    return "peer" if text == "peer" else "reverse" if text == "reverse" else None


def where_of(mode: str, *, place: str, phone: str) -> str:
    """What a calendar says about where: the place on site, the number to call; "" where it is the session's page."""
    return place if mode == "on_site" else phone if mode == "phone" else ""


def checked_place(text: str) -> str:
    """One line. Raises TooLong."""
    line = " ".join(text.replace("\0", "").split())
    if len(line) > PLACE_CHARACTERS:
        raise TooLong("place", most=PLACE_CHARACTERS, length=len(line))
    return line
