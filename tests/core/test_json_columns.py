"""JSON columns are read as what they say, and whoever reads one has it to themselves."""

from __future__ import annotations

import json

import pytest

from flashmeet.core.database.json_columns import parsed

TEXTS = ('["fr", "en"]', "[60]", "[]", "{}", '{"fr": "Droit"}', "[[1], [2]]", "null", '"é"', json.dumps(["x" * 99]))


@pytest.mark.parametrize("text", TEXTS)
def test_a_column_says_what_its_text_says_as_text_or_as_bytes(text: str) -> None:
    assert parsed(text) == parsed(text.encode()) == json.loads(text)


@pytest.mark.parametrize("text", ['["fr"]', '{"fr": "Droit"}', "[[1]]"])
def test_what_one_reader_changes_no_other_sees(text: str) -> None:
    mine = parsed(text)
    assert isinstance(mine, list | dict)
    (mine[0].clear() if mine == [[1]] else mine.clear())
    assert parsed(text) == json.loads(text)
