"""Alice’s hands on her own calendar, and her and Bob’s answers."""

from __future__ import annotations

from flashmeet.calendars.service.questions import answer_question
from tests.calendars.events import HOUR, NINE
from tests.calendars.house import House


def starts(home: House, calendar: str = "work") -> list[str]:
    """When our events there begin."""
    return sorted(
        line.partition(":")[2].strip()
        for path, text in home.server.events(calendar).items()
        if "dentist" not in path
        for line in text.splitlines()
        if line.startswith("DTSTART")
    )


def answer(home: House, said: str) -> None:
    [question] = home.questions()
    with home.database.writing() as db:
        answer_question(db, question.id, answer=said, now=home.at)


def delete_there(home: House) -> None:
    for path in home.server.events():
        if "dentist" not in path:
            home.server.ask("DELETE", path)


def move_there(home: House, hours: float) -> None:
    """Alice drags the event elsewhere."""
    for path, text in home.server.events().items():
        if "dentist" not in path:
            start = NINE + hours * HOUR
            lines = [line.rstrip("\r") for line in text.split("\n")]
            there = [
                f"DTSTART:{start:%Y%m%dT%H%M%SZ}"
                if line.startswith("DTSTART")
                else f"DTEND:{start + HOUR:%Y%m%dT%H%M%SZ}"
                if line.startswith("DTEND")
                else line
                for line in lines
            ]
            done = home.server.ask("PUT", path, "\r\n".join(there), **{"Content-Type": "text/calendar"})
            assert done.ok, done.text
