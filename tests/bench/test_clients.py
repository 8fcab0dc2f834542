"""The clients of the bench: what they count, against a server that answers in every way."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.clients import HOST, drive, each_once, get
from tests.served import in_a_thread


class Answering(BaseHTTPRequestHandler):
    """Answers by its path: whole, in chunks, until it closes, with a time to come again, or not at all."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 0.3
    """Seconds after which it closes a connection on which nothing is asked."""

    def do_GET(self) -> None:
        if self.path == "/gone":
            self.close_connection = True
            return
        self.send_response({"/later": 503, "/broken": 500}.get(self.path, 200))
        if self.path == "/later":
            self.send_header("Retry-After", "5")
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in (b"a;0\r\n", b"b;0\r\n"):
                self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
            return
        if self.path == "/until-closed":
            self.close_connection = True
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"some")
            return
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer((HOST, 0), Answering)
    with in_a_thread(server):
        yield server.server_port


@pytest.mark.parametrize(("path", "length"), [("/", 5), ("/chunks", 25), ("/until-closed", 4)])
def test_an_answer_counts_once_it_is_whole(port: int, path: str, length: int) -> None:
    answers = drive(port, each_once(iter([get(path, port)] * 6)), clients=2)
    assert [(answer.status, answer.length) for answer in answers.all] == [(200, length)] * 6
    assert answers.broken == 0


def test_what_ends_without_an_answer_and_what_fails_is_counted(port: int) -> None:
    asked = [get(path, port) for path in ("/", "/gone", "/later", "/broken", "/")]
    answers = drive(port, each_once(iter(asked)), clients=2)
    assert answers.statuses == {200: 2, 503: 1, 500: 1}
    assert (answers.broken, answers.failures) == (1, 2)


def test_a_client_that_has_no_request_left_does_not_wait_for_the_server_to_close(port: int) -> None:
    until = time.monotonic() + 3 * Answering.timeout
    once = [get("/", port)]

    def following(number: int) -> bytes | None:
        if number == 0:
            return once.pop() if once else None
        return get("/", port) if time.monotonic() < until else None

    answers = drive(port, following, clients=2)
    assert not once
    assert set(answers.statuses) == {200}
    assert answers.broken == 0


def test_clients_ask_until_the_time_is_over(port: int) -> None:
    answers = drive(port, lambda _number: get("/", port), clients=3, seconds=0.2)
    assert answers.seconds >= 0.2
    assert set(answers.statuses) == {200}


def test_whoever_hears_nothing_for_too_long_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.clients.GIVE_UP", 0.5)
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        answers = drive(port, each_once(iter([get("/", port)] * 2)), clients=2)
    assert (answers.all, answers.broken) == ([], 2)
