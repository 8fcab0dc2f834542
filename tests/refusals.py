"""Every refusal there is."""

from __future__ import annotations

import inspect

from flashmeet.core import errors
from flashmeet.core.errors import Conflict, Forbidden, Refusal, Unavailable

NEVER_RAISED = (Conflict, Forbidden, Unavailable)
"""They give a status to those below them."""


def every_refusal() -> list[type[Refusal]]:
    """By name."""
    found = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Refusal)}
    return sorted(found.difference(NEVER_RAISED), key=lambda kind: kind.__name__)


def own_codes() -> list[tuple[str, str]]:
    """Of every class, wherever it stands, that says a code of its own: the code, and the class."""
    return sorted((kind.code, kind.__qualname__) for kind in _below(Refusal) if "code" in vars(kind))


def _below(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(_below(each) for each in kind.__subclasses__()))
