"""Kinds of messages that campaigns send, and the payload that a row keeps until it is rendered."""

from __future__ import annotations

from typing import TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class InvitedPayload(TypedDict):
    """`role` is a `SegmentRole`, `opening` an `Opening`; `note` holds the administrator's own sentence by language.

    `writes` counts the mails before this one; `themes` are those that have hours now, by language; `campaign_id` is 0
    in a trial.
    """

    campaign_id: int
    writes: int
    role: str
    opening: str
    note: dict[str, str]
    by_id: int
    by_name: str
    themes: list[dict[str, str]]


INVITED: MessageKind[InvitedPayload] = MessageKind(
    "invited", Category.NEWS, label=mark("Invitation to come in"), speaks_of="invited", hangs_on="campaign"
)
"""To a member who has not come yet: what the network is, and how to sign in."""
