"""The last check of an SMS before it costs money: whether it is allowed, at a decent hour and within daily limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.limits import count_up
from flashmeet.core.phone_numbers import region_of
from flashmeet.core.secrets import hashed
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.identity.models import BlockedNumber
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.unreachable import sms_number
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import KINDS, is_timed
from flashmeet.messages.rules.quiet_hours import Quiet

SMS_OFF, NOT_SERVED, CAPPED, QUIET = "sms_off", "country_not_served", "sms_cap", "quiet_hours"
SAID_BY_MAIL = frozenset({SMS_OFF, NOT_SERVED, CAPPED, QUIET, str(BlockReason.BAD_NUMBER)})
"""Reasons to hold back an SMS whose mail is sent instead."""


def kept_back(db: Session, rows: Sequence[OutboxMessage], *, now: datetime) -> dict[int, str]:
    """Returns row id → reason for each SMS that must not be sent; the others are counted."""
    texts = [row for row in rows if row.channel == ChannelName.SMS]
    if not texts:
        return {}
    settings, blocked = network_settings(db), _blocked(db, {sms_number(row) for row in texts})
    reasons = {row.id: _reason(db, row, settings, blocked, now) for row in texts}
    return {row_id: reason for row_id, reason in reasons.items() if reason}


def quiet_hours(settings: NetworkSettings) -> Quiet:
    return Quiet(settings.sms_quiet_from, settings.sms_quiet_until)


def quiet_until(row: OutboxMessage, settings: NetworkSettings, *, now: datetime) -> datetime | None:
    """Returns the end of the quiet hours that the recipient is in; None outside them.

    They hold for what is said at a time of ours: a code or a reply was asked for by the person just now.
    """
    within = quiet_hours(settings).around(now, row.recipient.tzid) if is_timed(row.kind) else None
    return within[1] if within else None


def waits_for_morning(db: Session, row: OutboxMessage, *, now: datetime) -> datetime | None:
    """Returns when an SMS held back by `QUIET` may be sent; None where that is too late and a mail says it."""
    morning = quiet_until(row, network_settings(db), now=now)
    return morning if morning is not None and (row.not_after is None or morning < row.not_after) else None


def _blocked(db: Session, phones: set[str]) -> dict[str, str]:
    found = db.scalars(select(BlockedNumber).where(BlockedNumber.phone.in_(phones)))
    return {each.phone: each.reason for each in found}


def _reason(db: Session, row: OutboxMessage, settings: NetworkSettings, blocked: dict[str, str], now: datetime) -> str:
    phone = sms_number(row)
    if not settings.sms_on:
        return SMS_OFF
    if phone in blocked and not _may_heal(row, blocked[phone]):
        return blocked[phone]
    if region_of(phone) not in (*settings.sms_countries, settings.country):
        return NOT_SERVED
    if quiet_until(row, settings, now=now) is not None:
        return QUIET
    in_all = _count(db, "all", now)
    to_it = 0 if is_timed(row.kind) else _count(db, hashed(phone)[:32], now)  # reminders: bookings have limits
    return CAPPED if in_all > settings.sms_per_day or to_it > settings.sms_per_number else ""


def _may_heal(row: OutboxMessage, reason: str) -> bool:
    """Whether it is a code to a number that could not be reached once: its answer shows that it can be by now."""
    return reason == BlockReason.BAD_NUMBER and row.kind in KINDS and KINDS[row.kind].names_address


def _count(db: Session, who: str, now: datetime) -> int:
    """Counts one more for this UTC day; returns the sum."""
    day = now.astimezone(UTC).date()
    return count_up(db, f"sms:{who}:{day}", expires_at=now + timedelta(days=1))
