"""What a person typed, before it goes into a message: it ends as text, whatever it holds."""

from __future__ import annotations

import re

_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # they turn around what follows them
    "\ufeff\ud800-\udfff]"  # a byte order mark; halves of characters, which no encoding takes
)
_BLANKS = re.compile("[ \t\n]+")


def lines(text: str) -> str:
    """With one kind of line break, and without what cannot be seen."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, *, most: int = 1_000) -> str:
    """On one line; what is longer ends in an ellipsis."""
    flat = _BLANKS.sub(" ", lines(text))
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
