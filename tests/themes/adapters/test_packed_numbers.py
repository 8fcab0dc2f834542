"""A packed dictionary answers as the dictionary does."""

from __future__ import annotations

import pytest

from flashmeet.themes.adapters.packed_numbers import PackedNumbers


class Namesake(str):
    """A text that is written as another one is."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"the same"


def test_each_text_has_its_number_and_no_other_has_one() -> None:
    texts = [f"{first}{second}" for first in "abcdeéß牢敲😀" for second in ("", *"xyzé牢😀r")]
    numbers = {text: number - 3 for number, text in enumerate(["br", "", *texts])}
    packed = PackedNumbers(numbers)
    assert {text: packed.get(text) for text in numbers} == numbers
    assert [packed.get(text) for text in ("abc", "B", "\0", "é牢é", "rb")] == [None] * 5


def test_a_dictionary_without_texts_has_no_number() -> None:
    assert PackedNumbers({}).get("a") is None


def test_texts_that_cannot_be_told_apart_are_not_packed() -> None:
    with pytest.raises(ValueError, match="share a hash"):
        PackedNumbers({Namesake("a"): 1, Namesake("b"): 2})
