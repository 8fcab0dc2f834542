"""Many small cases of one rule in one test: `@for_each` is read like `pytest.mark.parametrize`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def for_each(
    names: str | tuple[str, ...], cases: Iterable[Any], *, ids: Callable[[Any], str] = str
) -> Callable[[Test], Test]:
    """Calls the test with every case, and tells of all that fail, each by its name.

    What the test asks for else is made once for all cases: it is for rules that leave nothing behind.
    """
    known = (names,) if isinstance(names, str) else names
    told = [(case,) if len(known) == 1 else tuple(case) for case in cases]
    assert told, f"no {names}"

    def loop(test: Test) -> Test:
        signature = inspect.signature(test)

        @functools.wraps(test)
        def every(**given: Any) -> None:
            failures: list[Exception] = []
            for values in told:
                try:
                    test(**given, **dict(zip(known, values, strict=True)))
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(_named(error, "-".join(map(ids, values))))
            if failures:
                raise ExceptionGroup("; ".join(map(str, failures)), failures)

        rest = [each for each in signature.parameters.values() if each.name not in known]
        every.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]  # what pytest reads
        return every

    return loop


class Failed(Exception):
    """One case; its cause is what the test said."""


def _named(error: BaseException, case: str) -> Failed:
    said = str(error).splitlines() or [type(error).__name__]
    failed = Failed(f"{case}: {said[0]}")
    failed.__cause__ = error
    return failed
