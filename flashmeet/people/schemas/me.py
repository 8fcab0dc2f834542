"""The caller."""

from __future__ import annotations

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Id
from flashmeet.identity.models.member import Member


class MeOut(BaseModel):
    id: Id
    email: str
    first_name: str
    last_name: str
    roles: list[str] = Field(examples=[["mentee", "mentor"]])
    approved: bool
    tzid: str
    locale: str


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
