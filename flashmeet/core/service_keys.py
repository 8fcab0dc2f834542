"""What a feature needs from outside, named beside the Protocol that says what it must do.

`app.create_app` binds each key to an adapter; pages ask for it with `http.services.service(KEY)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class ServiceKey(Generic[Wanted]):
    """The name of one service; the type that it stands for is known to the type checker alone."""

    name: str
