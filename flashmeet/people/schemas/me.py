"""The caller."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Asked, AskedId, Day, Id, Sent
from flashmeet.identity.models.member import Member
from flashmeet.schedule.models.availability import Leave


class MeOut(BaseModel):
    id: Id
    email: str
    first_name: str
    last_name: str
    roles: list[str] = Field(examples=[["mentee", "mentor"]])
    approved: bool
    tzid: str
    locale: str


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


def me_out(member: Member) -> MeOut:
    return MeOut(
        id=member.id,
        email=member.email,
        first_name=member.first_name,
        last_name=member.last_name,
        roles=member.roles,
        approved=member.approved,
        tzid=member.tzid,
        locale=member.locale,
    )


def leave_out(leave: Leave) -> LeaveOut:
    return LeaveOut(id=leave.id, first=leave.first, last=leave.last)
