"""One sync of one calendar: what to ask, what to store of the answer, and what to do on failure.

A sync is three units of work: `begin_run`, the conversation (no transaction open), then `keep_run` or `fail_run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.calendars.queries import OwnTimes, own_times
from flashmeet.calendars.rules.sources import Access, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.calendars.service.notices import notify_trouble, notify_unread
from flashmeet.core.intervals import Interval, without
from flashmeet.core.provider_faults import AuthFailed, CalendarFault, NothingThere, RateLimited, TooCostly
from flashmeet.core.vault import Vault
from flashmeet.core.zones import data_version, is_outdated, names
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.queries.calendars import (
    busy_events,
    known_versions,
    unread_events,
    write_busy,
    write_items,
)
from flashmeet.schedule.rules.calendars import (
    BREAKER,
    HIDDEN_AFTER,
    POLL_EVERY,
    READ_IN_FULL_EVERY,
    CalendarKind,
    wait_after,
)
from flashmeet.schedule.rules.timetables import timetable_in
from flashmeet.schedule.service.calendar_freshness import fails_closed, hides_hours
from flashmeet.schedule.service.openings import refresh_openings

MOST_CALENDARS = 50
"""Of one account."""
ONE_BY_ONE = 40
"""Up to this many changed times, openings are rebuilt around each; beyond, all of them at once."""
SHUT_OUT_FOR, TOO_COSTLY_FOR = timedelta(hours=6), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """What to ask of which calendar. `stored_cursor` is the row's; `cursor` is the one to ask with. `lists`: the
    account's calendars are asked for as well, once a day."""

    calendar_id: int
    account_id: int
    member_id: int
    remote_id: str
    access: Access
    cursor: str
    stored_cursor: str
    known: Mapping[str, str]
    lists: bool = False


def access_of(account: CalendarAccount, tzid: str, *, vault: Vault) -> Access:
    """Returns the account with its secret decrypted. Raises AuthFailed where the key that encrypted it is gone."""
    try:
        secrets = vault.open(account.secret)
    except ValueError as error:
        raise AuthFailed("another key") from error
    return Access(kind=account.kind, tzid=tzid or account.member.tzid, settings=account.settings, secrets=secrets)


def begin_run(db: Session, calendar_id: int, *, vault: Vault, now: datetime) -> SyncRun | None:
    """Returns None for a calendar that is no longer connected. Raises AuthFailed.

    Once a day the sync is a full one, and where its zone is another than when all of it was read, or has other rules.
    """
    row = db.get(MemberCalendar, calendar_id)
    if row is None:
        return None
    in_full = row.read_in_full_at is None or now - row.read_in_full_at >= READ_IN_FULL_EVERY
    in_full |= is_outdated(row.zone_data) or row.read_tzid != (row.tzid or row.account.member.tzid)
    return SyncRun(
        calendar_id=row.id,
        account_id=row.account_id,
        member_id=row.member_id,
        remote_id=row.remote_id,
        access=replace(access_of(row.account, row.tzid, vault=vault), may_be_empty=_may_be_empty(db, row, now=now)),
        cursor="" if in_full else row.cursor,
        stored_cursor=row.cursor,
        known=known_versions(db, row.id),
        lists=in_full and row.read_in_full_at is not None and row.id == _first_used(row.account),
    )


def _first_used(account: CalendarAccount) -> int | None:
    return next((each.id for each in account.calendars if each.used), None)


def _may_be_empty(db: Session, row: MemberCalendar, *, now: datetime) -> bool:
    """Its member said so; or it is a timetable in which nothing was to come: in the holidays it holds no class, since
    schools drop the weeks that are past."""
    if row.may_be_empty or row.read_at is None or timetable_in(row.account.settings) is None:
        return row.may_be_empty
    return not busy_events(db, row.id, after=now)


def require_believable(db: Session, run: SyncRun, result: SyncResult, *, now: datetime) -> None:
    """Raises NothingThere where a full list takes nothing of much that the calendar took so far: a fault, or one
    decision about everything, which its member is asked about."""
    if not result.full or run.access.may_be_empty or any(each.busy for each in result.changed):
        return
    known = busy_events(db, run.calendar_id, after=now)
    if len(known) >= BREAKER and not known & result.unchanged_ids:
        raise NothingThere


def keep_run(db: Session, run: SyncRun, result: SyncResult, *, in_full: bool, now: datetime) -> bool:
    """Stores what was found, the cursor with it, and updates the openings.

    Returns False, with nothing written, when another sync was faster.
    """
    row = _locked(db, run.calendar_id)
    if row is None or row.cursor != run.stored_cursor:
        return False
    hidden = hides_hours(db, row.member_id, now=now)
    row.cursor, row.read_at, row.next_try_at = result.cursor, now, now + POLL_EVERY
    row.failing_since, row.failures, row.fault = None, 0, ""
    row.may_be_empty &= not any(each.busy for each in result.changed)
    if in_full:
        row.read_in_full_at, row.read_tzid, row.zone_data = now, run.access.tzid, data_version()
    if result.tzid in names() and result.tzid != row.tzid:
        row.tzid, row.next_try_at = result.tzid, now
    _recovered(row.account)
    db.flush()
    _refresh(db, row, _written(db, row, run, result, now=now), whole=hidden, now=now)
    return True


