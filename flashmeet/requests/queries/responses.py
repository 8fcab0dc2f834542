"""Who was asked for an hour, and what they answered: one statement, however many mentors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.requests.models.request import RequestAsk
from flashmeet.requests.rules.responses import WINDOW, Asked

_FACTS = (RequestAsk.state, RequestAsk.wave, RequestAsk.asked_at, RequestAsk.answered_at)


def asked_of(session: Session, mentor_ids: Collection[int], *, now: datetime) -> Mapping[int, list[Asked]]:
    """By mentor, what they were asked within the window."""
    query = select(RequestAsk.mentor_id, *_FACTS).where(
        RequestAsk.mentor_id.in_(mentor_ids), RequestAsk.asked_at > now - WINDOW, RequestAsk.asked_at <= now
    )
    found: defaultdict[int, list[Asked]] = defaultdict(list)
    for mentor_id, state, wave, asked_at, answered_at in session.execute(query):
        found[mentor_id].append(Asked(state, wave, asked_at, answered_at))
    return found


def asked_between(session: Session, span: Interval) -> list[Asked]:
    """Of the whole network."""
    query = select(*_FACTS).where(RequestAsk.asked_at >= span.start, RequestAsk.asked_at < span.end)
    return [Asked(*row) for row in session.execute(query)]
