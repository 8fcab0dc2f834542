"""Whatever is refused is said in a whole sentence, in the member's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flashmeet.core import errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.refusals import SENTENCES, sentence
from tests.refusals import every_refusal

CLASSES = every_refusal()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_sentence_of_its_own(kind: type[Refusal]) -> None:
    assert kind in SENTENCES


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_refusal_without_facts_is_still_a_whole_sentence(kind: type[Refusal], locale: str) -> None:
    bare = kind.__new__(kind)
    Refusal.__init__(bare)
    said = sentence(bare, locale, "Europe/Paris")
    assert said.endswith(".")
    assert "%(" not in said


@pytest.mark.parametrize("texts", SENTENCES.values(), ids=lambda texts: texts[0][:30])
def test_no_refusal_shouts_or_blames(texts: tuple[str, ...]) -> None:
    for text in texts:
        assert not {"!", "Error", "error", "invalid", "Invalid"} & {*text.split(), *text}


def test_a_hour_that_is_too_close_is_named_with_its_zone_and_the_notice() -> None:
    refusal = errors.TooLate(starts_at=datetime(2026, 12, 9, 17, tzinfo=UTC), notice_minutes=720)
    assert sentence(refusal, "en", "Europe/Paris") == (
        "Wed 9 Dec, 18:00 (Paris) is too close: this mentor needs 12 hours of notice. Choose a later hour."
    )


def test_a_quota_says_which_time_is_full() -> None:
    refusal = errors.QuotaReached("mentor_month", 2)
    assert sentence(refusal, "en", "UTC") == (
        "This mentor has given all their hours for that month. Choose another month."
    )


def test_a_field_is_called_what_the_page_calls_it() -> None:
    assert sentence(errors.Missing("need"), "en", "UTC") == "“Your question” is still empty. A few words are enough."


def test_what_somebody_typed_is_never_read_as_a_placeholder() -> None:
    refusal = errors.UnknownTheme(theme="100 %(code)s")
    assert sentence(refusal, "en", "UTC") == (
        "The network has no theme called “100 %(code)s”. Choose one from the list."
    )
