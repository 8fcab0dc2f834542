"""Talking to the provider of a member's calendar, with no transaction open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flashmeet.calendars.rules.sources import Access, Calendars, CalendarSource
from flashmeet.calendars.service.sync_runs import keep_secret
from flashmeet.core.database.session import Database


@contextmanager
def conversation(
    database: Database, calendars: Calendars, calendar_id: int, access: Access, *, seconds: float
) -> Iterator[CalendarSource]:
    """Opens the calendar's account, and closes it. Whatever happens, a renewed secret is stored in a unit of work of
    its own: the old one may be invalid already."""
    source = calendars.sources(access, seconds=seconds)
    try:
        yield source
    finally:
        renewed = source.renewed
        if renewed is not None:
            with database.writing() as db:
                keep_secret(db, calendar_id, calendars.vault.shut(renewed))
        source.close()
