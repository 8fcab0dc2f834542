"""A folder of backups: each has the instant in its name, and the oldest go."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"flashmeet-\d{8}T\d{6}Z\.zip")


def new_name(now: datetime) -> str:
    return f"flashmeet-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def kept_backups(folder: Path) -> list[Path]:
    """Returns the backups that carry our names, the oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def forget_oldest(folder: Path, *, keep: int, now: datetime) -> list[Path]:
    """Deletes all but the newest `keep` backups; returns which. Files with other names stay.

    What has a later name than one made now was made by a clock that was wrong, and goes first.
    """
    latest = new_name(now)
    gone = sorted(kept_backups(folder), key=lambda path: (path.name <= latest, path.name))[:-keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
