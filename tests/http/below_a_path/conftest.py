"""The world of `tests/http`, served below a path of its host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.conftest import SECRET
from tests.http.conftest import world
from tests.pages import app, client, clock, compiled, signed_in

__all__ = ["app", "client", "clock", "compiled", "signed_in", "world"]

PATH = "/mentorat"


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Config:
    return Config(
        env="development",
        instance=tmp_path / "instance",
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        base_url=f"http://localhost{PATH}",
        mail_from="rendez-vous@example.org",
    )


@pytest.fixture
def secure(config: Config) -> Config:
    return replace(config, base_url=f"https://meet.example.org{PATH}")
