"""Reading calendar files in a process of its own (`core.child_process`): never where pages are served.

`read_apart` is the caller's side; the module run by itself is the other: it reads one request from its standard input,
answers on its standard output, and ends.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flashmeet.calendars.sources.busy_reader import Reading, readings
from flashmeet.core.child_process import ChildFailed, ask_child, limit_itself
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import TooCostly, Unreadable, WebPage

WALL_SECONDS = 45.0
AT_ONCE_BYTES = 8_000_000

FAULTS = {fault.__name__: fault for fault in (Unreadable, TooCostly, WebPage)}

ReadFile = list[Reading] | Unreadable
"""What became of one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`me` is the address whose refusal frees the time; `timetable`: the files are those of a school."""

    window: Interval
    tzid: str
    me: str = ""
    timetable: bool = False


def read_apart(files: Sequence[bytes], question: Question) -> list[ReadFile]:
    """What `busy_reader.readings` makes of each file, in order; for one that is no calendar, the fault.

    Raises TooCostly where all of them together take more time or memory than calendars are worth.
    """
    return [found for part in _parts(files) for found in _ask(part, question)]


def _parts(files: Sequence[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for each in files:
        if part and sum(map(len, part)) + len(each) > AT_ONCE_BYTES:
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def _ask(files: Sequence[bytes], question: Question) -> list[ReadFile]:
    head = {
        "window": _seconds(question.window),
        "tzid": question.tzid,
        "me": question.me,
        "timetable": question.timetable,
        "sizes": [len(each) for each in files],
    }
    with tempfile.TemporaryFile() as answer:
        try:
            ask_child(__name__, b"\n".join([json.dumps(head).encode(), b"".join(files)]), answer, seconds=WALL_SECONDS)
            answer.seek(0)
            return [_found(each) for each in json.load(answer)]
        except ChildFailed as error:
            raise TooCostly(str(error)) from error
        except ValueError as error:
            raise TooCostly("says nothing that can be read") from error


def _found(said: dict[str, str] | list[list[Any]]) -> ReadFile:
    if isinstance(said, dict):
        return FAULTS[said["fault"]](said["detail"])
    return [_reading(each) for each in said]


def _said(reading: Reading) -> list[object]:
    return [
        reading.uid,
        [_seconds(each) for each in reading.busy],
        _second(reading.starts_at),
        _second(reading.ends_at),
        reading.cancelled,
        reading.unread,
        reading.takes_time,
    ]


def _reading(said: Sequence[Any]) -> Reading:
    uid, busy, starts, ends, cancelled, unread, takes_time = said
    return Reading(
        uid=uid,
        busy=tuple(_interval(each) for each in busy),
        starts_at=_instant(starts),
        ends_at=_instant(ends),
        cancelled=cancelled,
        unread=unread,
        takes_time=takes_time,
    )


def _second(at: datetime | None) -> float | None:
    return None if at is None else (at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def _seconds(span: Interval) -> tuple[float | None, float | None]:
    return _second(span.start), _second(span.end)


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _interval(seconds: Sequence[float]) -> Interval:
    return Interval(datetime.fromtimestamp(seconds[0], UTC), datetime.fromtimestamp(seconds[1], UTC))


def answer() -> None:
    """The child's side."""
    limit_itself()
    head = json.loads(sys.stdin.buffer.readline())
    window, how = _interval(head["window"]), {name: head[name] for name in ("tzid", "me", "timetable")}
    out: list[object] = []
    for size in head["sizes"]:
        data = sys.stdin.buffer.read(size)
        try:
            out.append([_said(each) for each in readings(data, window=window, **how)])
        except Unreadable as fault:
            out.append({"fault": type(fault).__name__, "detail": fault.detail})
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    answer()
