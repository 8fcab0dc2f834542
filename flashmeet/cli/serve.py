"""`flashmeet serve`: the pages and the API."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]  # as above
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # as above

from flashmeet.app import create_app
from flashmeet.cli.installation import Refused, check_schema, keep_log, opened
from flashmeet.cli.processes.group import run_together
from flashmeet.cli.processes.memory import build_ahead, limit_heap, share_with_children
from flashmeet.cli.processes.web_process import LONGEST_ADDRESS, Worker
from flashmeet.cli.program import main
from flashmeet.core.config import Config
from flashmeet.http.services import services_of
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
        raise SystemExit(serve_with_worker(config, listener, processes=processes, threads=threads))
    Server(config, listener.detach(), processes=processes, threads=threads).run()


def serve_with_worker(
    config: Config,
    listener: socket.socket,
    *,
    processes: int,
    threads: int,
    meanwhile: Callable[[], bool] | None = None,
) -> int:
    """Serves and works until one of the two ends, or a signal comes; returns the exit status (`run_together`)."""
    import flashmeet.cli.worker  # noqa: F401, PLC0415  # only where a worker runs; here, so that it shares what it loads

    app = _loaded(config, threads=threads)

    def web() -> None:
        Server(config, listener.detach(), processes=processes, threads=threads, app=app).run()

    def work() -> None:
        listener.close()
        main(args=["worker"], prog_name="flashmeet")

    return run_together([web, work], keeping=listener, meanwhile=meanwhile)


def _checked() -> Config:
    """Returns the settings, if the database answers and is up to date. Raises ConfigError, Refused."""
    with opened() as installation:
        check_schema(installation.database, ahead=True)
        for caution in installation.config.cautions:
            click.echo(f"flashmeet: {caution}", err=True)
        return installation.config


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings, on a socket that listens already.

    The application is created once; each process opens its own connections.
    """

    def __init__(
        self, config: Config, descriptor: int, *, processes: int, threads: int, app: Flask | None = None
    ) -> None:
        self._config, self._threads, self._app = config, threads, app
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
        return self._app or _loaded(self._config, threads=self._threads)

    def _open_own_connections(self, _server: Arbiter, worker: ThreadWorker) -> None:
        """A connection that the parent opened is the parent's: the child forgets it, and does not close it."""
        services_of(worker.app.wsgi()).database.engine.dispose(close=False)


def _loaded(config: Config, *, threads: int) -> Flask:
    """Returns the application, made before processes are forked, which share the pages of what is there then."""
    keep_log(config)
    limit_heap()
    understanding(config.understanding).prepare(config.instance)
    app = create_app(config, connections=threads + SPARE_CONNECTIONS)
    if config.env == "production":
        build_ahead(app)
    return app


def _begin(server: Arbiter) -> None:
    """Called once, before the processes are forked."""
    share_with_children()
    click.echo(f"flashmeet serves on {', '.join(str(each) for each in server.LISTENERS)}", file=sys.stderr)


BACKLOG = 2_048


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
