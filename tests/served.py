"""Servers in a thread of the tests' own process: an application for a real browser, and the fakes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer

from flask import Flask
from werkzeug.serving import make_server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def in_a_thread(server: BaseServer) -> Iterator[None]:
    """Serves until the end of the block, then closes the server."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The address at which the application is served until the end of the block; without a port, at a free one."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    with in_a_thread(server):
        yield f"http://127.0.0.1:{server.server_port}"
