"""What goes wrong between us and a calendar, one question at a time; beyond that the source is the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flashmeet.calendars.rules.sources import Access, Calendars, CalendarSource
from flashmeet.core.provider_faults import Unreachable


@dataclass
class Mishaps:
    """By the name of what is asked. `before` and `after` are what others do a moment earlier or later; each happens
    once.
    """

    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    """The question never arrives."""
    lost: set[str] = field(default_factory=set)
    """It is done, and the answer never arrives."""

    def clear(self) -> None:
        self.before.clear()
        self.after.clear()
        self.unheard.clear()
        self.lost.clear()

    def ways(self, real: Calendars) -> Calendars:
        def opened(access: Access, *, seconds: float) -> CalendarSource:
            return cast(CalendarSource, _Clumsy(real.sources(access, seconds=seconds), self))

        return Calendars(sources=opened, vault=real.vault)


class _Clumsy:
    def __init__(self, real: CalendarSource, mishaps: Mishaps) -> None:
        self._real, self._mishaps = real, mishaps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._asked(name, found) if callable(found) else found

    def _asked(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*values: Any, **named: Any) -> Any:
            self._mishaps.before.pop(name, lambda: None)()
            if name in self._mishaps.unheard:
                self._mishaps.unheard.discard(name)
                raise Unreachable("unheard")
            answer = ask(*values, **named)
            self._mishaps.after.pop(name, lambda: None)()
            if name in self._mishaps.lost:
                self._mishaps.lost.discard(name)
                raise Unreachable("lost")
            return answer

        return asked
