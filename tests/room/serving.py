"""The real server, as an installation runs it: several processes with several threads each."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

THREADS = 8


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(
    database_url: str, *, instance: Path, secret: str, processes: int = 2, threads: int = THREADS
) -> Iterator[str]:
    """The address of a server that runs for the length of the block."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = {
        "FLASHMEET_ENV": "development",
        "FLASHMEET_INSTANCE": str(instance),
        "FLASHMEET_DATABASE_URL": database_url,
        "FLASHMEET_SECRET_KEY": secret,
        "FLASHMEET_BASE_URL": base,
        "SERVER_THREADS": str(threads),
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(processes), "--threads", str(threads), "--graceful-timeout", "1"]
    command += ["--log-level", "warning", "tests.room.wsgi:application"]
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=Path(__file__).parents[2])
    try:
        _wait_for(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{base}/static/css/room.css", timeout=5).close()
            return
        except OSError:  # not up yet, or still loading
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
