"""Reading members' calendars: all of them in turn, and one mentor's right before somebody books.

No transaction is open while a provider is asked.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import structlog

from flashmeet.calendars.rules.questions import EventChange
from flashmeet.calendars.rules.sources import Calendars, CalendarSource, RemoteCalendar, SyncResult
from flashmeet.calendars.service.conversations import conversation
from flashmeet.calendars.service.event_writer import reconcile_events
from flashmeet.calendars.service.remote_changes import (
    Confirmed,
    Suspect,
    end_breaker,
    follow,
    suspects,
    too_many_deletions,
    trip_breaker,
)
from flashmeet.calendars.service.sync_runs import (
    SyncRun,
    add_calendars,
    ask_full_sync,
    begin_run,
    fail_run,
    keep_run,
    require_believable,
)
from flashmeet.calendars.sync.elsewhere import found_elsewhere
from flashmeet.core.database.session import Database, clock, is_refused
from flashmeet.core.provider_faults import NOT_THE_CURSORS, CalendarFault, Unreadable
from flashmeet.schedule.queries.calendars import begin_turn, end_turn, is_looked_at, lease_due, next_due, used_calendars
from flashmeet.schedule.rules.calendars import POLL_EVERY, RECHECK_SECONDS, SYNC_SECONDS, window
from flashmeet.schedule.service.calendar_freshness import needs_sync, stale_calendars

log = structlog.get_logger("flashmeet.calendars")

AT_ONCE, SIDE_BY_SIDE = 16, 4
IDLE_SECONDS = 2.0
WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Syncing:
    """Keeps `busy_time` up to date."""

    database: Database
    calendars: Calendars

    def once(self) -> float:
        """Syncs due calendars, a few in parallel; a slow provider delays only its own. Returns seconds to wait."""
        with self.database.reading() as db:
            now, due_at = clock(db), next_due(db)
        if due_at is None or due_at > now:
            return math.inf if due_at is None else (due_at - now).total_seconds()
        with self.database.writing() as db:
            due = lease_due(db, now=clock(db), limit=AT_ONCE)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(self._sync_safely, due))
        return 0.0 if due else IDLE_SECONDS

    def _sync_safely(self, calendar_id: int) -> None:
        """Syncs one calendar; an unexpected error is logged and stops no other calendar."""
        try:
            self.sync(calendar_id, seconds=SYNC_SECONDS)
        except Exception as error:
            log.exception("calendar.surprise", calendar=calendar_id, error=type(error).__name__)

    def recheck(self, member_id: int, *, now: datetime, seconds: float = RECHECK_SECONDS) -> None:
        """Syncs those of a mentor's calendars that are stale, in parallel, for three seconds at most.

        The results are stored; booking reads them (`schedule.service.calendar_freshness.require_read`).
        """
        with self.database.reading() as db:
            stale = stale_calendars(db, member_id, now=now)
        threads = [threading.Thread(target=self._recheck_one, args=(each, now, seconds), daemon=True) for each in stale]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _recheck_one(self, calendar_id: int, now: datetime, seconds: float) -> None:
        """Syncs it, or waits for what somebody else reads who is syncing it now."""
        deadline = time.monotonic() + seconds
        try:
            while not self.sync(calendar_id, seconds=seconds, now=now, for_a_booking=True):
                if not self._read_by_another(calendar_id, now=now, deadline=deadline):
                    return
        except Exception as error:
            log.exception("calendar.surprise", calendar=calendar_id, error=type(error).__name__)

    def _read_by_another(self, calendar_id: int, *, now: datetime, deadline: float) -> bool:
        """Waits while somebody else syncs it; whether they ended without having read it."""
        while time.monotonic() < deadline:
            time.sleep(WAIT_SECONDS)
            with self.database.reading() as db:
                if not is_looked_at(db, calendar_id, now=now):
                    return needs_sync(db, calendar_id, now=now)
        return False

    def sync(
        self, calendar_id: int, *, seconds: float, now: datetime | None = None, for_a_booking: bool = False
    ) -> bool:
        """Syncs one calendar and stores the result or the fault. Without `now`, the database's clock is used.

        False, and nothing is asked, while somebody else syncs it.
        """
        now = now or self._clock()
        with self.database.writing() as db:
            if not begin_turn(db, calendar_id, now=now):
                return False
        try:
            self._sync_now(calendar_id, now=now, seconds=seconds, for_a_booking=for_a_booking)
        finally:
            with self.database.writing() as db:
                end_turn(db, calendar_id)
        return True

    def _sync_now(self, calendar_id: int, *, now: datetime, seconds: float, for_a_booking: bool) -> None:
        try:
            with self.database.reading() as db:
                run = begin_run(db, calendar_id, vault=self.calendars.vault, now=now)
            if run is not None:
                self._converse(run, now=now, seconds=seconds, for_a_booking=for_a_booking)
        except CalendarFault as fault:
            log.info("calendar.unread", calendar=calendar_id, fault=fault.code, detail=fault.detail)
            self._fail(calendar_id, fault, for_a_booking=for_a_booking, now=now)
        except Exception as error:  # an answer that nobody foresaw is no calendar either, and its member is told
            if is_refused(error):
                raise
            log.exception("calendar.surprise", calendar=calendar_id, error=type(error).__name__)
            self._fail(calendar_id, Unreadable(type(error).__name__), for_a_booking=for_a_booking, now=now)

    def _fail(self, calendar_id: int, fault: CalendarFault, *, for_a_booking: bool, now: datetime) -> None:
        with self.database.writing() as db:
            fail_run(db, calendar_id, fault, tell=for_a_booking, now=now)

    def _clock(self) -> datetime:
        with self.database.reading() as db:
            return clock(db)

    def _converse(self, run: SyncRun, *, now: datetime, seconds: float, for_a_booking: bool) -> None:
        with conversation(self.database, self.calendars, run.calendar_id, run.access, seconds=seconds) as source:
            result, in_full = _asked(source, run, now=now)
            with self.database.reading() as db:
                require_believable(db, run, result, now=now)
                found = suspects(db, run, result, now=now)
            listed = _listed(source) if run.lists and not for_a_booking else ()
            confirmed = () if for_a_booking or too_many_deletions(found) else _confirmed(source, run, found)
        if listed:
            with self.database.writing() as db:
                add_calendars(db, run.account_id, listed, now=now)
        if any(each.there is None for each in confirmed):
            self._sync_the_others(run, now=now, seconds=seconds)
            confirmed = found_elsewhere(self.database, self.calendars, run, confirmed, seconds=seconds, now=now)
        if found and not for_a_booking:
            with self.database.writing() as db:  # separate: locks bookings, which `keep_run` must not
                if too_many_deletions(found):
                    trip_breaker(db, run, found, now=now)
                else:
                    follow(db, confirmed, now=now)
        with self.database.writing() as db:
            if not keep_run(db, run, result, in_full=in_full, now=now):
                return
            if result.full and not any(each.what == EventChange.GONE for each in found):
                end_breaker(db, run, now=now)
            if found and for_a_booking:
                ask_full_sync(db, run.calendar_id, at=now)  # no time to confirm now
                return
            if len(confirmed) < len(found) and not too_many_deletions(found):
                ask_full_sync(db, run.calendar_id, at=now + POLL_EVERY)  # the cursor has passed them
            reconcile_events(db, run.member_id, patient=True, now=now)

    def _sync_the_others(self, run: SyncRun, *, now: datetime, seconds: float) -> None:
        """What is gone here may have been moved into another of the member's calendars a moment ago."""
        with self.database.reading() as db:
            others = used_calendars(db, run.member_id)
        for calendar_id in others:
            if calendar_id != run.calendar_id:
                self.sync(calendar_id, seconds=seconds, now=now)


