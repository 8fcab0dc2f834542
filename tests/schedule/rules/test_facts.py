"""Format, relation and modality: three facts that do not hang on each other (F8)."""

from __future__ import annotations

import pytest

from flashmeet.core.errors import BadInput, TooLong
from flashmeet.schedule.rules.booking_facts import (
    Relation,
    asked_relation,
    checked_place,
    checked_relation,
    relation_of,
)


@pytest.mark.parametrize(
    ("mentor", "mentee", "relation"),
    [
        (2015, 2020, "peer"),
        (2020, 2015, "peer"),
        (2018, 2018, "peer"),
        (2014, 2020, "classic"),
        (2021, 2015, "reverse"),
        (2024, 1996, "reverse"),
        (1996, 2024, "classic"),
        (None, 2020, None),
        (2020, None, None),
        (None, None, None),
    ],
)
def test_the_relation_follows_from_the_graduation_years(
    mentor: int | None, mentee: int | None, relation: str | None
) -> None:
    assert relation_of(mentor, mentee) == relation


def test_it_can_be_corrected_to_any_of_the_three_or_taken_away() -> None:
    assert [checked_relation(text) for text in ("peer", "reverse", "classic", "")] == [
        Relation.PEER,
        Relation.REVERSE,
        Relation.CLASSIC,
        None,
    ]
    with pytest.raises(BadInput):
        checked_relation("older")


def test_a_search_asks_for_a_peer_a_reverse_mentor_or_for_nobody_special() -> None:
    assert [asked_relation(text) for text in ("peer", "reverse", "classic", "x")] == [
        Relation.PEER,
        Relation.REVERSE,
        None,
        None,
    ]


def test_a_place_is_one_line() -> None:
    assert checked_place("  Café des\r\nArts\0 ") == "Café des Arts"
    with pytest.raises(TooLong):
        checked_place("x" * 201)
