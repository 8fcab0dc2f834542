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

SIZE = (2, 8)
SERVER = """
import sys
from flashmeet.cli.serve import Server
from flashmeet.core.config import Config
descriptor, processes, threads = map(int, sys.argv[1:])
Server(Config.from_env(), descriptor, processes=processes, threads=threads).run()
"""


@contextmanager
def serving(
    database_url: str,
    size: tuple[int, int] = SIZE,
    /,
    *,
    instance: Path,
    secret: str,
    name: str = "127.0.0.1",
    **more: str,
) -> Iterator[str]:
    """The address of a server of this size (processes, threads) for the length of the block; `more` are settings."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://{name}:{listener.getsockname()[1]}"
        settings = {
            "FLASHMEET_ENV": "development",
            "FLASHMEET_INSTANCE": str(instance),
            "FLASHMEET_DATABASE_URL": database_url,
            "FLASHMEET_SECRET_KEY": secret,
            "FLASHMEET_BASE_URL": base,
            **more,
        }
        process = started(listener.fileno(), settings, size)
    try:
        _wait_for(base, process, name=name)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=30)


def started(descriptor: int, settings: dict[str, str], size: tuple[int, int] = SIZE) -> subprocess.Popen[bytes]:
    """What `flashmeet serve` becomes, on a socket that is open already and a schema that no migration made."""
    command = [sys.executable, "-c", SERVER, *map(str, (descriptor, *size))]
    return subprocess.Popen(command, env={**os.environ, **settings}, pass_fds=[descriptor])


def _wait_for(base: str, process: subprocess.Popen[bytes], *, name: str) -> None:
    request = urllib.request.Request(f"{base.replace(name, '127.0.0.1')}/static/css/rooms.css", headers={"Host": name})
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(request, timeout=5).close()
            return
        except OSError:  # not up yet, or still loading
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
