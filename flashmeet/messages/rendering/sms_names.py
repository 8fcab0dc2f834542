"""The names in an SMS: as many of them as it has room for, and none that would be a gap or another's link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from flashmeet.core.text import one_line
from flashmeet.messages.rendering.gsm import economical

_LINK = re.compile(r"://|\bwww\.|[\w-]\.[a-z]{2,}(?=[/\s]|$)|@")
"""What telephones make a link of."""


class Named(Protocol):
    """A person named in an SMS."""

    @property
    def other(self) -> str: ...

    @property
    def first(self) -> str: ...


def sayable(name: str) -> str:
    """Returns the name; "" for one of which an SMS would keep no letter, and for one that telephones make a link of."""
    kept = economical(name)
    return "" if _LINK.search(kept) or not any(char.isalnum() for char in kept) else name


def shorter_and_shorter(people: Named, network: str) -> Iterator[Mapping[str, str | bool]]:
    """Yields the names to put into an SMS, fullest first, none last; `brief` asks for the shorter sentence."""
    for who in dict.fromkeys(map(sayable, (people.other, people.first, one_line(people.first, most=12)))):
        yield {"who": who, "network": network, "brief": False}
        yield {"who": who, "network": "", "brief": False}
        yield {"who": who, "network": "", "brief": True}
    yield {"who": "", "network": "", "brief": True}
