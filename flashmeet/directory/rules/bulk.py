"""Acts on all members of a filter: what each changes, and how far it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

UNDO_WITHIN = timedelta(days=30)
AT_ONCE, IN_REQUEST = 100, 25
"""People whom one step changes: of a worker, and of the request that begins the act."""


class BulkKind(StrEnum):
    """What is done to each; those for whom nothing would change are not counted among its people."""

    APPROVE = "approve"
    PAUSE = "pause"
    RESUME = "resume"
    GIVE_MENTOR = "give_mentor"
    TAKE_MENTOR = "take_mentor"
    GIVE_MENTEE = "give_mentee"
    TAKE_MENTEE = "take_mentee"
    GIVE_THEME = "give_theme"
    TAKE_THEME = "take_theme"

    @property
    def needs_theme(self) -> bool:
        return self in (BulkKind.GIVE_THEME, BulkKind.TAKE_THEME)

    @property
    def ends_hours(self) -> bool:
        """Whether others may count on hours of those it concerns."""
        return self in (BulkKind.PAUSE, BulkKind.TAKE_MENTOR)


class BulkState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


UNDER_WAY = (BulkState.RUNNING, BulkState.UNDOING)


class ChangeState(StrEnum):
    """What became of one person of an act."""

    WAITING = "waiting"
    DONE = "done"
    LEFT = "left"  # meanwhile there was nothing to change
    UNDONE = "undone"
    KEPT = "kept"  # changed since the act, so that undoing it left them alone


def may_undo(created_at: datetime, state: BulkState, *, now: datetime) -> bool:
    return state == BulkState.DONE and now < created_at + UNDO_WITHIN
