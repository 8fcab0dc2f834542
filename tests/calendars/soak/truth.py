"""A round, the quiet after it, and the judge: all says what people agreed on, and nothing else was changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.models import CalendarEvent
from flashmeet.core.intervals import Interval, merged
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import BusyTime, MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.calendars.events import HOUR
from tests.calendars.soak.acts import ACTS
from tests.calendars.soak.stage import Stage

LONGEST_QUIET = 12


def play(stage: Stage, acts: int) -> list[str]:
    """One day of Alice's; returns every rule that was broken, in words."""
    stage.day = stage.day % 18 + 1
    stage.agreed.clear()
    told: list[str] = []
    for act in stage.chance.choices(list(ACTS), list(ACTS.values()), k=acts):
        stage.later()
        told.append(act.__name__)
        stage.seen[act.__name__] += 1
        act(stage)
    _quiet(stage)
    found = [*stage.faults, *_judged(stage, strict=False)]
    stage.write_again()
    _quiet(stage)
    found += _judged(stage, strict=True)
    found += _cleared(stage)
    stage.faults.clear()
    return [*found, f"after {', '.join(told)}"] if found else []


def _quiet(stage: Stage) -> None:
    """Nothing goes wrong any more, whoever is asked answers, and the worker goes its rounds."""
    stage.mishaps.clear()
    if not stage.up:
        stage.house.server.start()
    still = 0
    for _ in range(LONGEST_QUIET):
        stage.later(minutes=5)
        stage.house.look()
        stage.house.write()
        still = 0 if stage.answer_all() or _waiting(stage) else still + 1
        if still == 2:
            return


def _waiting(stage: Stage) -> int:
    query = select(OutboxMessage.id).where(OutboxMessage.channel == "calendar", OutboxMessage.settled_at.is_(None))
    with stage.house.database.reading() as db:
        return len(db.scalars(query).all())


def _cleared(stage: Stage) -> Iterator[str]:
    """Cancelled, every session is gone there, too."""
    for number in stage.live():
        stage.house.cancel(number)
        stage.agreed[number] = None
    _quiet(stage)
    yield from _judged(stage, strict=True)


def _judged(stage: Stage, *, strict: bool) -> Iterator[str]:
    yield from _nothing_was_decided_for_people(stage)
    yield from _each_session_is_there_once(stage, strict=strict)
    yield from _no_foreign_event_was_touched(stage)
    yield from _what_is_busy_is_known(stage)
    if _waiting(stage):
        yield f"stuck: {_waiting(stage)} writings wait"


def _nothing_was_decided_for_people(stage: Stage) -> Iterator[str]:
    with stage.house.database.reading() as db:
        for number, start in stage.agreed.items():
            booking = db.get_one(Booking, number)
            is_now = booking.starts_at if booking.status == BookingStatus.CONFIRMED else None
            if is_now != start:
                yield f"session {number} is {is_now}, and people agreed on {start}"


def _each_session_is_there_once(stage: Stage, *, strict: bool) -> Iterator[str]:
    """Until Alice says so, what her hands changed may stay as she left it; it is shown to her."""
    with stage.house.database.reading() as db:
        bookings = {each.uid: each for each in db.scalars(select(Booking))}
        shown = {each.booking_id for each in db.scalars(select(CalendarEvent).where(CalendarEvent.conflict))}
        chosen = db.scalars(select(MemberCalendar).where(MemberCalendar.writes)).one().name
    there: dict[str, list[tuple[str, object]]] = {uid: [] for uid in bookings}
    for event in stage.ours():
        there.setdefault(event.uid, []).append((event.calendar, event.start))
    for uid, found in there.items():
        booking = bookings.get(uid)
        if booking is None:
            yield f"nobody knows what {uid} is"
            continue
        start = stage.agreed.get(booking.id)
        wanted = [(chosen, start)] if start else []
        left_alone = not strict and uid in stage.touched and _as_alice_left_it(stage, booking.id, found, shown)
        if found != wanted and not left_alone:
            yield f"session {booking.id}: there is {found}, should be {wanted}"


def _as_alice_left_it(stage: Stage, booking_id: int, found: list[tuple[str, object]], shown: set[int]) -> bool:
    """Shown to her as a conflict, or one of so many that went at once."""
    gone = not found and stage.house.account().fault == "many_gone"
    return (booking_id in shown and len(found) <= 2) or gone


def _no_foreign_event_was_touched(stage: Stage) -> Iterator[str]:
    there = {each.path: each.text for each in stage.events() if each.path in stage.foreign}
    for path, text in stage.foreign.items():
        if there.get(path) != text:
            yield f"foreign event {path} was touched"


def _what_is_busy_is_known(stage: Stage) -> Iterator[str]:
    with stage.house.database.reading() as db:
        known = merged(Interval(*row) for row in db.execute(select(BusyTime.starts_at, BusyTime.ends_at)))
    foreign = [each for each in stage.events() if each.path in stage.foreign]
    true = merged(Interval(each.start, each.start + HOUR) for each in foreign)
    if known != true:
        yield f"busy is {known}, should be {true}"
