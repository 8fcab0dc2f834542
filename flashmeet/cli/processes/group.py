"""Runs several parts as one: one process group, started and stopped together.

Each part is a fork of this process, not a program of its own: what is loaded here lies in memory once for all.
"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from types import FrameType

from flashmeet.cli.processes.memory import share_with_children

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 25.0
"""Seconds that a command has to finish."""
_LOOK_EVERY = 0.1


def run_together(
    parts: Sequence[Callable[[], object]], *, keeping: socket.socket, meanwhile: Callable[[], bool] | None = None
) -> int:
    """Runs parts of the service until one of them ends or a signal comes; then stops the others too.

    Called while this process has one thread, and no connection that a part would use. The parts inherit the socket
    `keeping`, which is closed here. `meanwhile` is called repeatedly until it returns True. Returns the exit status: 0
    after a signal.
    """
    told = _Told()
    share_with_children()
    running = [_start(part) for part in parts]
    keeping.close()
    try:
        while not told.to_stop and all(each.exitcode is None for each in running):
            if meanwhile is not None and meanwhile():
                meanwhile = None
            time.sleep(_LOOK_EVERY)
    finally:
        ended = [each.exitcode for each in running]
        _end(running)
    return 0 if told.to_stop else next((code or 1 for code in ended if code is not None), 1)


class _Told:
    """Whether SIGTERM, SIGINT (Ctrl-C) or SIGHUP has come."""

    def __init__(self) -> None:
        self.to_stop = False
        for number in SIGNALS:
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.to_stop = True


def _start(part: Callable[[], object]) -> ForkProcess:
    """Starts a part in this process group, so that Ctrl-C reaches it."""
    process = get_context("fork").Process(target=_run, args=(part,))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # one that comes now is the part's to hear
    process.start()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def _run(part: Callable[[], object]) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    part()


def _end(running: Sequence[ForkProcess]) -> None:
    for each in running:
        each.terminate()
    until = time.monotonic() + PATIENCE
    for each in running:
        each.join(max(0.1, until - time.monotonic()))
        if each.exitcode is None:
            each.kill()
            each.join()
