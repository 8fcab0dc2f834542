"""The servers as fixtures; `tests/conftest.py` makes them known everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import imap, smtp, twilio


@pytest.fixture
def imap_server() -> Iterator[imap.ImapServer]:
    with imap.running() as server:
        yield server


@pytest.fixture
def smtp_server() -> Iterator[smtp.SmtpServer]:
    with smtp.running() as server:
        yield server


@pytest.fixture
def twilio_server() -> Iterator[twilio.TwilioServer]:
    with twilio.running() as server:
        yield server
