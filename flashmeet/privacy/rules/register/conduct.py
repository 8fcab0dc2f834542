"""Blocks, reports and absences."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose, Takes
from flashmeet.privacy.rules.periods import CASES_KEPT

CONDUCT = Purpose(
    key="conduct",
    title=mark("Reports and absences"),
    what=mark("Who you have blocked, what you report, who did not come to an hour, and what was decided."),
    why=mark("So that people are safe here."),
    ground=Ground.INTEREST,
    kept_for=mark(
        "What was said: three years after the case was closed, even if the person it is about is erased, without their "
        "name. A block: as long as both are members."
    ),
    seen_by=mark("The administrators; never the person it is about, except that they were reported absent."),
    tables=(
        Kept(table="member_block", people="by_id", links="other_id", shared="at", at_erasure=AtErasure.STAY),
        Kept(
            table="conduct_case",
            people="by_id",
            links="about_id",
            shared="kind booking_id what opened_at closed_at",
            texts="story shared",
            withheld="frozen decision",
            free="id open_key",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("closed_at", CASES_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="case_event",
            people="by_id",
            withheld="kind at text",
            wiped="text",
            free="id case_id",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("case_id.closed_at", CASES_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="no_show",
            people="about_id by_id",
            own={"about_id": "answer answered_at"},
            shared="booking_id role state said_at until starts_at",
            renewed="nonce",
            free="id case_id",
            at_erasure=AtErasure.WORDS_GO,
        ),
    ),
)
