"""What a feature tells, or asks, the features above it without knowing them.

Listeners are connected in `flashmeet.listeners`, once for every process; they run in the caller's unit of work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Something has happened. Calling it calls each listener, in the order in which they were connected."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._listeners: list[Callable[P, object]] = []

    def listen(self, listener: Callable[P, object]) -> None:
        """Connecting the same listener again does nothing."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for listener in self._listeners:
            listener(*args, **kwargs)


class Question(Generic[P]):
    """Something that any feature may say yes to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: list[Callable[P, bool]] = []

    def answer(self, answer: Callable[P, bool]) -> None:
        if answer not in self._answers:
            self._answers.append(answer)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether one of them says yes."""
        return any(answer(*args, **kwargs) for answer in self._answers)
