"""Campaigns: what they ask, how often they write, and what became of each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput
from flashmeet.schedule.rules.booked_hour import checked_text

NOTE_CHARACTERS, SUBJECT_CHARACTERS, TEXT_CHARACTERS = 600, 120, 4_000
LANGUAGES = ("fr", "en")


class CampaignKind(StrEnum):
    INVITATION = "invitation"  # to come in
    ANNOUNCEMENT = "announcement"
    GRADUATES = "graduates"  # to give an hour, once a year
    RENEWAL = "renewal"  # another year, once a year
    ARCHIVE = "archive"  # whoever has been away for years is paused, and told


class CampaignState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"  # everybody was written to
    UNDOING = "undoing"  # those who were archived come back
    ENDED = "ended"  # by an administrator: what was handed over does not leave


class PersonState(StrEnum):
    """What became of one person of a campaign; the first that holds."""

    CAME = "came"
    STOPPED = "stopped"
    BOUNCED = "bounced"
    GONE = "gone"
    WAITING = "waiting"
    WRITTEN = "written"
    SILENT = "silent"


class Opening(StrEnum):
    """The ready paragraph that a mail begins with."""

    PLAIN = "plain"
    SCHOOL = "school"
    START = "start"
    RETURN = "return"


REMINDERS: Mapping[CampaignKind, tuple[timedelta, ...]] = {
    CampaignKind.INVITATION: (timedelta(days=7), timedelta(days=21)),
}
"""How long after the first mail each reminder goes; other kinds write once."""
BETWEEN = timedelta(days=7)
"""Two mails of one campaign to one person are at least so far apart, and it is so long until they count as silent."""
REST = timedelta(days=60)
"""Whom one invitation wrote to is in no other within this time."""
USEFUL = timedelta(days=5)
"""A mail that has not left within this time is dropped."""
BEGINS = timedelta(minutes=1)
"""A campaign can be ended for so long before its first mail leaves."""


def next_mail(kind: CampaignKind, writes: int) -> timedelta | None:
    """Returns how long after the first mail the one after `writes` mails is due; None when there is none."""
    reminders = REMINDERS.get(kind, ())
    return reminders[writes - 1] if 1 <= writes <= len(reminders) else None


@dataclass(frozen=True, slots=True)
class InvitationWords:
    """The ready paragraph, and the administrator's own sentence by language."""

    opening: Opening = Opening.PLAIN
    note: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def checked(cls, fields: Mapping[str, str]) -> InvitationWords:
        """Reads a form. Raises BadInput, TooLong."""
        said = fields.get("opening", Opening.PLAIN)
        opening = next((each for each in Opening if each == said), None)
        if opening is None:
            raise BadInput("opening", value=said)
        notes = {
            each: checked_text(f"note_{each}", fields.get(f"note_{each}", ""), most=NOTE_CHARACTERS)
            for each in LANGUAGES
        }
        return cls(opening, {locale: text for locale, text in notes.items() if text})

    def kept(self) -> dict[str, object]:
        return {"opening": str(self.opening), "note": dict(self.note)}
