"""Nudges: who may be mailed, what counts as a reaction, and when to offer a pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput


class NudgeKind(StrEnum):
    NUDGE = "nudge"
    PAUSE_OFFER = "pause_offer"


class NudgeAbout(StrEnum):
    """The subject of a nudge."""

    HOURS = "hours"
    REQUESTS = "requests"
    PROFILE = "profile"
    WELCOME = "welcome"
    THEME = "theme"


class LeftAlone(StrEnum):
    """Why somebody is not written to."""

    AWAY = "away"
    PAUSED = "paused"
    OPTED_OUT = "opted_out"
    RESTED = "rested"  # was written to within the week
    OFFERED = "offered"  # was offered a pause, not back since


ABOUT = tuple(NudgeAbout)

REST = timedelta(days=7)
"""Each member gets one nudge within this time, whoever sends it."""
UNDO = timedelta(seconds=60)
USEFUL = timedelta(days=2)
"""A nudge not sent within this time is dropped."""
PATIENCE = 3
"""After this many nudges without a reaction, the next mail offers a pause; after that none is sent."""
NOTE_CHARACTERS, MOST_PEOPLE = 600, 100


@dataclass(frozen=True, slots=True)
class Earlier:
    """A nudge sent to the member and not undone; `idle`: they had no open hour then."""

    sent_at: datetime
    kind: NudgeKind = NudgeKind.NUDGE
    idle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the member has done lately: signed in, answered a request; `open_now`: one of their hours can be booked."""

    signed_in_at: datetime | None = None
    answered_at: datetime | None = None
    open_now: bool = False


def unheeded(earlier: Iterable[Earlier], heard: Heard) -> list[Earlier]:
    """Returns the mails since which the member has neither signed in, nor answered, nor opened hours; oldest first.

    Hours count as opened if there are some now and there were none when the mail was written.
    """
    mails = sorted(earlier, key=lambda each: each.sent_at)
    acts = [at for at in (heard.signed_in_at, heard.answered_at) if at is not None]
    if heard.open_now:
        acts += [each.sent_at for each in mails if each.idle]
    last = max(acts, default=None)
    return [each for each in mails if last is None or each.sent_at > last]


def next_kind(earlier: Iterable[Earlier], heard: Heard) -> NudgeKind | None:
    """Returns what may be sent now: a nudge; a pause offer after three without a reaction; None after that."""
    waiting = unheeded(earlier, heard)
    if any(each.kind == NudgeKind.PAUSE_OFFER for each in waiting):
        return None
    return NudgeKind.PAUSE_OFFER if len(waiting) >= PATIENCE else NudgeKind.NUDGE


def checked_about(text: str) -> NudgeAbout:
    """Returns the known subject. Raises BadInput."""
    for known in ABOUT:
        if text == known:
            return known
    raise BadInput("about", value=text)
