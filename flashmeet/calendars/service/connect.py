"""Accounts that a member opened to us at a provider (Google, Microsoft 365)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.calendars.rules.sources import RemoteCalendar
from flashmeet.calendars.service.accounts import NewAccount, accounts_of, connect
from flashmeet.core.vault import Vault
from flashmeet.identity.models.member import Member
from flashmeet.schedule.models.calendar import CalendarAccount
from flashmeet.schedule.rules.calendars import Kind

PRIMARY = "primary"
"""In an account's settings: the calendar by which it is known again."""


def connect_at_provider(
    session: Session,
    member: Member,
    kind: Kind,
    *,
    secrets: Mapping[str, str],
    calendars: Sequence[RemoteCalendar],
    vault: Vault,
    now: datetime,
) -> CalendarAccount:
    """Keeps the account. Of a new one the main calendar alone is checked for conflicts, and written into first: such an
    account lists colleagues' calendars and holidays, too. Raises OutOfRange.
    """
    main = next((each for each in calendars if each.primary), calendars[0])
    new = NewAccount(
        kind=kind,
        label=main.name or main.remote_id,
        settings={PRIMARY: main.remote_id},
        secret=vault.shut(secrets),
        found=[main, *(each for each in calendars if each is not main)],
    )
    before = {each.id for each in accounts_of(session, member)}
    account = connect(session, member, new, now=now)
    if account.id not in before:
        for row in account.calendars:
            row.checks = row.remote_id == main.remote_id
        session.flush()
    return account
