"""Where a member's name may stand in what others wrote, or in what was written to others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """A column in which a member may be named; `near`: paths to the member from the rows that are looked at, or all."""

    table: str
    column: str
    near: tuple[str, ...] = ()


TRACES = (
    Trace("outbox", "payload"),
    Trace("idempotency_key", "answer"),
    Trace(
        "thread_message",
        "text",
        ("booking_id.mentor_id", "booking_id.mentee_id", "request_id.mentor_id", "request_id.mentee_id"),
    ),
    Trace("conduct_case", "story", ("about_id", "by_id")),
    Trace("conduct_case", "shared", ("about_id", "by_id")),
    Trace("case_event", "text", ("case_id.about_id", "case_id.by_id")),
    Trace("nudge", "note", ("by_id",)),
    Trace("member_note", "text"),
    Trace("theme_choice", "text"),
)
