"""The facts given to message templates: one fact sheet for each sort of payload.

Features define theirs in `mails`; `flashmeet.listeners` registers them under the names that their kinds use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import in_language, one_line
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.invites import Invite

Facts = dict[str, Any]
FactSheet = Callable[[Outgoing, str, Links, NetworkSettings], Facts]
"""Takes a message and its language. Raises any error that a malformed payload causes."""

InviteWriter = Callable[[Outgoing, str, Links, NetworkSettings], Invite]
"""Makes the calendar invite of a message; the renderer fills in organizer and organizer's name."""

FACT_SHEETS: dict[str, FactSheet] = {}
INVITE_WRITERS: dict[str, InviteWriter] = {}
"""Invite writers by kind."""


def payload_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the payload unchanged."""
    return dict(message.payload)


LONGEST_NAME = 80


def theme_in(names: Mapping[str, str], locale: str) -> str:
    """Returns a theme's name in that language, else in any."""
    return one_line(in_language(names, locale), most=LONGEST_NAME)


def instant(text: str) -> datetime:
    """Returns the aware instant of a payload's ISO text."""
    return datetime.fromisoformat(text)
