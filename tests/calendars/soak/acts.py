"""What may happen, one thing at a time or two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from flashmeet.calendars.service.accounts import Switches, choose
from tests.calendars.events import HOUR
from tests.calendars.soak.stage import Seen, Stage

Act = Callable[[Stage], None]


def book(stage: Stage) -> None:
    stage.take("booking", stage.an_hour())


def move(stage: Stage) -> None:
    if stage.live():
        stage.take("moving", stage.an_hour(), stage.chance.choice(stage.live()))


def cancel(stage: Stage) -> None:
    if stage.live():
        number = stage.chance.choice(stage.live())
        stage.house.cancel(number)
        stage.agreed[number] = None


def look(stage: Stage) -> None:
    stage.house.look()


def write(stage: Stage) -> None:
    stage.house.write()


def look_and_write_at_once(stage: Stage) -> None:
    threads = [threading.Thread(target=each) for each in (stage.house.look, stage.house.write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def answer(stage: Stage) -> None:
    stage.answer_all()


def a_foreign_event(stage: Stage) -> None:
    if stage.up:
        stage.another(stage.an_hour())


def a_foreign_event_moves(stage: Stage) -> None:
    if stage.up and stage.foreign:
        stage.another(stage.an_hour(), stage.chance.choice(sorted(stage.foreign)))


def a_foreign_event_goes(stage: Stage) -> None:
    if stage.up and stage.foreign:
        path = stage.chance.choice(sorted(stage.foreign))
        stage.house.server.ask("DELETE", path)
        del stage.foreign[path]


def deleted_there(stage: Stage) -> None:
    for event in _one(stage):
        stage.house.server.ask("DELETE", event.path)
        stage.touched.add(event.uid)


def moved_there(stage: Stage) -> None:
    for event in _one(stage):
        _drag(stage, event, stage.an_hour())


def nudged_there(stage: Stage) -> None:
    """To an hour that nobody can book."""
    for event in _one(stage):
        _drag(stage, event, stage.an_hour() + timedelta(minutes=7))


def reworded_there(stage: Stage) -> None:
    for event in _one(stage):
        stage.put(event.path, event.text.replace("Bob Exemple", "Bob from school"))
        stage.touched.add(event.uid)


def changed_right_before_we_write(stage: Stage) -> None:
    """412: between our look at the event and our writing it."""
    other = stage.chance.choice((deleted_there, moved_there, reworded_there))
    stage.mishaps.before[stage.chance.choice(("update_event", "delete_event", "get_event"))] = lambda: other(stage)
    stage.house.write()


def an_answer_is_lost(stage: Stage) -> None:
    stage.mishaps.lost.add(stage.chance.choice(("write_event", "update_event", "delete_event", "sync")))
    stage.house.write()


def a_question_is_not_heard(stage: Stage) -> None:
    stage.mishaps.unheard.add(stage.chance.choice(("get_event", "get_event", "sync", "write_event", "update_event")))
    stage.house.look()


def the_server_stops(stage: Stage) -> None:
    stage.house.server.stop()


def the_server_starts(stage: Stage) -> None:
    if not stage.up:
        stage.house.server.start()


def another_calendar_is_chosen(stage: Stage) -> None:
    wanted = stage.chance.choice(stage.house.calendars())
    with stage.house.database.writing() as db:
        wish = Switches(checks=True, writes=True)
        choose(db, stage.house.who(db, "Alice"), wanted.id, wish, now=stage.house.at)


def emptied(stage: Stage) -> None:
    """All of ours at once, by a program of Alice's that went wrong."""
    if stage.up:
        for event in stage.ours():
            stage.house.server.ask("DELETE", event.path)
            stage.touched.add(event.uid)


ACTS: dict[Act, int] = {
    book: 12,
    move: 8,
    cancel: 3,
    look: 8,
    write: 8,
    look_and_write_at_once: 6,
    answer: 3,
    a_foreign_event: 3,
    a_foreign_event_moves: 2,
    a_foreign_event_goes: 1,
    deleted_there: 3,
    moved_there: 4,
    nudged_there: 1,
    reworded_there: 2,
    changed_right_before_we_write: 4,
    an_answer_is_lost: 4,
    a_question_is_not_heard: 4,
    the_server_stops: 1,
    the_server_starts: 3,
    another_calendar_is_chosen: 1,
    emptied: 1,
}
"""How often each happens, against the others."""


def _one(stage: Stage) -> list[Seen]:
    there = stage.ours() if stage.up else []
    return [stage.chance.choice(there)] if there else []


def _drag(stage: Stage, event: Seen, start: datetime) -> None:
    stage.touched.add(event.uid)
    ends = {"DTSTART": start, "DTEND": start + HOUR}
    lines = [
        f"{name}:{ends[name]:%Y%m%dT%H%M%SZ}" if (name := line.partition(":")[0]) in ends else line
        for line in event.text.splitlines()
    ]
    stage.put(event.path, "\n".join(lines))
