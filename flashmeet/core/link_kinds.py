"""The kinds of personal links: what is signed, where each leads, and who may follow it.

A personal link names a row and carries an HMAC over it and facts of the row, mostly its nonce: it can be shown again at
any time, and is never stored. Members renew all of theirs at once (`Links.given`): what was sent before opens nothing.
`identity.service.links.resolve_link` is the one check.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKind:
    """By default it speaks for one active member, and is refused while somebody else is signed in."""

    purpose: str
    """Part of what is signed; never changes, since mailed links must stay valid."""
    path: str
    """The page's path, before the token."""
    for_suspended: bool = False
    """Whether it works for a suspended member too."""
    whoever_is_signed_in: bool = False
    """Whether it works in a browser in which somebody else is signed in."""
    renewable: bool = True
    """Whether it is one of those that its member renews."""


JOIN = LinkKind(purpose="join", path="/join/")
"""Opens the room of a booking."""
AFTER = LinkKind(purpose="after", path="/after/")
"""Asks whether the booking took place."""
FOLLOW_UP = LinkKind(purpose="later", path="/later/")
"""Asks for the outcome weeks later; the token holds the number of days."""
SERIES = LinkKind(purpose="series", path="/continue/")
HOURS = LinkKind(purpose="hours", path="/hours/")
"""Publishes hours, for one month's mail."""
DECLINED = LinkKind(purpose="declined", path="/declined/")
"""Decides what follows from a declined calendar invite."""
CALENDAR_QUESTION = LinkKind(purpose="calendar-question", path="/calendar-questions/")
MOVE = LinkKind(purpose="move", path="/move/")
"""Moves a booking; the token holds the hour that was told of."""
CANCEL = LinkKind(purpose="cancel", path="/cancel/")
"""Cancels a booking, likewise."""
COMING = LinkKind(purpose="coming", path="/coming/")
"""Says that one comes; the token holds the hour that was told of."""
RUNNING_LATE = LinkKind(purpose="running-late", path="/late/")
"""Says that one comes some minutes late, likewise."""
ASK = LinkKind(purpose="asked", path="/asked/")
"""A mentor's answer to a request."""
REQUEST = LinkKind(purpose="asking", path="/asking/")
"""Shows the mentee the state of a request."""
OFFER = LinkKind(purpose="offer", path="/offers/")
"""Offers a freed hour to a mentee in a queue."""
INACTIVITY_CHECK = LinkKind(purpose="still", path="/still/")
NO_SHOW = LinkKind(purpose="absence", path="/absence/")
CONFIRMATION = LinkKind(purpose="confirm", path="/confirm/")
PAUSE = LinkKind(purpose="pause", path="/pause/")
THEME_INVITATION = LinkKind(purpose="not-for-me", path="/not-for-me/")
"""Answers an invitation to help with a theme; the token holds which."""
ADDRESS_BACK = LinkKind(purpose="address-back", path="/address-back/")
"""Gives the account back to the address that its member left."""
MAIL_OFF = LinkKind(purpose="mail-off", path="/mail-off/", for_suspended=True, whoever_is_signed_in=True)
"""Stops a category of mails (RFC 8058), for anybody and from any browser."""
YEAR = LinkKind(purpose="year", path="/year/")
"""Answers a question of the year."""
INVITATION = LinkKind(purpose="welcome", path="/welcome/", renewable=False)
"""Opens the form for joining; it speaks for no member."""
DEMO = LinkKind(purpose="demo", path="/demo/", renewable=False)
"""Signs in as one of the demo's people; it opens nothing elsewhere."""
