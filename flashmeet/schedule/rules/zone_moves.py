"""Hours that move because their zone's rules changed, into places that others of them may still have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def move_in_turn(moving: Sequence[T], is_moved: Callable[[T], bool]) -> list[T]:
    """Moves each once its new time is free of the others; returns those whose new time is not."""
    waiting = list(moving)
    while True:
        left = [each for each in waiting if not is_moved(each)]
        if len(left) in (0, len(waiting)):
            return left
        waiting = left
