"""Whether a question of a request is still to be put (`messages.outbox.drop_reasons`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.requests.models.request import HourOffer, RequestAsk


def settled_asks(session: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Rows about an ask that its mentor has answered, or need not answer any more, with what became of it."""
    ids = {named(row, "ask_id") for row in rows}
    states = dict(session.execute(select(RequestAsk.id, RequestAsk.state).where(RequestAsk.id.in_(ids))).all())
    return _settled(rows, "ask_id", states, "asked")


def settled_offers(session: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """The same of hours that were offered to somebody in a queue."""
    ids = {named(row, "offer_id") for row in rows}
    states = dict(session.execute(select(HourOffer.id, HourOffer.state).where(HourOffer.id.in_(ids))).all())
    return _settled(rows, "offer_id", states, "open")


def _settled(rows: Sequence[OutboxMessage], name: str, states: Mapping[int, str], open_state: str) -> Mapping[int, str]:
    found = {row.id: states.get(named(row, name), open_state) for row in rows}
    return {row_id: state for row_id, state in found.items() if state != open_state}
