"""What a mail to a mentor who is asked tells as it is when it leaves: who asks, and what stands around the times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.messages.payloads import about_line
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.surroundings import Surroundings
from flashmeet.requests.service.times.surroundings import around_times


def asker_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns, by row id, who asks (`other_about`, `other_year`) and `around`: what is taken around each of its
    `times`, or its hour."""
    ids = {named(row, "ask_id") for row in rows}
    asks = {each.id: each for each in db.scalars(select(RequestAsk).where(RequestAsk.id.in_(ids)))}
    found: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        ask = asks.get(named(row, "ask_id"))
        if ask is None or ask.mentor_id != row.recipient_id:
            continue
        times = [datetime.fromisoformat(each) for each in row.payload.get("times") or _hour(row.payload)]
        around = around_times(db, ask.request, ask.mentor, times)
        found[row.id] = {
            "other_about": about_line(ask.request.mentee),
            "other_year": ask.request.mentee.graduation_year,
            "around": {at.isoformat(): told_of(each) for at, each in around.items()},
        }
    return found


def _hour(payload: Mapping[str, Any]) -> Sequence[str]:
    """Returns the start of the hour that waits for an answer, as a list; none for a request whose times are open."""
    return [payload["starts_at"]] if "starts_at" in payload else []


def told_of(around: Surroundings) -> dict[str, str | None]:
    """Returns the surroundings as a payload holds them; `surroundings_in` reads it."""
    return {
        "clash": around.clash.start.isoformat() if around.clash else None,
        "until": around.clash.end.isoformat() if around.clash else None,
        "before": around.before.isoformat() if around.before else None,
        "after": around.after.isoformat() if around.after else None,
    }
