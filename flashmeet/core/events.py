"""Events and questions, by which a feature reaches the features above it without importing them.

Listeners are connected in `flashmeet.listeners`, once per process, and run in the caller's unit of work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Something has happened. Calling the event calls its listeners in the order of connection."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._listeners: list[Callable[P, object]] = []

    def listen(self, listener: Callable[P, object]) -> None:
        """Connects a listener. Idempotent."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for listener in self._listeners:
            listener(*args, **kwargs)


class Question(Generic[P]):
    """A question that any feature may answer with yes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: list[Callable[P, bool]] = []

    def answer(self, answer: Callable[P, bool]) -> None:
        if answer not in self._answers:
            self._answers.append(answer)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether any feature answers yes."""
        return any(answer(*args, **kwargs) for answer in self._answers)
