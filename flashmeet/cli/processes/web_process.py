"""A process that serves pages: gunicorn's, which waits for news in rooms without a thread, and logs no address."""

from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import Future
from copy import copy
from http import HTTPStatus
from io import BytesIO
from types import FrameType

from flask import Flask
from gunicorn.http import errors, message  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.message import Request  # type: ignore[import-untyped]  # as above
from gunicorn.util import write_error  # type: ignore[import-untyped]  # as above
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # as above
from werkzeug.test import Client

from flashmeet.http.admission.before_request import UNREAD
from flashmeet.http.services import services_of
from flashmeet.rooms.pages.waiting import Parked, park_in, stop_waiting

_FAULTS = {
    errors.InvalidResponseHeader: 500,
    errors.InvalidResponseHeaderName: 500,
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    errors.ParseException: 400,
}
"""The status of each fault in a request, the most specific first; 500 for any other."""


LONGEST_ADDRESS = 32_000
"""A need of 2,000 letters, nine bytes each and more, stands in the address of its answers, and in where to go next."""
message.MAX_REQUEST_LINE = LONGEST_ADDRESS  # gunicorn's setting stops at 8,190
LINGER_SECONDS, MOST_READ_OUT = 1.0, 1_000_000


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded process that puts polls aside while they wait for news, and ends their wait when it is stopped.

    The thread of a poll that is put aside serves others. The connection stays, counted among the open ones; when the
    poll is to be asked again, its request goes to the threads like one that has just arrived.
    """

    def load_wsgi(self) -> None:
        super().load_wsgi()
        if isinstance(self.wsgi, Flask):
            park_in(self.wsgi)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """Called on the process's own thread, like everything that touches its connections."""
        parked = None if fs.cancelled() else fs.exception()
        if not isinstance(parked, Parked):
            super().finish_request(conn, fs)
            return
        conn.parser = _Again(conn, parked.body)
        parked.poll.over.add_done_callback(lambda _: self.method_queue.defer(self.enqueue_req, conn))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._let_go()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        self._let_go()
        super().handle_quit(sig, frame)

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answers a request that could not be read. Logs the kind of fault, where gunicorn would quote the address: it
        may hold a personal token."""
        if isinstance(exc, errors.ParseException):
            self.log.warning("invalid request: %s", type(exc).__name__)
        else:
            self.log.error("a request failed", exc_info=exc)
        status = next((each for kind, each in _FAULTS.items() if isinstance(exc, kind)), 500)
        with contextlib.suppress(OSError):
            page = self._page(status)
            if page is None:
                write_error(client, status, HTTPStatus(status).phrase, "")
                return
            client.settimeout(LINGER_SECONDS)
            client.sendall(page)
            _read_out(client)

    def _page(self, status: int) -> bytes | None:
        """Returns the whole answer, which is a page like every other; None where even that fails."""
        app = self.wsgi
        if not isinstance(app, Flask):
            return None
        base = services_of(app).config.base_url
        try:
            answer = Client(app).get("/", base_url=base, environ_overrides={UNREAD: status}, buffered=True)
        except Exception:  # whoever is owed an answer gets one
            self.log.exception("no page for a request that could not be read")
            return None
        answer.headers.pop("Set-Cookie", None)  # it would take the place of one that was not read
        answer.headers["Connection"] = "close"
        head, body = f"HTTP/1.1 {answer.status}\r\n{answer.headers}", bytes(answer.data)
        return head.encode("latin-1", "replace") + body

    def _let_go(self) -> None:
        app = getattr(self, "wsgi", None)  # unset until gunicorn has loaded the application
        if isinstance(app, Flask):
            stop_waiting(app)


def _read_out(client: socket.socket) -> None:
    """Reads what is still on its way, for a moment: closing before would take the answer from a client that writes."""
    client.shutdown(socket.SHUT_WR)
    until, left = time.monotonic() + LINGER_SECONDS, MOST_READ_OUT
    while left > 0 and time.monotonic() < until and (read := client.recv(65_536)):
        left -= len(read)


class _Again:
    """Stands in a connection's place of a parser once: gives the last request again, with another body."""

    def __init__(self, conn: TConn, body: bytes) -> None:
        self._conn, self._parser, self._body = conn, conn.parser, body

    def __next__(self) -> Request:
        self._conn.parser = self._parser
        again = copy(self._parser.mesg)
        kept = [each for each in again.headers if each[0] not in ("CONTENT-LENGTH", "TRANSFER-ENCODING")]
        again.headers = [*kept, ("CONTENT-LENGTH", str(len(self._body)))]
        again.body = BytesIO(self._body)
        return again
