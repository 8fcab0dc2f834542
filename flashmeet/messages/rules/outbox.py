"""What can become of one row of the outbox."""

from __future__ import annotations

from enum import StrEnum


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # committed before the call
    SENT = "sent"
    UNKNOWN = "unknown"  # the provider may or may not have it
    REFUSED = "refused"  # it will never be taken
    DROPPED = "dropped"  # nobody needs it any more
    PARKED = "parked"  # laid aside for people to see


BOUNCED = "bounced "
"""The reason of a refused mail that had been taken and came back, before the code that says why."""
TROUBLED = (OutboxState.UNKNOWN, OutboxState.REFUSED, OutboxState.PARKED)
"""Somebody has to look at it."""
UNFINISHED = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNKNOWN)
"""What comes after it in its lane waits."""
