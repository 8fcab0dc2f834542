"""What can be refused between the two of an hour who write to each other."""

from __future__ import annotations

from flashmeet.core.errors import Refusal


class ThreadClosed(Refusal):
    """Nothing more is written there: the hour never was agreed, or is over for a month."""

    code = "thread_closed"


class TooLateToSolve(Refusal):
    """The hour is so near that the other counts on it; it begins at `starts_at`."""

    code = "too_late_to_solve"