def _asked(source: CalendarSource, run: SyncRun, *, now: datetime) -> tuple[SyncResult, bool]:
    """Returns the result; asks again in full, once, where the provider does not continue from our cursor."""
    span = window(now)
    if run.cursor:
        try:
            return source.sync(run.remote_id, cursor=run.cursor, window=span, known=run.known), False
        except NOT_THE_CURSORS:
            raise
        except CalendarFault as fault:
            log.info("calendar.cursor_gone", calendar=run.calendar_id, fault=fault.code, detail=fault.detail)
    return source.sync(run.remote_id, cursor="", window=span, known=run.known), True


def _listed(source: CalendarSource) -> Sequence[RemoteCalendar]:
    """What the account has today; it is no matter where it does not say."""
    try:
        return source.list_calendars()
    except CalendarFault as fault:
        log.info("calendar.unlisted", fault=fault.code)
        return ()


def _confirmed(source: CalendarSource, run: SyncRun, found: Sequence[Suspect]) -> list[Confirmed]:
    """Fetches each suspect; one that cannot be fetched is only logged."""
    out: list[Confirmed] = []
    for each in found:
        try:
            there = source.get_event(run.remote_id, each.ref)
        except CalendarFault as fault:
            log.info("calendar.unconfirmed", calendar=run.calendar_id, link=each.link_id, fault=fault.code)
            continue
        if each.what == EventChange.GONE and there is not None:
            log.info("calendar.still_there", calendar=run.calendar_id, link=each.link_id)
        out.append(Confirmed(suspect=each, there=there))
    return out
