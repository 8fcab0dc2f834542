"""When a member is free, their hours, and what is written and said about them."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose, Takes
from flashmeet.privacy.rules.periods import DAY, FILES_KEPT, WORDS_KEPT

AVAILABILITY = Purpose(
    key="availability",
    title=mark("When you are free"),
    what=mark("Your weekly hours, exceptions, time off, limits, and the days you offer."),
    why=mark("So that others can book an hour that suits you."),
    ground=Ground.SERVICE,
    kept_for=mark("As long as you are a member, or until you change it."),
    seen_by=mark("Members see the hours that can be booked, never why others cannot."),
    tables=(
        Kept(
            table="mentor_policy",
            people="member_id",
            shared=(
                "tzid durations start_every buffer_before buffer_after notice_minutes horizon_days confirm per_day "
                "per_week per_month ways place usual_notice_minutes free_now_from free_now_until"
            ),
            free="openings_due_at zone_data",
        ),
        Kept(
            table="availability_rule",
            people="member_id",
            shared="weekday start_minute end_minute",
            free="id",
        ),
        Kept(table="date_override", people="member_id", shared="date start_minute end_minute", free="id"),
        Kept(table="leave", people="member_id", shared="first last pause", free="id"),
        Kept(
            table="opening",
            people="mentor_id",
            withheld="theme_id starts_at opens_at closes_at free_until",
            free="rotation",
        ),
        Kept(
            table="day_offer",
            people="mentor_id",
            shared=("theme_id date days start_minute end_minute breaks mode starts_at ends_at created_at withdrawn_at"),
            texts="place programme",
            free="id tzid zone_data",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="holder",
            people="member_id",
            links="mentor_id",
            withheld="kind booking_id request_id starts_at expires_at",
            free="id tzid wall zone_data",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="browser_hold",
            people="member_id",
            links="mentor_id",
            withheld="browser sender starts_at ends_at",
            free="expires_at",
            periods=(Period("expires_at"),),
        ),
        Kept(table="claim", people="member_id", withheld="tick", free="holder_id"),
        Kept(
            table="quota_use",
            people="owner_id",
            withheld="rule period",
            free="ordinal holder_id",
            at_erasure=AtErasure.STAY,
        ),
    ),
)
HOURS = Purpose(
    key="hours",
    title=mark("Your hours"),
    what=mark(
        "With whom, when, about which theme, how you met, who was in the room and when, whether it took place, and "
        "what you said about it afterwards."
    ),
    why=mark("So that each hour takes place, and so that the network knows how many were given."),
    ground=Ground.SERVICE,
    kept_for=mark(
        "As long as you are a member. Once you are erased, that an hour took place stays, without your name."
    ),
    seen_by=mark(
        "The two of you. The network’s team sees how many hours there were, and, where you disagree about one, who was "
        "in the room."
    ),
    tables=(
        Kept(
            table="booking",
            people="mentor_id mentee_id",
            named="mentor_id mentee_id cancelled_by_id",
            own={"mentee_id": "mentee_tzid mentee_wall", "mentor_id": "agreed_tzid agreed_wall"},
            shared=(
                "status theme_id starts_at ends_at mode created_at agreed_at answer_due_at cancelled_at format "
                "relation solved_at"
            ),
            free=(
                "id uid room sequence buffer_before buffer_after zone_data agreed_sequence stamped_at series_id "
                "day_offer_id follow_up_at"
            ),
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="seat",
            people="member_id",
            shared="role",
            renewed="nonce",
            free="id booking_id",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="seat_reply",
            people="seat_id.member_id",
            shared="answer settled stamped_at",
            free="id seat_id sequence",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="coming",
            people="member_id",
            shared="booking_id said_at",
            free="sequence",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="leave_question",
            people="leave_id.member_id",
            shared="booking_id answered_at",
            free="leave_id",
        ),
        Kept(
            table="closed_hour_question",
            people="booking_id.mentor_id",
            shared="booking_id asked_at answered_at",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="confirmation",
            people="booking_id.mentee_id",
            shared="booking_id starts_at until answered_at ended_at",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="series",
            people="mentor_id mentee_id",
            named="mentor_id mentee_id proposed_by_id",
            shared="state theme_id rhythm_weeks ends_on review_on reviewed_on proposed_at answered_at",
            texts="goals",
            renewed="nonce",
            free="id",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="presence",
            people="seat_id.member_id",
            shared="booking_id joined_at left_at",
            free="id seat_id",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="provider_visit",
            people="seat_id.member_id",
            shared="booking_id provider visited_at failed",
            free="id seat_id sequence",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="session_answer",
            people="member_id",
            shared="booking_id happened clearer answered_at",
            texts="next_step thanks",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="later_answer",
            people="booking_id.mentee_id",
            shared="booking_id days answer answered_at",
            texts="line",
            at_erasure=AtErasure.WORDS_GO,
        ),
        Kept(
            table="late_word",
            people="seat_id.member_id",
            shared="minutes said_at",
            free="seat_id",
        ),
    ),
)
WORDS = Purpose(
    key="words",
    title=mark("What you write for an hour"),
    what=mark(
        "The question, the messages between the two of you, a file that you add, the place or the number you give for "
        "it, and the reason if it was cancelled."
    ),
    why=mark("So that both come prepared."),
    ground=Ground.SERVICE,
    kept_for=mark("Thirteen months after the hour; a file 30 days."),
    seen_by=mark(
        "The two of you, and your own calendar if you connected one. The network’s team, only where you share it in a "
        "report."
    ),
    tables=(
        Kept(
            table="booking",
            people="mentor_id mentee_id",
            own={
                "mentee_id": "need good_hour mentee_phone",
                "mentor_id": "mentor_phone",
                "cancelled_by_id": "cancel_reason",
            },
            texts="place",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("ends_at", WORDS_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="thread_file",
            people="author_id",
            readers="booking_id.mentor_id booking_id.mentee_id",
            named="author_id",
            shared="booking_id size at",
            texts="name",
            withheld="content",
            free="id",
            periods=(Period("booking_id.ends_at", FILES_KEPT),),
        ),
        Kept(
            table="thread_message",
            people="author_id",
            readers="booking_id.mentor_id booking_id.mentee_id request_id.mentor_id request_id.mentee_id",
            named="author_id",
            shared="booking_id request_id kind at",
            texts="text",
            free="id",
            periods=(
                Period("booking_id.ends_at", WORDS_KEPT),
                Period("request_id.ended_at", WORDS_KEPT),
            ),
        ),
    ),
)
ROOM = Purpose(
    key="room",
    title=mark("The call"),
    what=mark(
        "What the two browsers tell each other to connect, and how you meet if they cannot. Never sound or picture."
    ),
    why=mark("So that the call connects."),
    ground=Ground.SERVICE,
    kept_for=mark("One hour after the room closes. A room of your own: until you remove it."),
    seen_by=mark("The two of you."),
    tables=(
        Kept(
            table="room_peer",
            people="seat_id.member_id",
            withheld="key joined_at seen_at left_at arrived_at silent_since",
            free="id booking_id seat_id",
            periods=(Period("booking_id.ends_at", DAY),),
        ),
        Kept(
            table="room_message",
            people="from_peer_id.seat_id.member_id",
            withheld="kind body",
            free="from_peer_id number to_peer_id",
            periods=(Period("from_peer_id.booking_id.ends_at", DAY),),
        ),
        Kept(
            table="second_way",
            people="booking_id.mentor_id booking_id.mentee_id",
            shared="booking_id way mentor_shows_phone mentee_shows_phone",
            at_erasure=AtErasure.STAY,
        ),
        Kept(table="own_room", people="member_id", shared="address"),
    ),
)
