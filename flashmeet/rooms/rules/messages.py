"""Kinds of messages about where people meet, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import TypedDict

from flashmeet.bookings.rules.messages import BookingPayload
from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class LatePayload(BookingPayload):
    """The other person comes this many minutes late."""

    late_minutes: int


class MeetingPayload(TypedDict):
    """A meeting as its provider identifies it (`rooms.rules.providers`)."""

    provider: str
    key: str
    uid: str


LATE: MessageKind[LatePayload] = MessageKind(
    "late", Category.SESSIONS, label=mark("Notice of running late"), speaks_of="booking"
)
"""The other person comes some minutes late; by mail and SMS."""
ROOM_INSTEAD: MessageKind[BookingPayload] = MessageKind(
    "room_instead",
    Category.SESSIONS,
    label=mark("Notice that the video provider cannot be reached"),
    speaks_of="booking",
)
"""The video provider cannot be reached; the two meet in the built-in room."""
END_MEETING: MessageKind[MeetingPayload] = MessageKind(
    "end_meeting", Category.SESSIONS, label=mark("Closing the meeting at the video provider"), speaks_of="payload"
)
"""To a video provider: the meeting is to be ended."""
