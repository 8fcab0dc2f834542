"""A mentor's one question before an answer: while the mentee thinks, the mentor's time stands still.

It stands still for as many working days as mentors have to answer (for one, where several are asked at once), then it
runs on, whether or not there is a reply. A reply gives the mentor what was left, and a working day at least. Nothing
outlasts the last of the times asked for.
"""

from __future__ import annotations

from datetime import datetime


def standing_still(now: datetime, due_at: datetime, *, reply_due_at: datetime, latest: datetime) -> datetime:
    """Returns until when the mentor may answer, once they asked back: what was left, from the end of the wait on."""
    return max(due_at, min(reply_due_at + (due_at - now), latest))


def running_again(
    now: datetime, due_at: datetime, *, reply_due_at: datetime, fresh: datetime, latest: datetime
) -> datetime:
    """Returns until when, once the mentee replied: what was left, and until `fresh` at least, but not past `latest`.

    After a late reply it is not sooner than it was.
    """
    left = due_at if now >= reply_due_at else now + (due_at - reply_due_at)
    return min(latest, max(left, fresh))
