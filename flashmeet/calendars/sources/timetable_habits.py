"""How timetables write classes: one that is called off says so in its title, and some do not tell when a class ends."""

from __future__ import annotations

import re

from flashmeet.calendars.sources.content_lines import Component
from flashmeet.core.text import fold

PRODUCTS = ("-//ade/", "hyperplanning", "index-education", "index education")
A_CLASS = ":PT2H"
"""What a class without an end takes."""
_PARTS = re.compile(r"[^\w\s'’]+")
_OPENS = re.compile(r"(?:(?:cours|seance|cm|td|tp|examen) )?(?:est |a ete )?(?:annulee?s?|cancelled|canceled)\b")
_ALONE = re.compile(r"(?:(?:cours|seance) )?(?:annulee?s?|cancelled|canceled)")


def is_timetable(calendar: Component) -> bool:
    product = calendar.value("PRODID").lower()
    return any(each in product for each in PRODUCTS)


def read_as_meant(calendar: Component) -> None:
    """Marks the classes that are called off as cancelled, and gives those without an end one."""
    for event in calendar.walk("VEVENT"):
        names = {name for name, _ in event.lines}
        if is_called_off(event):
            event.lines.insert(0, ("STATUS", ":CANCELLED"))
        if not names & {"DTEND", "DURATION"} and _is_timed(event):
            event.lines.append(("DURATION", A_CLASS))


def is_called_off(event: Component) -> bool:
    """Whether its title begins with that word, or has it apart: `Droit (annulé)`, never `Contrats annulés`."""
    told = (event.text("SUMMARY"), *event.text("CATEGORIES").split(","))
    return any(_says_so([fold(part) for part in _PARTS.split(each)]) for each in told)


def _says_so(parts: list[str]) -> bool:
    said = [each for each in parts if each]
    return bool(said) and (_OPENS.match(said[0]) is not None or any(_ALONE.fullmatch(each) for each in said[1:]))


def _is_timed(event: Component) -> bool:
    start = event.first("DTSTART")
    return start is not None and "T" in start.value.upper() and start.params.get("VALUE", "").upper() != "DATE"
