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


class AnnouncedPayload(TypedDict):
    """`titles` and `text` are an administrator's own words, by language; `campaign_id` is 0 in a trial."""

    campaign_id: int
    titles: dict[str, str]
    text: dict[str, str]
    by_id: int
    by_name: str


class YearPayload(TypedDict):
    """`about` is the `CampaignKind` of a question of the year; `person_id` and `member_id` make its link."""

    campaign_id: int
    person_id: int
    member_id: int
    about: str
    by_id: int
    by_name: str


INVITED: MessageKind[InvitedPayload] = MessageKind(
    "invited", Category.NEWS, label=mark("Invitation to come in"), speaks_of="invited", hangs_on="campaign"
)
"""To a member who has not come yet: what the network is, and how to sign in."""
ANNOUNCED: MessageKind[AnnouncedPayload] = MessageKind(
    "announced", Category.NEWS, label=mark("Announcement"), speaks_of="announced", hangs_on="campaign"
)
"""To the members of a segment, in an administrator's words."""
YEAR_ASKED: MessageKind[YearPayload] = MessageKind(
    "year_asked", Category.NEWS, label=mark("Question of the year"), speaks_of="year", hangs_on="campaign"
)
"""Once a year: another year as a mentor, or a first one after graduating."""
ARCHIVED_NOTICE: MessageKind[YearPayload] = MessageKind(
    "archived_notice",
    Category.ACCOUNT,
    label=mark("Notice of a pause after long absence"),
    speaks_of="year",
    template="year_asked",
    hangs_on="campaign",
)
"""To somebody who has not signed in for years: they are paused, and can come back with one button."""
