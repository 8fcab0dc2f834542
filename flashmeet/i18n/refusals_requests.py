"""The sentences of `core.errors_requests`."""

from __future__ import annotations

from flashmeet.core import errors_requests as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.MentorAway: (
        mark("This mentor is away until %(until)s. Ask the theme instead, or come back then."),
        mark("This mentor takes a break for now. Ask the theme instead."),
    ),
    errors.AskedAlready: (mark("You have asked this already, and the answer is on its way. See how it stands."),),
    errors.RequestOver: (mark("There is nothing left to answer here. The page says how it stands."),),
    errors.TimeGone: (mark("This time is no longer kept. Choose another one, or propose others."),),
}
BY_RULE: dict[str, str] = {
    "mentee_open": mark("Two of your requests are under way already. Wait for an answer, or take one back first."),
    "mentor_pending": mark("Enough hours wait for this mentor already. Leave the time to them, or ask the theme."),
}
