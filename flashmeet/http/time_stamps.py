"""The format of an instant in an address or a form: `20261209T1700Z`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flashmeet.core.errors import BadDate

_STAMP = re.compile(r"\d{8}T\d{4}Z", re.ASCII)


def stamped(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%MZ}"


def read_stamp(text: str) -> datetime:
    """Returns the instant, aware UTC. Raises BadDate."""
    try:
        if _STAMP.fullmatch(text):
            return datetime.strptime(text, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
    except ValueError:
        pass  # digits that form no date
    raise BadDate("starts_at", value=text[:40])