def add_calendars(db: Session, account_id: int, found: Sequence[RemoteCalendar], *, now: datetime) -> int:
    """Keeps calendars that were added at the provider since; returns how many.

    One of an account whose calendars are all checked from the first is checked, too: its owner may be busy in it.
    """
    account = db.get(CalendarAccount, account_id)
    if account is None:
        return 0
    known = {each.remote_id for each in account.calendars}
    fresh = [each for each in found if each.remote_id not in known][: max(0, MOST_CALENDARS - len(known))]
    for each in fresh:
        account.calendars.append(
            MemberCalendar(
                member_id=account.member_id,
                remote_id=each.remote_id,
                name=each.name,
                tzid=each.tzid,
                writable=each.writable,
                checks=account.kind == CalendarKind.CALDAV,
                next_try_at=now,
            )
        )
    return len(fresh)


def _written(db: Session, row: MemberCalendar, run: SyncRun, result: SyncResult, *, now: datetime) -> list[Interval]:
    """Returns the changed busy times. Our own bookings are left out: the claims hold them already.

    Of an event that has our UID only their time is: its owner may have made it longer, or a series of it.
    """
    changed = {each.remote_id: each for each in result.changed}
    gone = set(result.removed)
    if result.full:
        gone = run.known.keys() - changed.keys() - result.unchanged_ids
    ours = own_times(db, row, {each.uid for each in changed.values() if each.uid})
    wanted = [(each.remote_id, span.start, span.end) for each in changed.values() for span in _others_time(each, ours)]
    known = unread_events(db, row.id)
    fresh = [
        each
        for each in changed.values()
        if not each.etag or (each.etag, each.unread) != (run.known.get(each.remote_id), known.get(each.remote_id))
    ]
    write_items(db, row.id, [(each.remote_id, each.etag, each.uid, each.unread) for each in fresh], gone=gone)
    unread = {each.remote_id: each.unread for each in fresh if each.unread is not None and each.uid not in ours}
    if row.checks and unread.keys() - known.keys():
        notify_unread(db, row.account, now=now)
    return write_busy(db, row, wanted, of={*gone, *changed})


def _others_time(event: RemoteEvent, ours: Mapping[str, OwnTimes]) -> Sequence[Interval]:
    own = ours.get(event.uid)
    if own is None:
        return event.busy
    spans = list(own.spans)
    if event.remote_id in own.remote_ids and event.starts_at is not None:  # where its owner dragged it, for as long
        spans.append(Interval(event.starts_at, event.starts_at + (spans[0].end - spans[0].start)))
    return without(event.busy, spans)


def _refresh(db: Session, row: MemberCalendar, touched: list[Interval], *, whole: bool = False, now: datetime) -> None:
    if whole or (row.checks and len(touched) > ONE_BY_ONE):
        refresh_openings(db, row.member_id, now=now)
    elif row.checks and touched:
        refresh_openings(db, row.member_id, now=now, around=touched)


def _recovered(account: CalendarAccount) -> None:
    """Clears the fault; once all its calendars have recovered, the next failure is mailed again."""
    if account.fault == AuthFailed.code:
        account.fault = ""
    if all(each.failing_since is None for each in account.calendars if each.used):
        account.told_at = None


def fail_run(db: Session, calendar_id: int, fault: CalendarFault, *, tell: bool = False, now: datetime) -> None:
    """Records that the calendar cannot be read; what was read before stays.

    The member is told once: at once where only they can repair it or somebody was refused an hour (`tell`), else after
    an hour.
    """
    row = _locked(db, calendar_id)
    if row is None:
        return
    row.failures += 1
    row.failing_since, row.fault = row.failing_since or now, fault.code
    row.next_try_at = now + wait_after(row.failures, at_least=_at_least(fault))
    if isinstance(fault, AuthFailed):
        row.account.fault = fault.code
    db.flush()
    theirs = isinstance(fault, (AuthFailed, TooCostly, NothingThere))
    if theirs or now - row.failing_since >= HIDDEN_AFTER or (tell and fails_closed(db)):
        notify_trouble(db, row.account, now=now)
    if hides_hours(db, row.member_id, now=now):
        refresh_openings(db, row.member_id, now=now)


def _at_least(fault: CalendarFault) -> timedelta:
    if isinstance(fault, AuthFailed):
        return SHUT_OUT_FOR
    if isinstance(fault, TooCostly):
        return TOO_COSTLY_FOR
    if isinstance(fault, RateLimited):
        return min(fault.after or timedelta(), HIDDEN_AFTER)  # by then its hours are hidden, and its member is told
    return timedelta()


def keep_secret(db: Session, calendar_id: int, secret: str) -> None:
    """Stores the encrypted secret that the provider gave in place of the old one."""
    row = db.get(MemberCalendar, calendar_id)
    if row is not None:
        row.account.secret = secret


def _locked(db: Session, calendar_id: int) -> MemberCalendar | None:
    return db.get(MemberCalendar, calendar_id, with_for_update={"of": MemberCalendar}, populate_existing=True)


def ask_full_sync(db: Session, calendar_id: int, *, at: datetime) -> None:
    """Makes the calendar due for a full sync, because an event of ours is missing."""
    calendar = db.get(MemberCalendar, calendar_id)
    if calendar is not None:
        calendar.read_in_full_at, calendar.next_try_at = None, at
