"""The world of `tests/http`: somebody of every kind, and something of each kind that they have."""

from __future__ import annotations

from tests.http.conftest import app, world
from tests.pages import client, clock, compiled, signed_in

__all__ = ["app", "client", "clock", "compiled", "signed_in", "world"]
