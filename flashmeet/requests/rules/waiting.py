"""Why a request has led to no hour yet, and what happens now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WaitingFor(StrEnum):
    """What stands between a request and its hour, most telling first."""

    CHOICE = "choice"  # times were proposed; the mentee chooses
    REPLY = "reply"  # a mentor asked back before answering
    ANSWER = "answer"  # a mentor is being asked
    ANSWERS = "answers"  # mentors were asked: they declined, or did not answer
    NOBODY = "nobody"  # the theme has no mentor who is there
    LANGUAGE = "language"  # none of them shares a language with the mentee
    TIMES = "times"  # none of those is free at the times asked for
    ROOM = "room"  # those who could have no room, or were asked too often lately


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why there is no hour yet: `declined` and `silent` count the mentors who said no, and who did not answer."""

    reason: WaitingFor
    declined: int = 0
    silent: int = 0
