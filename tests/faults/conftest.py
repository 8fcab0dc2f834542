"""A server that is killed leaves connections behind that nobody can close any more."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest


def _breaks_something(item: pytest.Item) -> bool:
    return item.path.parent.name == "faults"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in filter(_breaks_something, items):
        item.add_marker(pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Collects what a fault left open here, and not in the middle of another test.

    A fixture's end would be too early: until the test is over, pytest holds what its fixtures gave.
    """
    result = yield
    if _breaks_something(item):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    return result
