"""What somebody wrote back to us and no part of the program could take: a person has to read it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class LeftWhy(StrEnum):
    """Why a reply was left to a person."""

    UNRELATED = "unrelated"
    """It answers no message of ours that we know."""
    ANOTHER_SENDER = "another_sender"
    """It answers a message of ours, and comes from an address or number that the message did not go to."""
    NO_HOUR = "no_hour"
    """It answers a message of ours that is about no hour, or comes from a member without one."""
    NO_WORDS = "no_words"
    """No text of its own could be read in it."""
    OUTLOOK_ONLY = "outlook_only"
    """What it says is in a winmail.dat, and may be an answer to an invite."""
    CALENDAR = "calendar"
    """A calendar answered an invite: it is not said whose answer it is, or to what; or its note reaches nobody."""
    CLOSED = "closed"
    """The two can no longer write to each other there, or who wrote is suspended, or it is too long or one of many."""
    UNREADABLE = "unreadable"


EXCERPT_CHARACTERS, SUBJECT_CHARACTERS, SENDER_CHARACTERS = 300, 200, 254
KEPT, MOST_KEPT = timedelta(days=30), 500
"""An administrator has to see it by then; a flood pushes out the oldest."""
