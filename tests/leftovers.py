"""Ends whatever a run of the tests started and left behind, however the run itself was ended.

A process that is killed runs no `finally`. So every run is marked in its environment, which all that it starts
inherit, and a small process outside it waits for its end. Where there is no `/proc`, only orderly ends are clean.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MARK = "FLASHMEET_TESTS_RUN"
PLACE = Path(os.sep, "tmp")
"""Not `TMPDIR`, which may be long: paths of sockets must stay under 108 bytes."""
PATIENCE = 10.0
"""Seconds in which a process may end in its own way."""


def watch() -> None:
    """Starts the process that waits for the end of this one; both are told apart from other runs by a new mark."""
    os.environ[MARK] = secrets.token_hex(8)
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-S", "-E", __file__, str(os.getpid()), os.environ[MARK]],
        {},  # it carries no mark itself
        file_actions=silent,
        setsid=True,  # Ctrl-C is for those before the screen
    )


def new_folder() -> Path:
    """A folder with a short path; it goes with the run at the latest."""
    return Path(tempfile.mkdtemp(prefix=f"{_prefix(os.environ.get(MARK, 'no-run'))}-", dir=PLACE))


def marked(mark: str) -> Iterator[int]:
    """The processes that were started in that run."""
    entry = f"{MARK}={mark}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if entry in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:  # gone, or somebody else's
            continue


def end_all(mark: str) -> None:
    """First politely, so that servers end their own processes."""
    _signal(mark, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while any(marked(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    while any(marked(mark)):
        _signal(mark, signal.SIGKILL)
        time.sleep(0.1)
    for folder in PLACE.glob(f"{_prefix(mark)}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(mark: str) -> str:
    return f"fm-{mark[:6]}"


def _signal(mark: str, number: signal.Signals) -> None:
    for process in marked(mark):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def _wait_for_the_end_of(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.3)


if __name__ == "__main__":
    _wait_for_the_end_of(int(sys.argv[1]))
    end_all(sys.argv[2])
