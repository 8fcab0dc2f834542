"""Positions in the opening index, and the text by which one page of slots names the place of the next."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime

from flashmeet.core.errors import BadInput

Position = tuple[datetime, int, int]
"""A row's start, rotation and mentor: the order in which the index is read."""


def before_all(at: datetime) -> Position:
    """Returns the position that precedes every row of an instant."""
    return (at, -1, -1)


def cursor_of(position: Position) -> str:
    starts_at, rotation, mentor_id = position
    text = json.dumps([int(starts_at.timestamp()), rotation, mentor_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    """Raises BadInput for what `cursor_of` did not write."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        seconds, rotation, mentor_id = (_column_value(value) for value in json.loads(text))
        return datetime.fromtimestamp(seconds, UTC), rotation, mentor_id
    except (ValueError, TypeError, OverflowError, OSError, RecursionError, binascii.Error) as error:
        raise BadInput("cursor") from error


def _column_value(value: object) -> int:
    """Returns an integer that fits a database column. Raises ValueError."""
    if not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value
