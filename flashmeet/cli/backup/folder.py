"""A folder of backups: each has the instant in its name, and the oldest go."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_NAME = re.compile(r"flashmeet-\d{8}T\d{6}Z\.zip")
_LEFT_OVER = re.compile(_NAME.pattern + r"\.unfinished")
_BROKEN = re.compile(_NAME.pattern + r"\.broken")
STOPPED_AFTER = timedelta(days=1)
"""A backup that has not grown for so long was ended by force."""


def new_name(now: datetime) -> str:
    return f"flashmeet-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def set_aside(path: Path) -> Path:
    """Returns the name of a backup that could not be restored on trial: it counts as none."""
    return path.with_name(path.name + ".broken")


def kept_backups(folder: Path) -> list[Path]:
    """Returns the backups that carry our names, the oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def forget_oldest(folder: Path, *, keep: int, now: datetime) -> list[Path]:
    """Deletes all but the newest `keep` backups, and what `forget_rests` does; returns which.

    Files with other names stay. What has a later name than one made now was made by a clock that was wrong, and goes
    first.
    """
    latest = new_name(now)
    gone = sorted(kept_backups(folder), key=lambda path: (path.name <= latest, path.name))[:-keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone + forget_rests(folder)


def forget_rests(folder: Path) -> list[Path]:
    """Deletes what backups ended by force left, and all broken ones but the newest; returns which."""
    names = sorted(folder.iterdir())
    stopped = time.time() - STOPPED_AFTER.total_seconds()
    gone = [path for path in names if _LEFT_OVER.fullmatch(path.name) and path.stat().st_mtime < stopped]
    gone += [path for path in names if _BROKEN.fullmatch(path.name)][:-1]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
