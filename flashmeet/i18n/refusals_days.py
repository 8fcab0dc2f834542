"""The sentences of `core.errors_days`."""

from __future__ import annotations

from flashmeet.core import errors_days as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.BreakOutside: (mark("A break lies inside the day, apart from the others, and leaves some of the day."),),
    errors.DayGone: (mark("This day can no longer be asked for. See what else this mentor offers."),),
    errors.DayAsked: (
        mark("Somebody has asked for this day or has it. Answer them first, or cancel it on the page of the day."),
    ),
    errors.DayStays: (mark("A day stays on its date. If it does not suit any more, cancel it and ask for another."),),
    errors.TooManyDays: (
        mark("%(most)s days of yours can be asked for already. Withdraw one before you offer another."),
        mark("Enough days of yours can be asked for already. Withdraw one before you offer another."),
    ),
}
