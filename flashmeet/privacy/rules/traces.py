"""Where a member's name may stand in what others wrote, or in what was written to others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """A column in which a member may be named; `near`: paths to the member from the rows that are looked at, or all."""

    table: str
    column: str
    near: tuple[str, ...] = ()


def _traces(table: str, columns: str, *near: str) -> tuple[Trace, ...]:
    return tuple(Trace(table, column, near) for column in columns.split())


_OF_HOUR = ("booking_id.mentor_id", "booking_id.mentee_id")
_OF_REQUEST = ("request_id.mentor_id", "request_id.mentee_id")

TRACES = (
    *_traces("outbox", "payload"),
    *_traces("idempotency_key", "answer"),
    *_traces("booking", "need good_hour cancel_reason", "mentor_id", "mentee_id"),
    *_traces("thread_message", "text", *_OF_HOUR, *_OF_REQUEST),
    *_traces("thread_file", "name", *_OF_HOUR),
    *_traces("session_answer", "next_step thanks", *_OF_HOUR),
    *_traces("later_answer", "line", *_OF_HOUR),
    *_traces("mentoring_request", "need good_hour place", "mentor_id", "id=request_ask.request_id.mentor_id"),
    *_traces("request_ask", "note", *_OF_REQUEST),
    *_traces("request_question", "text reply", "ask_id.mentor_id", "ask_id.request_id.mentee_id"),
    *_traces("no_show", "answer", "about_id", "by_id"),
    *_traces("conduct_case", "story shared", "about_id", "by_id"),
    *_traces("case_event", "text", "case_id.about_id", "case_id.by_id"),
    *_traces("left_reply", "subject excerpt"),
    *_traces("nudge", "note", "by_id"),
    *_traces("member_note", "text"),
    *_traces("theme_choice", "text"),
)
