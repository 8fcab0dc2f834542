"""The outbox channel to members' calendars: a dead provider delays only its own account's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flashmeet.calendars.rules.sources import Calendars, CalendarSource, EventRef
from flashmeet.calendars.service.conversations import conversation
from flashmeet.calendars.service.event_plans import (
    Plan,
    Sender,
    begin_writing,
    keep_conflict,
    keep_written,
    plan_writing,
)
from flashmeet.calendars.service.sync_runs import ask_full_sync
from flashmeet.core.database.session import Database
from flashmeet.core.provider_faults import CalendarFault, Conflict, Forbidden, Missing, NotAllowed, RateLimited
from flashmeet.messages.rules.channels import ChannelName, Outcome, Outgoing, Refused, Retry, Sent
from flashmeet.schedule.rules.calendars import SYNC_SECONDS


class CalendarChannel:
    """The `Channel` of calendars. Writing is idempotent, so an attempt with an unknown result is repeated."""

    name = ChannelName.CALENDAR
    batch = 1
    per_second = 20.0

    def __init__(
        self, database: Database, calendars: Calendars, sender: Callable[[], Sender], *, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._calendars, self._sender, self._clock = database, calendars, sender, clock

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self.look_up(message)

    def look_up(self, message: Outgoing) -> Outcome:
        """Repeats the write, which shows whether it was done."""
        try:
            return self._bring_up_to_date(message.payload["booking_id"], message.payload["calendar_id"])
        except (Forbidden, NotAllowed) as fault:
            return Refused(fault.code)
        except CalendarFault as fault:
            return Retry(fault.code, fault.after if isinstance(fault, RateLimited) else None)

    def _bring_up_to_date(self, booking_id: int, calendar_id: int) -> Outcome:
        sender = self._sender()
        with self._database.reading() as db:
            plan = plan_writing(db, booking_id, calendar_id, sender=sender, vault=self._calendars.vault)
        if plan is None:
            return Sent("nothing to do")
        with self._database.writing() as db:
            begin_writing(db, plan)
        try:
            with conversation(
                self._database, self._calendars, plan.calendar_id, plan.access, seconds=SYNC_SECONDS
            ) as source:
                return self._write(plan, source)
        except Conflict:
            with self._database.writing() as db:
                keep_conflict(db, plan)
            return Refused(Conflict.code)

    def _write(self, plan: Plan, source: CalendarSource) -> Outcome:
        try:
            ref = _written(plan, source)
        except Missing:
            if plan.event is None or plan.ref is None:
                raise
            with self._database.writing() as db:
                ask_full_sync(db, plan.calendar_id, at=self._clock())
            return Sent("gone there")
        with self._database.writing() as db:
            keep_written(db, plan, ref)
        return Sent(ref.remote_id if ref else "taken away")


def _written(plan: Plan, source: CalendarSource) -> EventRef | None:
    """Returns the event written. Raises Conflict where the time was changed there, which we do not overwrite."""
    if plan.ref is None:
        return _written_first(plan, source)
    try:
        return _changed(plan, source, plan.ref)
    except Conflict:
        there = source.get_event(plan.remote_id, plan.ref)
        ours = plan.ours | {plan.event.starts_at} if plan.event else plan.ours
        if there is not None and there.starts_at not in ours:
            raise
        etag = there.etag if there else ""
        return _changed(plan, source, EventRef(remote_id=plan.ref.remote_id, etag=etag))


def _written_first(plan: Plan, source: CalendarSource) -> EventRef | None:
    """Writes the event; to remove one that may or may not exist, writes it first, which is safe to repeat."""
    if plan.event is not None:
        return source.write_event(plan.remote_id, plan.event)
    if plan.begun is not None:
        source.delete_event(plan.remote_id, source.write_event(plan.remote_id, plan.begun))
    return None


def _changed(plan: Plan, source: CalendarSource, ref: EventRef) -> EventRef | None:
    if plan.event is not None:
        return source.update_event(plan.remote_id, ref, plan.event)
    source.delete_event(plan.remote_id, ref)
    return None
