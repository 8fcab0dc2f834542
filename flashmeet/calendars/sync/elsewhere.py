"""Where an event of ours went that its member dragged into a calendar which is neither checked nor written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from flashmeet.calendars.rules.sources import Calendars
from flashmeet.calendars.service.conversations import conversation
from flashmeet.calendars.service.remote_changes import Confirmed, Elsewhere
from flashmeet.calendars.service.sync_runs import SyncRun, begin_run
from flashmeet.core.database.session import Database
from flashmeet.core.provider_faults import CalendarFault
from flashmeet.schedule.queries.calendars import unused_calendars

log = structlog.get_logger("flashmeet.calendars")


def found_elsewhere(
    database: Database,
    calendars: Calendars,
    run: SyncRun,
    confirmed: Sequence[Confirmed],
    *,
    seconds: float,
    now: datetime,
) -> list[Confirmed]:
    """Returns them with the place of each that is gone from its calendar and in another of its member's.

    Nothing else of those calendars is read. One that does not answer is passed over, and logged.
    """
    gone = {each.suspect.link_id: each.suspect.uid for each in confirmed if each.there is None}
    found: dict[int, Elsewhere] = {}
    with database.reading() as db:
        others = unused_calendars(db, run.member_id)
    for calendar_id in others:
        missing = {link_id: uid for link_id, uid in gone.items() if link_id not in found}
        if missing:
            found |= _in_calendar(database, calendars, calendar_id, missing, seconds=seconds, now=now)
    return [replace(each, elsewhere=found.get(each.suspect.link_id)) for each in confirmed]


def _in_calendar(
    database: Database, calendars: Calendars, calendar_id: int, uids: dict[int, str], *, seconds: float, now: datetime
) -> dict[int, Elsewhere]:
    found: dict[int, Elsewhere] = {}
    try:
        with database.reading() as db:
            there = begin_run(db, calendar_id, vault=calendars.vault, now=now)
        if there is None:
            return found
        with conversation(database, calendars, calendar_id, there.access, seconds=seconds) as source:
            for link_id, uid in uids.items():
                ref = source.find_event(there.remote_id, uid)
                if ref is not None:
                    found[link_id] = Elsewhere(calendar_id=calendar_id, remote_id=ref.remote_id)
    except CalendarFault as fault:
        log.info("calendar.not_asked_elsewhere", calendar=calendar_id, fault=fault.code)
    return found
