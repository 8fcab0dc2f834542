"""A member's own calendars."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import Ground, Kept, Period, Purpose
from flashmeet.privacy.rules.periods import DAY

CALENDARS = Purpose(
    key="calendars",
    title=mark("Your calendars"),
    what=mark(
        "If you connect one: which, and when you are busy. Titles are not kept, except those of events that "
        "could not be read, so that you can find them. Access is encrypted."
    ),
    why=mark("So that nobody books you while you are busy, and so that your hours stand in your calendar."),
    ground=Ground.CONSENT,
    kept_for=mark("Until you disconnect it."),
    seen_by=mark("Only you. Others only see that an hour is not free."),
    tables=(
        Kept(
            table="calendar_account",
            people="member_id",
            shared="kind label settings fault told_at created_at",
            withheld="secret",
            free="id",
        ),
        Kept(
            table="calendar",
            people="member_id",
            shared="remote_id name tzid checks writes bare cancels read_at failing_since fault",
            withheld="cursor push push_until",
            free=(
                "id account_id writable read_in_full_at next_try_at failures looked_at_until may_be_empty zone_data "
                "read_tzid"
            ),
        ),
        Kept(
            table="calendar_item",
            people="calendar_id.member_id",
            shared="unread",
            withheld="remote_id etag uid",
            free="calendar_id",
        ),
        Kept(
            table="busy_time",
            people="member_id",
            shared="starts_at ends_at",
            withheld="remote_id",
            free="id calendar_id",
            periods=(Period("ends_at", 30 * DAY),),
        ),
        Kept(
            table="calendar_event",
            people="calendar_id.member_id",
            shared="booking_id starts_at conflict followed",
            withheld="remote_id etag tried",
            free="id calendar_id sequence",
        ),
        Kept(
            table="calendar_question",
            people="member_id",
            shared="booking_id kind proposed_at due_at answered_at answer",
            withheld="nonce",
            free="id version",
        ),
        Kept(table="feed", people="member_id", shared="created_at", withheld="secret_hash"),
    ),
)
