"""Connecting calendars, choosing what each is used for, and disconnecting them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.calendars.models import CalendarEvent
from flashmeet.calendars.rules.sources import MANY_GONE, RemoteCalendar
from flashmeet.calendars.service.event_writer import forget_moves, reconcile_events
from flashmeet.calendars.service.sync_runs import MOST_CALENDARS
from flashmeet.core.errors import NotFound, OutOfRange
from flashmeet.core.provider_faults import Missing, NothingThere
from flashmeet.core.vault import Vault
from flashmeet.identity.models import Member
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.queries.calendars import writing_calendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.service.openings import refresh_openings

MOST_ACCOUNTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account that accepted our credentials. `secret` is encrypted already; `found` are its calendars.

    `may_be_empty`: its member said that nothing in them takes time.
    """

    kind: CalendarKind
    label: str
    settings: Mapping[str, str]
    secret: str
    found: Sequence[RemoteCalendar]
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What a calendar is used for, as its member chose."""

    checks: bool
    writes: bool
    bare: bool = False
    cancels: bool = False


def accounts_of(db: Session, member: Member) -> Sequence[CalendarAccount]:
    query = select(CalendarAccount).where(CalendarAccount.member_id == member.id).order_by(CalendarAccount.id)
    return db.scalars(query).unique().all()


def account_of(db: Session, member: Member, account_id: int) -> CalendarAccount:
    """Returns the member's own account. Raises NotFound."""
    found = db.get(CalendarAccount, account_id)
    if found is None or found.member_id != member.id:
        raise NotFound
    return found


def connect(db: Session, member: Member, new: NewAccount, *, now: datetime) -> CalendarAccount:
    """Stores the account; one connected before is replaced, and keeps the choices made for its calendars, without those
    that exist no more.

    Every calendar of a new account is checked for conflicts, and bookings are written into the first writable one,
    unless the member has chosen one already. Raises OutOfRange.
    """
    account = _same(db, member, new) or _fresh(db, member, new, now=now)
    account.secret, account.fault, account.told_at = new.secret, "", None
    account.settings = dict(new.settings)
    _let_go_of_missing(account, {each.remote_id for each in new.found})
    there = {each.remote_id: each for each in account.calendars}
    for found in new.found[:MOST_CALENDARS]:
        row = there.get(found.remote_id) or MemberCalendar(
            member_id=member.id, remote_id=found.remote_id, checks=True, next_try_at=now
        )
        row.name, row.tzid, row.writable = found.name, found.tzid, found.writable
        row.next_try_at, row.failing_since, row.failures, row.fault = now, None, 0, ""
        row.may_be_empty = new.may_be_empty
        if found.remote_id not in there:
            account.calendars.append(row)
    db.flush()
    _choose_first(db, member, account)
    refresh_openings(db, member.id, now=now)
    reconcile_events(db, member.id, now=now)
    return account


def _same(db: Session, member: Member, new: NewAccount) -> CalendarAccount | None:
    """The account by what it is: where it is and whose, not what it is called here."""
    accounts = [each for each in accounts_of(db, member) if each.kind == new.kind]
    same = (each for each in accounts if each.settings == new.settings)
    return next(same, None) or next((each for each in accounts if _holds_the_same(each, new)), None)


def _holds_the_same(account: CalendarAccount, new: NewAccount) -> bool:
    """A CalDAV server's address is typed in many ways; those of its calendars are its own."""
    if account.kind != CalendarKind.CALDAV or account.settings.get("user") != new.settings.get("user"):
        return False
    return not {each.remote_id for each in account.calendars}.isdisjoint(each.remote_id for each in new.found)


def _let_go_of_missing(account: CalendarAccount, found: Collection[str]) -> None:
    """Forgets calendars of which the provider says that they are gone, and which it lists no more."""
    for row in [each for each in account.calendars if each.fault == Missing.code and each.remote_id not in found]:
        account.calendars.remove(row)


def renew(db: Session, member: Member, account_id: int, new: NewAccount, *, now: datetime) -> CalendarAccount:
    """Gives an ICS account its new address, which is read at once; until then what was read before stays.

    Another account at that address is kept, and this one goes. Raises NotFound.
    """
    account = account_of(db, member, account_id)
    if account.kind != new.kind or account.kind != CalendarKind.ICS:
        raise NotFound
    same = _same(db, member, new)
    if same is not None and same is not account:
        disconnect(db, member, account_id, now=now)
        return connect(db, member, new, now=now)
    account.label, account.settings, account.secret = new.label, dict(new.settings), new.secret
    account.fault, account.told_at = "", None
    for row in account.calendars:
        row.name, row.cursor, row.next_try_at = new.found[0].name, "", now
        row.may_be_empty, row.read_in_full_at = new.may_be_empty, None
    db.flush()
    return account


def address_key(url: str) -> str:
    """Tells two secret addresses apart without showing them."""
    return hashlib.sha256(url.strip().encode()).hexdigest()[:32]


