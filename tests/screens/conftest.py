"""The small world of `tests/http`, before a real browser."""

from __future__ import annotations

from tests.http.conftest import app, compiled, world

__all__ = ["app", "compiled", "world"]
