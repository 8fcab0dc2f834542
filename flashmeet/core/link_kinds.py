"""Every kind of personal link: what is signed, where it leads, and who may follow it.

A personal link names a row and carries an HMAC over it and facts of the row, mostly its nonce: it can be shown again
at any time, and a new nonce revokes it. It is never stored. `identity.service.links.resolve_link` is the one check.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKind:
    """Without more it speaks for one active member, and for nobody else who is signed in."""

    purpose: str
    """Part of what is signed; it stays, since links that were mailed stay."""
    path: str
    """Of its page, before the token."""
    for_suspended: bool = False
    """Whether it works for a suspended member too."""
    whoever_is_signed_in: bool = False
    """Whether it works in a browser in which somebody else is signed in."""


JOIN = LinkKind(purpose="join", path="/join/")
"""The room of a booking."""
AFTER = LinkKind(purpose="after", path="/after/")
"""Whether the booking took place."""
FOLLOW_UP = LinkKind(purpose="later", path="/later/")
"""What came of it weeks later; the days stand in the token."""
SERIES = LinkKind(purpose="series", path="/continue/")
HOURS = LinkKind(purpose="hours", path="/hours/")
"""Hours to give, for the mail of one month."""
DECLINED = LinkKind(purpose="declined", path="/declined/")
"""What follows from a calendar's decline."""
CALENDAR_QUESTION = LinkKind(purpose="calendar-question", path="/calendar-questions/")
ASK = LinkKind(purpose="asked", path="/asked/")
"""A mentor's answer to a request."""
REQUEST = LinkKind(purpose="asking", path="/asking/")
"""How a request stands, for its mentee."""
OFFER = LinkKind(purpose="offer", path="/offers/")
"""An hour that came free for somebody in a queue."""
INACTIVITY_CHECK = LinkKind(purpose="still", path="/still/")
NO_SHOW = LinkKind(purpose="absence", path="/absence/")
CONFIRMATION = LinkKind(purpose="confirm", path="/confirm/")
PAUSE = LinkKind(purpose="pause", path="/pause/")
MAIL_OFF = LinkKind(purpose="mail-off", path="/mail-off/", for_suspended=True, whoever_is_signed_in=True)
"""Stops a category of mails (RFC 8058): for anybody, from any browser."""

MEMBER_LINKS = (
    JOIN,
    AFTER,
    FOLLOW_UP,
    SERIES,
    HOURS,
    DECLINED,
    CALENDAR_QUESTION,
    ASK,
    REQUEST,
    OFFER,
    INACTIVITY_CHECK,
    NO_SHOW,
    CONFIRMATION,
    PAUSE,
    MAIL_OFF,
)

INVITATION = LinkKind(purpose="welcome", path="/welcome/")
"""Opens the form by which people join: it speaks for nobody."""
DEMO = LinkKind(purpose="demo", path="/demo/")
"""Signs one of the demo's people in; elsewhere it opens nothing."""
