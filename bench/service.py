"""The processes that are measured: the bare page, the service's pages and its worker. Each ends with its block."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.clients import HOST
from tests.served import free_port

PROCESSES, THREADS, CLIENTS = 2, 16, 16
PATIENCE = 60.0
ROOT = Path(__file__).parents[1]


@contextmanager
def running(command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Runs a Python module with these words as a process group of its own; yields its process id."""
    with log.open("ab") as told:
        process = subprocess.Popen(  # noqa: S603  # our own commands
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def hello(folder: Path) -> Iterator[int]:
    """Serves the bare page with as many processes and threads as the service; yields its port."""
    port = free_port()
    shape = ["--workers", str(PROCESSES), "--threads", str(THREADS), "--worker-class", "gthread", "--keep-alive", "5"]
    with running(["gunicorn", *shape, "--bind", f"{HOST}:{port}", "bench.hello:app"], log=folder / "hello.log"):
        _wait(port)
        yield port


@contextmanager
def web(folder: Path, environment: Mapping[str, str], port: int) -> Iterator[int]:
    """Serves the pages; yields the process id of gunicorn's master."""
    words = ["flashmeet.cli", "serve", "--port", str(port), "--processes", str(PROCESSES), "--threads", str(THREADS)]
    with running(words, log=folder / "web.log", environment=environment) as process:
        _wait(port)
        yield process


@contextmanager
def worker(folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    with running(["flashmeet.cli", "worker"], log=folder / "worker.log", environment=environment) as process:
        yield process


def _wait(port: int) -> None:
    """Waits until somebody listens there. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {HOST}:{port}")


def with_children(process: int) -> list[int]:
    """Returns the process and all that it started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        parents.setdefault(int(words[1]), []).append(int(entry.name))
    found = [process]
    for each in found:
        found += parents.get(each, [])
    return found


def cpu_seconds(processes: Sequence[int]) -> float:
    ticks = 0
    for process in processes:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(processes: Sequence[int], kind: str) -> float:
    """Returns what they hold: `Pss` counts a page shared by n processes as one nth in each, `Rss` as a whole."""
    total = 0
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                total += int(line.split()[1])
    return total / 1024
