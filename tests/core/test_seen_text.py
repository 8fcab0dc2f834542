"""A text in which nobody sees anything is an empty one, wherever it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flashmeet.core.errors import Missing
from flashmeet.core.settings.kinds import Line
from flashmeet.core.settings.page_texts import checked_texts
from flashmeet.core.text import seen
from flashmeet.directory.rules.views import checked_name
from flashmeet.people.rules.facts import tidy_line
from flashmeet.schedule.rules.booked_hour import checked_text
from flashmeet.security.service.given_access import TokenWish

UNSEEN = [
    "",
    " \u00a0\u3000",
    "\u200b",
    "\u202e\u2069",
    "\ufeff",
    "\u00ad\u2060",
    "\u3164",
    "\u2800\u115f",
    "\u200d\u200c",
]
ASKED_FOR: dict[str, Callable[[str], object]] = {
    "a need": lambda text: checked_text("need", text, most=100, required=True),
    "a name": lambda text: tidy_line("first_name", text, required=True),
    "a saved view": checked_name,
    "a token": lambda text: TokenWish.parse(name=text, scope="read", days="30"),
    "a public text": lambda text: checked_texts({"fr": text}),
    "a setting": lambda text: Line(field="name", most=100, required=True).check(text),
}


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("where", ASKED_FOR)
def test_a_text_that_nobody_sees_is_missing(where: str, text: str) -> None:
    with pytest.raises(Missing):
        ASKED_FOR[where](text)


@pytest.mark.parametrize("text", ["é", "👩\u200d⚖️", "م\u200cن", "\u200fשלום", "1", "?", "漢"])
def test_what_is_seen_stays_as_it_is(text: str) -> None:
    assert seen(text) == text
