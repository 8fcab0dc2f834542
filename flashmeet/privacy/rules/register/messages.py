"""What was sent to a member."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.messages.rules.left_replies import KEPT as LEFT_KEPT
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose, Takes
from flashmeet.privacy.rules.periods import CAMPAIGNS_KEPT, MESSAGES_KEPT

MESSAGES = Purpose(
    key="messages",
    title=mark("Messages sent to you"),
    what=mark("Which message, when, to which address or number, whether it arrived, and which you switched off."),
    why=mark("So that each message is sent once, and so that a failure is noticed."),
    ground=Ground.INTEREST,
    kept_for=mark(
        "What it said and the address: six months. That you were invited: two years. That it was sent: as long as you "
        "are a member."
    ),
    seen_by=mark("The network’s team sees which message went to whom and whether it arrived, not what it said."),
    tables=(
        Kept(
            table="outbox",
            people="recipient_id",
            shared="channel kind state due_at sent_to created_at settled_at",
            withheld="payload",
            wiped="payload sent_to",
            free=(
                "id subject version message_key lane urgency not_after attempt tries doubts lease_until provider_ref "
                "reason"
            ),
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("settled_at", MESSAGES_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="delivery",
            people="ref=outbox.provider_ref.recipient_id",
            shared="status error told_at",
            withheld="ref",
            free="rank",
            periods=(Period("told_at", MESSAGES_KEPT),),
        ),
        Kept(
            table="left_reply",
            people="sender=member.email.id sender=member.phone.id",
            shared="channel subject excerpt at",
            withheld="ref why",
            free="id",
            periods=(Period("at", LEFT_KEPT),),
        ),
        Kept(table="switched_off", people="member_id", shared="category channel"),
        Kept(
            table="nudge",
            people="member_id",
            links="by_id",
            shared="kind about theme_id sent_at due_at undone_at",
            texts="note",
            renewed="nonce",
            free="id idle",
            at_erasure=AtErasure.WORDS_GO,
            periods=(Period("sent_at", MESSAGES_KEPT, Takes.WORDS),),
        ),
        Kept(
            table="campaign_person",
            people="member_id",
            shared="campaign_id added_at writes first_at written_at answer answered_at",
            free="id due_at",
            periods=(Period("added_at", CAMPAIGNS_KEPT),),
        ),
        Kept(table="nudge_rest", people="member_id", shared="until"),
        Kept(
            table="still_question",
            people="member_id",
            shared="asked_at due_at answered_at paused_at",
            withheld="nonce",
            free="id",
        ),
    ),
)
