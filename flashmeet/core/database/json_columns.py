"""Reads the JSON of columns. Most is a short list, such as a person's languages, and the same for many rows."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import cast

_SHORT, _KEPT = 64, 4_096


def parsed(text: str | bytes) -> object:
    """Returns what the text says. Each caller has a list or an object of its own."""
    if len(text) > _SHORT:
        return json.loads(text)
    found = _flat(text)
    return json.loads(text) if found is None else list(found)


def texts(text: str) -> frozenset[str]:
    """Returns the members of a list of texts."""
    return frozenset(cast(list[str], parsed(text)))


@lru_cache(_KEPT)
def _flat(text: str | bytes) -> tuple[object, ...] | None:
    """The members of a list in which nothing can be changed; None for anything else."""
    said = json.loads(text)
    flat = isinstance(said, list) and not any(isinstance(each, list | dict) for each in said)
    return tuple(said) if flat else None
