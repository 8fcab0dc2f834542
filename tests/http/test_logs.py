"""What the log looks like where it is read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from flashmeet.core import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def fail(secret: str) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc")
    try:
        raise ValueError("what happened")
    except ValueError:
        structlog.get_logger().exception("unexpected", booking_id=7)
    structlog.contextvars.clear_contextvars()


def test_in_production_every_line_is_json_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("production")
    fail("hunter2")
    logging.getLogger("library").warning("said %s", "this")
    told = capsys.readouterr()
    first, second = (json.loads(line) for line in told.err.splitlines())
    assert (first["event"], first["level"], first["booking_id"], first["request_id"]) == (
        "unexpected",
        "error",
        7,
        "abc",
    )
    assert "ValueError: what happened" in first["exception"]
    assert (second["event"], second["level"]) == ("said this", "warning")
    assert told.out == ""


def test_elsewhere_people_read_it_and_no_local_variable_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("development")
    fail("hunter2")
    told = capsys.readouterr().err
    assert "ValueError: what happened" in told
    assert "hunter2" not in told
