"""What a member asks for and is asked for."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose, Takes
from flashmeet.privacy.rules.periods import SEARCHES_KEPT, WORDS_KEPT

REQUESTS = Purpose(
    key="requests",
    title=mark("Your requests"),
    what=mark("What you asked, of whom, which times were proposed, and what was answered."),
    why=mark("So that your request reaches somebody who has time."),
    ground=Ground.SERVICE,
    kept_for=mark(
        "The words: thirteen months after the request ended. That there was one: as long as you are a member."
    ),
    seen_by=mark("You, and the mentors who were asked. The network’s team sees how many are answered, and by whom."),
    tables=(
        Kept(
            table="mentoring_request",
            people="mentee_id",
            named="mentee_id mentor_id",
            shared=(
                "kind state theme_id booking_id minutes mode share_phone any_time created_at due_at queued_at ended_at "
                "promised_at rhythm_weeks series_ends_on"
            ),
            texts="need good_hour place",
            withheld="nearness",
            wiped="nearness",
            free="id",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("ended_at", WORDS_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="request_ask",
            people="mentor_id",
            shared="request_id wave state unfit asked_at due_at answered_at",
            texts="note",
            renewed="nonce",
            free="id",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("request_id.ended_at", WORDS_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="request_question",
            people="ask_id.mentor_id ask_id.request_id.mentee_id",
            own={"ask_id.mentor_id": "text", "ask_id.request_id.mentee_id": "reply"},
            shared="ask_id asked_at due_at replied_at",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("ask_id.request_id.ended_at", WORDS_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="request_time",
            people="by_id",
            shared="request_id starts_at",
            free="id holder_id",
            at_erasure=AtErasure.STAY,
        ),
        Kept(table="request_colleague", people="by_id", links="mentor_id", shared="request_id"),
        Kept(
            table="hour_offer",
            people="mentor_id request_id.mentee_id",
            shared="request_id starts_at state ends_at",
            renewed="nonce",
            free="id holder_id",
            at_erasure=AtErasure.WORDS_GO,
        ),
    ),
)
SEARCHES = Purpose(
    key="searches",
    title=mark("What you looked for"),
    what=mark(
        "Themes for which you found no hour, themes you miss, mentors you do not want suggested again. A need that we "
        "did not understand, with the theme that you chose for it: your latest twenty."
    ),
    why=mark(
        "So that you are told when there is an hour, so that the network knows what is missing, and so that words that "
        "three people use are understood."
    ),
    ground=Ground.INTEREST,
    kept_for=mark("One year."),
    seen_by=mark("The network’s team sees how often, not by whom. Needs with a chosen theme are shown to nobody."),
    tables=(
        Kept(
            table="unmet",
            people="member_id",
            shared="theme_id day cause at tell_at told_at",
            periods=(Period("at", SEARCHES_KEPT),),
        ),
        Kept(
            table="theme_proposal",
            people="member_id",
            shared="text at",
            withheld="term",
            periods=(Period("at", SEARCHES_KEPT),),
        ),
        Kept(
            table="theme_choice",
            people="member_id",
            shared="theme_id at",
            texts="text",
            withheld="term",
            periods=(Period("at", SEARCHES_KEPT),),
        ),
        Kept(table="dismissal", people="member_id mentor_id", withheld="at"),
        Kept(
            table="theme_invitation",
            people="member_id",
            links="by_id",
            shared="theme_id at unfit_at",
        ),
    ),
)
