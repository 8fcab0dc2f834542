"""A network's own words stand wherever ours stood, and nowhere else."""

from __future__ import annotations

import pytest

from flashmeet.core.settings.vocabulary import Vocabulary

WORDS = Vocabulary.of(
    {
        "mentor": {"fr": "parrain, parrains", "en": "guide, guides"},
        "mentee": {"fr": "filleul·e, filleul·es", "en": "mentee, mentees"},
    }
)


@pytest.mark.parametrize(
    ("locale", "ours", "theirs"),
    [
        ("fr", "Un mentor, des mentors, Mentors", "Un parrain, des parrains, Parrains"),
        ("fr", "un·e mentoré·e et des mentoré·es", "un·e filleul·e et des filleul·es"),
        ("fr", "%(mentor)s est mentor", "%(mentor)s est parrain"),
        ("fr", "le mentorat", "le mentorat"),
        ("en", "This mentor's hours", "This guide's hours"),
        ("en", "a mentee", "a mentee"),
        ("de", "mentor", "mentor"),
    ],
)
def test_a_word_is_renamed_in_one_several_and_at_the_head_of_a_sentence(locale: str, ours: str, theirs: str) -> None:
    assert WORDS.rename(ours, locale) == theirs


def test_nothing_is_renamed_where_nothing_was_chosen() -> None:
    assert Vocabulary().rename("mentor", "fr") == "mentor"
    assert Vocabulary.of({"mentor": {"fr": "mentor, mentors", "en": ""}}) == Vocabulary()


def test_one_form_serves_for_several() -> None:
    assert Vocabulary.of({"mentor": {"fr": "pair"}}).rename("mentors", "fr") == "pair"


def test_a_word_can_be_asked_for() -> None:
    assert Vocabulary().word("meeting", "fr") == "Meet & Share"
    assert Vocabulary.of({"meeting": {"fr": "Heure utile"}}).word("meeting", "fr") == "Heure utile"
