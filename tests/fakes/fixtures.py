"""The servers as fixtures; `tests/conftest.py` makes them known everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import bigbluebutton, google, google_meet, graph, imap, smtp, twilio


@pytest.fixture
def imap_server() -> Iterator[imap.ImapServer]:
    with imap.running() as server:
        yield server


@pytest.fixture
def google_server() -> Iterator[google.GoogleServer]:
    """Alice's account, with her one calendar."""
    with google.running() as server:
        server.calendar()
        yield server


@pytest.fixture
def graph_server() -> Iterator[graph.GraphServer]:
    """Alice's account, with her one calendar."""
    with graph.running() as server:
        server.calendar()
        yield server


@pytest.fixture
def smtp_server() -> Iterator[smtp.SmtpServer]:
    with smtp.running() as server:
        yield server


@pytest.fixture
def twilio_server() -> Iterator[twilio.TwilioServer]:
    with twilio.running() as server:
        yield server


@pytest.fixture
def bbb_server() -> Iterator[bigbluebutton.BbbServer]:
    with bigbluebutton.running() as server:
        yield server


@pytest.fixture
def meet_server() -> Iterator[google_meet.MeetServer]:
    with google_meet.running() as server:
        yield server
