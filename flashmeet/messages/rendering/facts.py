"""What the templates of messages are given: one sheet of facts for each sort of payload.

Features have theirs in `mails`; `flashmeet.listeners` enters them under the name that their kinds speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.invites import Invite

Facts = dict[str, Any]
FactSheet = Callable[[Outgoing, str, Links, NetworkSettings], Facts]
"""From a message and the language it is read in. Raises what a payload of another shape causes."""

InviteWriter = Callable[[Outgoing, str, Links, NetworkSettings], Invite]
"""The calendar invite that a message carries; organizer and address are filled in by the renderer."""

FACT_SHEETS: dict[str, FactSheet] = {}
INVITE_WRITERS: dict[str, InviteWriter] = {}
"""By kind."""


def payload_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    """The payload as it is."""
    return dict(message.payload)


def note_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    """The payload, its texts each on one line."""
    return {"note": {name: _plain(value) for name, value in message.payload.items()}}


def _plain(value: object) -> object:
    return one_line(value, most=80) if isinstance(value, str) else value


LONGEST_NAME = 80


def theme_in(names: Mapping[str, str], locale: str) -> str:
    """A theme's name in that language, else in any."""
    return one_line(names.get(locale) or next(iter(names.values()), ""), most=LONGEST_NAME)


def instant(text: str) -> datetime:
    """An aware instant from a payload's ISO text."""
    return datetime.fromisoformat(text)
