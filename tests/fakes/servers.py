"""What fakes that speak over TCP share: they know their port, and their handlers know them."""

from __future__ import annotations

import json
import socketserver
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Generic, Protocol, TypeVar, cast
from urllib.parse import parse_qs

from tests.served import in_a_thread


class Fake(Protocol):
    port: int


F = TypeVar("F", bound=Fake)


class Server(socketserver.ThreadingTCPServer, Generic[F]):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, fake: F, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.fake = fake
        fake.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a connection that breaks: some tests want that."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # the stubs name one kind of each


class TcpHandler(socketserver.StreamRequestHandler, Generic[F]):
    @property
    def fake(self) -> F:
        return cast("Server[F]", self.server).fake


class HttpHandler(BaseHTTPRequestHandler, Generic[F]):
    @property
    def fake(self) -> F:
        return cast("Server[F]", self.server).fake

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_json(
        self, status: int, document: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> None:
        """With 204 there is no body."""
        body = b"" if status == 204 else json.dumps(document).encode()
        self.answer(status, body, {**(headers or {}), "Content-Type": "application/json"})

    def refuse(self, status: int, document: Mapping[str, object], *, retry_after: str = "") -> None:
        """Status 0 closes the line without a word."""
        if status:
            self.answer_json(status, document, {"Retry-After": retry_after} if retry_after else {})
        else:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the tests' output to itself."""


@contextmanager
def serving(fake: F, handler: type[socketserver.BaseRequestHandler]) -> Iterator[F]:
    """The fake at a free port, until the end of the block."""
    with in_a_thread(Server(fake, handler)):
        yield fake


def first_values(form: str) -> dict[str, str]:
    """The fields of a form or a query, each with the first of its values."""
    return {name: values[0] for name, values in parse_qs(form).items()}
