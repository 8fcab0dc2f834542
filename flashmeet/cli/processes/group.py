"""Runs several commands as one: one process group, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

PATIENCE = 25.0
"""Seconds that a command has to finish."""
_LOOK_EVERY = 0.1


def run_together(
    commands: Sequence[Sequence[str]], *, keeping: socket.socket, meanwhile: Callable[[], bool] | None = None
) -> int:
    """Runs flashmeet commands until one of them ends or a signal comes; then stops the others too.

    The commands inherit the socket `keeping`. `meanwhile` is called repeatedly until it returns True. Returns the exit
    status: 0 after a signal.
    """
    told = _Told()
    running = [_start(command, keeping) for command in commands]
    keeping.close()
    try:
        while not told.to_stop and all(each.poll() is None for each in running):
            if meanwhile is not None and meanwhile():
                meanwhile = None
            time.sleep(_LOOK_EVERY)
    finally:
        ended = [each.poll() for each in running]
        _end(running)
    return 0 if told.to_stop else next((code or 1 for code in ended if code is not None), 1)


class _Told:
    """Whether SIGTERM, SIGINT (Ctrl-C) or SIGHUP has come."""

    def __init__(self) -> None:
        self.to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.to_stop = True


def _start(command: Sequence[str], keeping: socket.socket) -> subprocess.Popen[bytes]:
    """Starts a command in this process group, so that Ctrl-C reaches it."""
    return subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "flashmeet.cli", *command], pass_fds=[keeping.fileno()], env=dict(os.environ)
    )


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for each in running:
        if each.poll() is None:
            each.terminate()
    until = time.monotonic() + PATIENCE
    for each in running:
        try:
            each.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()
