"""The sentences of `core.errors_threads`."""

from __future__ import annotations

from flashmeet.core import errors_threads as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.ThreadClosed: (mark("Nothing more can be written here. A new hour opens a new page for the two of you."),),
    errors.TooLateToSolve: (
        mark("%(starts_at)s is less than two hours away, and the other counts on it. Say it here, and keep the hour."),
        mark("The hour is less than two hours away, and the other counts on it. Say it here, and keep the hour."),
    ),
}