def believe_empty(db: Session, member: Member, account_id: int, *, now: datetime) -> None:
    """Nothing takes time in those of the account's calendars that were asked about: its member says so.

    It is believed until something in them takes time again. Raises NotFound.
    """
    for calendar in account_of(db, member, account_id).calendars:
        calendar.may_be_empty |= calendar.fault == NothingThere.code
    try_again(db, member, account_id, now=now)


def _fresh(db: Session, member: Member, new: NewAccount, *, now: datetime) -> CalendarAccount:
    count = db.scalar(select(func.count()).select_from(CalendarAccount).where(CalendarAccount.member_id == member.id))
    if (count or 0) >= MOST_ACCOUNTS:
        raise OutOfRange("calendars", low=0, high=MOST_ACCOUNTS)
    account = CalendarAccount(
        member=member, kind=new.kind, label=new.label, settings=dict(new.settings), secret=new.secret, created_at=now
    )
    db.add(account)
    return account


def _choose_first(db: Session, member: Member, account: CalendarAccount) -> None:
    if writing_calendar(db, member.id) is None:
        first = next((each for each in account.calendars if each.writable), None)
        if first is not None:
            first.writes = True
            db.flush()


def calendar_of(db: Session, member: Member, calendar_id: int) -> MemberCalendar:
    """Returns the member's own calendar. Raises NotFound."""
    found = db.get(MemberCalendar, calendar_id)
    if found is None or found.member_id != member.id:
        raise NotFound
    return found


def choose(db: Session, member: Member, calendar_id: int, switches: Switches, *, now: datetime) -> None:
    """Sets what the calendar is used for. Only one calendar is written to: choosing it deselects the other.

    Coming bookings are written there, and removed from where they were. Raises NotFound.
    """
    calendar = calendar_of(db, member, calendar_id)
    writes, wrote = switches.writes and calendar.writable, calendar.writes
    if writes and not calendar.writes:
        db.execute(update(MemberCalendar).where(MemberCalendar.member_id == member.id).values(writes=False))
        db.refresh(calendar)
    newly = (switches.checks and not calendar.checks) or (writes and not calendar.writes)
    calendar.checks, calendar.writes = switches.checks, writes
    calendar.bare, calendar.cancels = switches.bare, switches.cancels and writes
    if newly:
        calendar.next_try_at = now
    if switches.writes and calendar.writes and not wrote:
        forget_moves(db, member.id)
    db.flush()
    refresh_openings(db, member.id, now=now)
    reconcile_events(db, member.id, now=now)


def try_again(db: Session, member: Member, account_id: int, *, now: datetime) -> None:
    """Makes all calendars of the account due to be read at once. Raises NotFound."""
    for calendar in account_of(db, member, account_id).calendars:
        calendar.next_try_at = now


def write_again(db: Session, member: Member, account_id: int, *, now: datetime) -> None:
    """Rewrites coming bookings that are missing or were changed there, at the member's request; removes cancelled ones.

    Raises NotFound.
    """
    account = account_of(db, member, account_id)
    for calendar in account.calendars:
        for link in db.scalars(select(CalendarEvent).where(CalendarEvent.calendar_id == calendar.id)).unique():
            if calendar.writes and link.booking.status == BookingStatus.CONFIRMED:
                db.delete(link)
            else:
                link.conflict, link.etag = False, ""  # remove it, whatever its version
    if account.fault == MANY_GONE:
        account.fault = ""
    db.flush()
    reconcile_events(db, member.id, now=now)


def disconnect(db: Session, member: Member, account_id: int, *, now: datetime) -> None:
    """Deletes the account, its secret and all that was read; events that we wrote stay where they are.

    Raises NotFound.
    """
    db.delete(account_of(db, member, account_id))
    db.flush()
    refresh_openings(db, member.id, now=now)


PRIMARY = "primary"
"""Key in an account's settings: the calendar that identifies the account when it is connected again."""


def connect_at_provider(
    db: Session,
    member: Member,
    kind: CalendarKind,
    *,
    secrets: Mapping[str, str],
    calendars: Sequence[RemoteCalendar],
    vault: Vault,
    now: datetime,
) -> CalendarAccount:
    """Stores the account. Only the main calendar of a new one is checked for conflicts and written to, because such an
    account lists colleagues' calendars and holidays too. Raises OutOfRange."""
    main = next((each for each in calendars if each.primary), calendars[0])
    new = NewAccount(
        kind=kind,
        label=main.name or main.remote_id,
        settings={PRIMARY: main.remote_id},
        secret=vault.shut(secrets),
        found=[main, *(each for each in calendars if each is not main)],
    )
    before = {each.id for each in accounts_of(db, member)}
    account = connect(db, member, new, now=now)
    if account.id not in before:
        for row in account.calendars:
            row.checks = row.remote_id == main.remote_id
        db.flush()
    return account
