"""Keys of outside services; each is declared beside the Protocol that it stands for.

`app.create_app` binds each key to an adapter; pages get it with `http.services.service(KEY)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class ServiceKey(Generic[Wanted]):
    """The name of one service; only the type checker sees the type that it stands for."""

    name: str
