"""Every refusal there is, from the modules of `core` that hold them."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

from flashmeet import core
from flashmeet.core.errors import Refusal


def every_refusal() -> list[type[Refusal]]:
    """By name."""
    names = [each.name for each in pkgutil.iter_modules(core.__path__) if each.name.startswith("errors")]
    modules = [import_module(f"{core.__name__}.{name}") for name in names]
    found = {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)}
    return sorted((kind for kind in found if issubclass(kind, Refusal)), key=lambda kind: kind.__name__)
