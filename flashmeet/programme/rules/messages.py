"""Kinds of messages of the programme to its members, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.themes.rules.messages import ThemePayload


class NudgePayload(TypedDict):
    """`about` is one of `programme.rules.nudges.ABOUT`; `note` is the administrator's own text."""

    nudge_id: int
    nonce: str
    about: str
    by_id: int
    by_name: str
    note: str
    theme: NotRequired[dict[str, str]]
    slug: NotRequired[str]


class DigestPayload(TypedDict):
    """The list of things to do (`programme.rules.to_do.Thing` as a mapping), most urgent first.

    `leaving` is how many records reach the end of their period this week; `page` the path where the reader begins,
    `/admin` unless it says so.
    """

    things: list[dict[str, Any]]
    page: NotRequired[str]
    leaving: NotRequired[int]


class PolicyPayload(TypedDict):
    """A policy (`core.settings.entries`) and the value that it has for every mentor now."""

    key: str
    value: Any
    by_id: int
    by_name: str


MENTOR_WANTED: MessageKind[ThemePayload] = MessageKind(
    "mentor_wanted", Category.NUDGES, label=mark("Invitation to help with a theme"), speaks_of="theme"
)
"""From an administrator: an invitation to help with a theme."""
NUDGE: MessageKind[NudgePayload] = MessageKind(
    "nudge", Category.NUDGES, label=mark("Message from the network"), speaks_of="nudge", spares_who_is_away=True
)
"""From an administrator: a request about hours, requests, a profile or a theme."""
PAUSE_OFFER: MessageKind[NudgePayload] = MessageKind(
    "pause_offer", Category.NUDGES, label=mark("Offer of a break"), speaks_of="nudge", spares_who_is_away=True
)
"""After three nudges without effect: the offer of a pause."""
DIGEST: MessageKind[DigestPayload] = MessageKind(
    "digest", Category.DIGESTS, label=mark("Five things to do"), speaks_of="digest"
)
"""To an administrator on Monday: five things to do."""
POLICY_APPLIED: MessageKind[PolicyPayload] = MessageKind(
    "policy_applied", Category.ACCOUNT, label=mark("Notice that how hours are booked has changed"), speaks_of="policy"
)
"""To a mentor whose own value of a policy was replaced by the network's."""
THEME_CLOSED: MessageKind[ThemePayload] = MessageKind(
    "theme_closed", Category.ACCOUNT, label=mark("Notice that a theme was retired"), speaks_of="theme"
)
"""To each mentor of a theme that an administrator retired: nobody finds their hours by it any more."""
