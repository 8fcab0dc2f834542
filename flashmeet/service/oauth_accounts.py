"""Accounts that a member opened to us at a provider: kept once, and opened anew where the permission had ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.domain.calendars import Kind, RemoteCalendar
from flashmeet.domain.ports import Vault
from flashmeet.store.models import CalendarAccount, Member, MemberCalendar

PRIMARY = "primary"
"""In an account's settings: the calendar by which it is known again."""


def keep_account(
    session: Session,
    member: Member,
    kind: Kind,
    *,
    secrets: Mapping[str, str],
    calendars: Sequence[RemoteCalendar],
    vault: Vault,
    now: datetime,
) -> CalendarAccount:
    """The account with all its calendars. The member's main one is checked, and written to where no other one is.

    An account that is there already is opened with the new secrets; what the member chose in it stays.
    """
    main = next((each for each in calendars if each.primary), calendars[0])
    account = _known(session, member, kind, main.remote_id)
    fresh = account is None
    if account is None:
        account = CalendarAccount(member_id=member.id, kind=kind, settings={PRIMARY: main.remote_id}, created_at=now)
        session.add(account)
    account.secret, account.label = vault.shut(secrets), main.name or main.remote_id
    account.fault, account.told_at = "", None
    session.flush()
    _keep_calendars(account, calendars, now=now)
    session.flush()
    if fresh:
        _use(session, account, main.remote_id)
    return account


def _known(session: Session, member: Member, kind: Kind, primary: str) -> CalendarAccount | None:
    query = select(CalendarAccount).where(CalendarAccount.member_id == member.id, CalendarAccount.kind == kind)
    found = session.scalars(query.order_by(CalendarAccount.id).with_for_update(of=CalendarAccount)).unique()
    return next((each for each in found if each.settings.get(PRIMARY) == primary), None)


def _keep_calendars(account: CalendarAccount, calendars: Sequence[RemoteCalendar], *, now: datetime) -> None:
    """New ones are added, known ones are due to be looked at; those that are gone say so at their next look."""
    known = {each.remote_id: each for each in account.calendars}
    for remote in calendars:
        row = known.get(remote.remote_id)
        if row is None:
            row = MemberCalendar(member_id=account.member_id, remote_id=remote.remote_id)
            account.calendars.append(row)
        row.name, row.tzid, row.writable, row.next_try_at = remote.name, remote.tzid, remote.writable, now


def _use(session: Session, account: CalendarAccount, main: str) -> None:
    row = next(each for each in account.calendars if each.remote_id == main)
    query = select(MemberCalendar.id).where(MemberCalendar.member_id == account.member_id, MemberCalendar.writes)
    row.checks = True
    row.writes = row.writable and session.scalars(query.limit(1)).first() is None
    session.flush()
