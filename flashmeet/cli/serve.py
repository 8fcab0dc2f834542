"""`flashmeet serve`: the pages and the API."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
from concurrent.futures import Future
from copy import copy
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import FrameType

import click
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]  # as above
from gunicorn.http import errors  # type: ignore[import-untyped]  # as above
from gunicorn.http.message import Request  # type: ignore[import-untyped]  # as above
from gunicorn.util import write_error  # type: ignore[import-untyped]  # as above
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # as above

from flashmeet.app import create_app
from flashmeet.cli.installation import Refused, check_schema, keep_log, opened
from flashmeet.cli.processes.group import run_together
from flashmeet.cli.processes.memory import build_ahead, limit_arenas, share_with_children
from flashmeet.core.config import Config
from flashmeet.http.services import services_of
from flashmeet.rooms.pages.waiting import Parked, park_in, stop_waiting
from flashmeet.themes.adapters.understanding import understanding

PROCESSES, THREADS = 2, 16
SPARE_CONNECTIONS = 4
"""Beyond one a thread: for calendars read side by side before a booking, and the look for news in rooms."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # where processes show that they are alive, without touching a disk
port_option = click.option(
    "--port", type=click.IntRange(1, 65_535), envvar="PORT", default=8000, show_default="PORT, else 8000"
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@port_option
@click.option("--processes", type=click.IntRange(1, 64), default=PROCESSES, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="Per process.")
@click.option("--with-worker", is_flag=True, help="Run the worker too; when one of the two ends, both do.")
def serve(host: str, port: int, processes: int, threads: int, with_worker: bool) -> None:
    """Serve the pages and the API.

    SIGTERM lets running requests finish. Put a proxy with TLS in front (docs/operating.md).
    """
    config = _checked()
    listener = listen(host, port)
    if with_worker:
        options = ["--processes", str(processes), "--threads", str(threads)]
        commands = [["_web", str(listener.fileno()), *options], ["worker"]]
        raise SystemExit(run_together(commands, keeping=listener))
    _Server(config, listener.detach(), processes=processes, threads=threads).run()


def _checked() -> Config:
    """Returns the settings, if the database answers and is up to date. Raises ConfigError, Refused."""
    with opened() as installation:
        check_schema(installation.database, ahead=True)
        for caution in installation.config.cautions:
            click.echo(f"flashmeet: {caution}", err=True)
        return installation.config


@click.command(hidden=True)
@click.argument("descriptor", type=int)
@click.option("--processes", type=int, default=PROCESSES)
@click.option("--threads", type=int, default=THREADS)
def web(descriptor: int, processes: int, threads: int) -> None:
    """Serve on a socket that a parent process opened."""
    _Server(Config.from_env(), descriptor, processes=processes, threads=threads).run()


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
            write_error(client, status, HTTPStatus(status).phrase, "")

    def _let_go(self) -> None:
        app = getattr(self, "wsgi", None)  # unset until gunicorn has loaded the application
        if isinstance(app, Flask):
            stop_waiting(app)


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


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings. The application is created once; each process opens its own connections."""

    def __init__(self, config: Config, descriptor: int, *, processes: int, threads: int) -> None:
        self._config, self._threads = config, threads
        self._settings: dict[str, object] = {
            "bind": f"fd://{descriptor}",
            "workers": processes,
            "threads": threads,
            "worker_class": Worker,
            "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "limit_request_line": LONGEST_ADDRESS,
            "accesslog": None,
            "forwarder_headers": "",  # SCRIPT_NAME and PATH_INFO are ours to say, not a client's behind the proxy
            "loglevel": "warning",
            "control_socket_disable": True,
            "preload_app": True,
            "when_ready": _begin,
            "post_fork": self._open_own_connections,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        keep_log(self._config)
        limit_arenas()
        # before the processes are forked, which share the pages of what is there then
        understanding(self._config.understanding).prepare(self._config.instance)
        app = create_app(self._config, connections=self._threads + SPARE_CONNECTIONS)
        if self._config.env == "production":
            build_ahead(app)
        return app

    def _open_own_connections(self, _server: Arbiter, worker: ThreadWorker) -> None:
        """A connection that the parent opened is the parent's: the child forgets it, and does not close it."""
        services_of(worker.app.wsgi()).database.engine.dispose(close=False)


def _begin(server: Arbiter) -> None:
    """Called once, before the processes are forked."""
    share_with_children()
    click.echo(f"flashmeet serves on {', '.join(str(each) for each in server.LISTENERS)}", file=sys.stderr)


BACKLOG = 2_048
LONGEST_ADDRESS = 8_190
"""As much as proxies pass on: a need of 2,000 letters stands in the address of its answers, and in where to go next."""


def listen(host: str, port: int) -> socket.socket:
    """Returns a listening socket that children inherit. Raises Refused when the port is not available."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Refused(_why(error, host, port)) from None
    listener.set_inheritable(True)
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is taken by another program. Choose another one: PORT={port + 1 if port < 65_535 else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is not open to this user. Choose one from 1024 on."
    return f"cannot listen on {host}, port {port}: {error.strerror}."
