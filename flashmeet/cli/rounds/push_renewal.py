"""One worker at a time opens push channels, and renews them before they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from flashmeet.calendars.rules.sources import Calendars, PushSource
from flashmeet.calendars.service.conversations import conversation
from flashmeet.calendars.service.push_channels import Push, begin_push, ending_pushes, keep_push
from flashmeet.core.database.session import Database, clock
from flashmeet.core.links import Links
from flashmeet.core.provider_faults import CalendarFault
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask, do_if_due

log = structlog.get_logger("flashmeet.calendars")

TURN = PeriodicTask("open_pushes", timedelta(minutes=15), lambda _session, _now: None)
"""Leased by the one worker that finds it due."""
LOOK_EVERY_SECONDS = 30.0
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class PushRenewal:
    """Opens push channels at providers; does nothing where they cannot reach this installation by https."""

    database: Database
    calendars: Calendars
    links: Links

    def once(self) -> float:
        """Opens due channels if it is time; returns how many seconds to wait."""
        if not self.links.base_url.startswith("https://"):
            return LOOK_EVERY_SECONDS
        with self.database.writing() as db:
            now = clock(db)
            due = ending_pushes(db, now=now) if do_if_due(db, TURN, now=now) else ()
        for calendar_id in due:
            self._open(calendar_id)
        return LOOK_EVERY_SECONDS

    def _open(self, calendar_id: int) -> None:
        """Opens a channel; a refusal is logged only, and is no fault of the calendar."""
        try:
            with self.database.reading() as db:
                push = begin_push(db, calendar_id, vault=self.calendars.vault)
            if push is not None:
                self._converse(push)
        except CalendarFault as fault:
            log.info("calendar.no_push", calendar=calendar_id, fault=fault.code, detail=fault.detail)

    def _converse(self, push: Push) -> None:
        with conversation(self.database, self.calendars, push.calendar_id, push.access, seconds=SECONDS) as source:
            if not isinstance(source, PushSource):
                return
            resource, until = source.watch(
                push.remote_id,
                channel=push.channel,
                token=self.links.push_token(push.channel),
                address=self.links.google_hook(),
            )
            with self.database.writing() as db:
                keep_push(db, push, resource, until)
            if push.old is not None:
                source.unwatch(channel=push.old[0], resource=push.old[1])
