"""Facts that changed since a row was written: they are read when it leaves, so that nobody's former name is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import KINDS

Payload = Mapping[str, Any]
TodaysFacts = Callable[[Session, Sequence[OutboxMessage]], Mapping[int, Payload]]
TODAYS_FACTS: dict[str, TodaysFacts] = {}
"""A field by which payloads name something → the fields about it as they are today, by row id. `flashmeet.listeners`
adds each feature's."""

PERSON = {"other_id": ("other_name", "other_tzid"), "by_id": ("by_name", ""), "owner_id": ("name", "")}
"""A person's id in a payload → the fields that hold their name and their zone."""
OWN = ("first_name",)
"""Fields that hold a fact of the recipient."""
LISTS = ("people", "colleagues")
"""Fields that hold several people, each with id and name."""


def tell_todays_facts(db: Session, rows: Sequence[OutboxMessage]) -> None:
    """Puts today's facts into the payloads, which then hold what was sent."""
    for name, tell in TODAYS_FACTS.items():
        theirs = [row for row in rows if row.kind in KINDS and name in row.payload]
        told = tell(db, theirs) if theirs else {}
        for row in theirs:
            row.payload = {**row.payload, **told.get(row.id, {})}
    ids = {each for row in rows for each in _ids(row.payload)}
    people = {each.id: each for each in db.scalars(select(Member).where(Member.id.in_(ids)))} if ids else {}
    for row in rows:
        own = {name: getattr(row.recipient, name) for name in OWN if name in row.payload}
        fresh = {**row.payload, **_names(row.payload, people), **own}
        if fresh != row.payload:
            row.payload = fresh


def _ids(payload: Payload) -> Iterator[int]:
    yield from (payload[name] for name in PERSON if isinstance(payload.get(name), int))
    yield from (each["id"] for name in LISTS for each in payload.get(name) or ())


def _names(payload: Payload, people: Mapping[int, Member]) -> dict[str, Any]:
    fresh: dict[str, Any] = {}
    for field, (name, tzid) in PERSON.items():
        who = people.get(payload.get(field) or 0)
        if who is not None:
            fresh |= {key: value for key, value in ((name, who.name), (tzid, who.tzid)) if key in payload}
    for field in LISTS:
        if payload.get(field):
            fresh[field] = [
                {**each, "name": people[each["id"]].name} if each["id"] in people else each for each in payload[field]
            ]
    return fresh
