"""The sentences of `core.errors_conduct`."""

from __future__ import annotations

from flashmeet.core import errors_conduct as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.PausedByNetwork: (
        mark(
            "Your bookings rest until somebody of the network has talked to you. They get in touch; the hours you have"
            " already stay."
        ),
    ),
    errors.TooLateToSay: (mark("This hour is more than a week ago: that can no longer be said of it."),),
    errors.ContestOver: (
        mark("This could be answered until %(until)s. Write to the network if there is more to say."),
    ),
    errors.ConfirmationOver: (mark("This hour was to be confirmed until %(until)s."),),
    errors.CaseClosed: (mark("This case is closed. The page says what was decided."),),
}
