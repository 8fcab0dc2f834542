"""The caller."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from flashmeet.http.api.fields import Asked, AskedId, Day, Id, Sent
from flashmeet.schedule.models.availability import Leave


class LeavePath(Asked):
    leave_id: AskedId


class LeaveIn(Sent):
    """Away from `first` to `last`, both included, on the mentor's own wall."""

    first: Day
    last: Day


class LeaveOut(BaseModel):
    id: Id
    first: date
    last: date


class LeavesOut(BaseModel):
    """Present and coming ones, earliest first."""

    items: list[LeaveOut]
    next_cursor: str | None


def leave_out(leave: Leave) -> LeaveOut:
    return LeaveOut(id=leave.id, first=leave.first, last=leave.last)
