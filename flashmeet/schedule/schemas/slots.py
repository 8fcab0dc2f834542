"""Slots: what is asked, what is shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from flashmeet.core.zones import wall
from flashmeet.http.api.fields import Asked, AskedId, Minute, Moment, Text
from flashmeet.http.api.problem_schemas import SlotOut
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.slots import MOST, PAGE


class SlotsAsked(Asked):
    theme: Text | None = Field(default=None, description="Id, slug, or a name or synonym in any language.")
    mentor: AskedId | None = None
    start: Moment | None = Field(
        default=None, alias="from", description="Inclusive; an instant, or a date in `tz`. Left out: now."
    )
    end: Moment | None = Field(default=None, alias="to", description="Exclusive; an instant, or a date in `tz`.")
    tz: Text | None = Field(
        default=None, description="An IANA name or UTC. Left out: the member's.", examples=["America/Toronto"]
    )
    duration: Annotated[int, Field(ge=15, le=480, multiple_of=15)] = 60
    after: Minute | None = Field(default=None, description="First local start, inclusive.")
    before: Minute | None = Field(default=None, description="Last local start, exclusive.")
    distinct: Literal["mentor"] | None = Field(
        default=None, description="Each mentor's first slot only, over all pages."
    )
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE
    cursor: Text | None = Field(default=None, description="`next_cursor` of the page before.")


class SlotsOut(BaseModel):
    """In order of start. A page may be short, or empty, while `next_cursor` says that there is more."""

    slots: list[SlotOut]
    next_cursor: str | None


def slot_out(slot: Slot, tzid: str) -> SlotOut:
    return SlotOut(
        mentor_id=slot.mentor_id,
        mentor_name=slot.mentor_name,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        local_start=wall(slot.starts_at, tzid).at.isoformat(),
        tz=tzid,
    )
