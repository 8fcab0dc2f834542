"""However a run of the tests is ended, it leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.leftovers import PLACE, marked

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
SERVERS = {"chrom", "postgres", "turnserver", "radicale", "flashmeet.cli"}


def commands(mark: str) -> list[str]:
    found = []
    for process in marked(mark):
        try:
            found.append(Path(f"/proc/{process}/cmdline").read_text().replace("\0", " "))
        except OSError:  # gone meanwhile
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_an_ended_run_leaves_no_server_behind(number: signal.Signals, tmp_path: Path) -> None:
    told = tmp_path / "told"
    words = ["-n", "1", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'run'}", "tests/package/everything_runs.py"]
    with (tmp_path / "output").open("w") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", *words],
            cwd=ROOT,
            env={**os.environ, "TOLD": str(told)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_hear_ctrl_c,  # noqa: PLW1509  # no thread of ours forks at the same time
        )
    try:
        _wait(told.exists, "the servers do not run", run)
        mark = told.read_text()
        alive = " ".join(commands(mark))
        assert {name for name in SERVERS if name not in alive} == set()
        run.send_signal(number)
        run.wait(PATIENCE)
        _wait(lambda: not commands(mark), "something still runs")
        _wait(lambda: not list(PLACE.glob(f"fm-{mark[:6]}-*")), "a data folder is left")
    finally:
        run.kill()
        run.wait()


def _hear_ctrl_c() -> None:
    """A shell that starts us in the background has us ignore SIGINT, and so would our children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _wait(done: Callable[[], bool], otherwise: str, run: subprocess.Popen[bytes] | None = None) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert run is None or run.poll() is None, "the run has ended"
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)
