"""A server that is killed leaves connections behind that nobody can close any more."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.identity.service.tokens import create_token
from tests.faults.grounds import Engine, Ground, ground
from tests.faults.network import MENTEES, Network
from tests.faults.rig import SECRET
from tests.faults.world import ALL_DAY
from tests.people import FREE, member, mentor


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


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest) -> Iterator[Ground]:
    engine: Engine = request.param
    with ground(engine) as it:
        yield it


@pytest.fixture
def network(made: Ground, tmp_path: Path) -> Network:
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with made.database.writing() as db:
        policy = replace(FREE, horizon_days=5, start_every=60)
        alice = mentor(db, rules=ALL_DAY, tzid="Etc/GMT", policy=policy, now=now)
        people = [member(db, f"Bob{number}") for number in range(MENTEES)]
        tokens = [create_token(db, each, read_only=False, now=now) for each in people]
    config = Config(
        env="development",
        instance=tmp_path / "instance",
        database_url=made.url,
        secret_key=SECRET,
        base_url="http://localhost",
        mail_from="rendez-vous@example.org",
    )
    hours = [midnight + timedelta(hours=6 + number) for number in range(MENTEES)]
    return Network(create_app(config, database=made.database), alice.id, hours, tokens)
