"""API schemas of bookable hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_time, utc_text, zone
from flashmeet.http.api.fields import (
    AskedId,
    Minute,
    Moment,
    QueryModel,
    Text,
)
from flashmeet.http.api.problem_schemas import SlotOut
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.schedule.rules.matching import Match
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.schemas.availability import ModeField
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.slots import MOST, PAGE, SlotPage


class SlotsQuery(QueryModel):
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
    language: Text | None = Field(default=None, description="One that the mentor speaks: a code, or a name.")
    way: ModeField | None = Field(default=None, description="One in which the mentor meets.")
    graduated: Annotated[int, Field(ge=1, le=9999, examples=[2012])] | None = Field(
        default=None, description="The year of the mentor's class."
    )
    company: Text | None = Field(
        default=None,
        max_length=200,
        description="The mentor's company, without regard to case and accents.",
        examples=["Exemple & Cie"],
    )
    relation: Literal[Relation.PEER, Relation.REVERSE] | None = Field(
        default=None,
        description="`peer`: a mentor of nearly the caller's class; `reverse`: one who graduated later. Where either "
        "year is unknown, nobody is.",
    )
    days: Text | None = Field(
        default=None,
        max_length=400,
        description="Days in `tz` on which the slot begins, separated by commas.",
        examples=["2026-12-09,2026-12-11"],
    )
    soon: Literal["yes"] | None = Field(
        default=None, description="Free now: only slots that begin within two hours. With `to`, whichever is earlier."
    )
    order: Literal["best"] | None = Field(
        default=None,
        description="`best`: each mentor's first slot, the best match to `theme` and `need` first, with `reasons`. "
        "Left out: the earliest first.",
    )
    need: Annotated[Text, Field(max_length=2_000)] | None = Field(
        default=None,
        description="What is asked, in the caller's own words, for `order=best`. Nothing of it is kept.",
        examples=["relire les statuts de ma société"],
    )
    distinct: Literal["mentor"] | None = Field(
        default=None, description="Each mentor's first slot only, over all pages."
    )
    own_calendar: Literal["tell", "hide"] | None = Field(
        default=None,
        description="What the caller's own calendars say: `tell` marks slots that clash, `hide` leaves them out.",
    )
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE
    cursor: Text | None = Field(default=None, description="`next_cursor` of the page before.")


class SlotsOut(BaseModel):
    """In order of start, or the best match first. A page may be short or empty; `next_cursor` says whether there is
    more."""

    slots: list[SlotOut]
    next_cursor: str | None


def slot_out(slot: Slot, tzid: str) -> SlotOut:
    return SlotOut(
        mentor_id=slot.mentor_id,
        mentor_name=slot.mentor_name,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        local_start=local_time(slot.starts_at, tzid).at.isoformat(),
        tz=tzid,
    )


def slots_json(
    page: SlotPage, tzid: str, busy: BusyTimes | None = None, *, matches: Mapping[int, Match] | None = None
) -> str:
    """Returns `SlotsOut` of a page as JSON, without having a model check what we have just made.

    With `busy`, each slot tells whether it clashes; with `matches`, by mentor, why they fit.
    """
    zone_of = zone(tzid)
    slots = [
        {
            "mentor_id": slot.mentor_id,
            "mentor_name": slot.mentor_name,
            "starts_at": utc_text(slot.starts_at),
            "ends_at": utc_text(slot.ends_at),
            "local_start": slot.starts_at.astimezone(zone_of).isoformat(),
            "tz": tzid,
            **({} if busy is None else {"clashes": busy.clash(Interval(slot.starts_at, slot.ends_at))}),
            **({} if matches is None else {"reasons": _reasons(matches.get(slot.mentor_id))}),
        }
        for slot in page.slots
    ]
    said = {"slots": slots, "next_cursor": page.next_cursor}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _reasons(found: Match | None) -> list[str]:
    return [str(reason) for reason in found.reasons] if found else []
