"""Bugs to plant into a worker process: each is one that a plausible outbox has, and that the checker must find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import false, true, update
from sqlalchemy.orm import Session

from flashmeet.core.database.session import clock
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox import lease, settle
from flashmeet.messages.outbox.lease import Leased, outgoing
from flashmeet.messages.rules.channels import Outcome, Outgoing, Retry, Unsure
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.worker import sender


def plant(where: object, name: str, bug: object) -> None:
    """Puts it in the place of what is there."""
    assert hasattr(where, name)
    setattr(where, name, bug)


def send_before_commit() -> None:
    """*Sending* is committed after the call: a crash in between forgets that there was one."""

    def send_batch(self: sender.Sender, leased: Sequence[Leased]) -> bool:
        with self.database.writing() as db:
            going = lease.begin_sending(db, leased, now=clock(db))
            told = list(self.channel.send(going)) if going else []
        by_id = {each.id: each for each in leased}
        for row_id, outcome in told:
            self._settle([(by_id[row_id], outcome)], until=0)
        return True

    plant(sender.Sender, "_send_batch", send_batch)


def no_lease() -> None:
    """Whoever reads a due row sends it."""

    def begin(db: Session, leased: Sequence[Leased], *, now: datetime) -> list[Outgoing]:
        rows = [db.get_one(OutboxMessage, each.id) for each in leased]
        going = [outgoing(row, row.recipient) for row in rows]
        db.execute(update(OutboxMessage).where(OutboxMessage.id.in_([row.id for row in rows])).values(_sending(now)))
        return going

    plant(lease, "_unleased", lambda _now: true())
    plant(sender, "begin_sending", begin)


def _sending(now: datetime) -> dict[str, Any]:
    return {"state": "sending", "lease_until": now + lease.LEASE}


def retry_on_time_out() -> None:
    """An answer that did not come is taken for a no."""
    honest = settle._values

    def values(row: OutboxMessage, outcome: settle.NotSent, now: datetime) -> dict[str, Any]:
        return honest(row, Retry(outcome.reason) if isinstance(outcome, Unsure) else outcome, now)

    plant(settle, "_values", values)


def no_attempt_number() -> None:
    """Who wakes late settles all the same."""

    honest = settle.settle

    def write(db: Session, told: Sequence[tuple[Leased, Outcome]], *, now: datetime) -> set[int]:
        for leased, _ in told:
            row = db.get_one(OutboxMessage, leased.id, with_for_update={"of": OutboxMessage})
            row.attempt, row.state = leased.attempt, OutboxState.SENDING
        db.flush()
        return honest(db, told, now=now)

    plant(sender, "settle", write)


def no_last_look() -> None:
    """What was due is sent, whatever has become of its session."""
    plant(lease, "why_not", lambda *_, **__: {})


def no_lanes() -> None:
    """Invites leave as they come."""
    plant(lease, "_waits_for_another", false)


def no_end_of_time() -> None:
    """A process that stood still goes on where it was."""
    plant(sender, "_bound", lambda message, _until: message)


def sms_again() -> None:
    """An SMS in doubt is sent once more."""
    from flashmeet.messages.channels.twilio import TwilioChannel

    plant(TwilioChannel, "look_up", lambda *_: Retry("again"))


BUGS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        send_before_commit,
        no_lease,
        retry_on_time_out,
        no_attempt_number,
        no_last_look,
        no_lanes,
        no_end_of_time,
        sms_again,
    )
}
