"""The world of `tests/http`, served below a path of its host."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashmeet.core.config import Config
from tests.http.conftest import world
from tests.pages import app, client, clock, compiled, signed_in

__all__ = ["app", "client", "clock", "compiled", "signed_in", "world"]

PATH = "/mentorat"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, base_url=f"http://localhost{PATH}")


@pytest.fixture
def secure(config: Config) -> Config:
    return replace(config, base_url=f"https://meet.example.org{PATH}")
