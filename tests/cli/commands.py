"""The command as an operator types it: in this process where that is enough, as a process where it matters."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from flashmeet.cli import main
from flashmeet.core.database.session import Database
from flashmeet.people.rules.member_columns import COLUMNS

ROOT = Path(__file__).parents[2]
HEADER = ",".join(COLUMNS)
PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Here:
    """An installation of its own, and the command in it."""

    environment: dict[str, str]
    database: Database
    folder: Path

    def run(self, *words: str) -> Answer:
        result = CliRunner().invoke(main, list(words), env=self.environment, catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)

    def done(self, *words: str) -> str:
        """What the command printed; it ended well."""
        answer = self.run(*words)
        assert answer.code == 0, answer
        return answer.out

    def import_rows(self, *rows: str, options: tuple[str, ...] = ()) -> Answer:
        """Imports a file with the right header and these lines."""
        return self.import_file("\n".join((HEADER, *rows)).encode(), options=options)

    def import_file(self, data: bytes, options: tuple[str, ...] = ()) -> Answer:
        file = self.folder / "members.csv"
        file.write_bytes(data)
        return self.run("members", "import", str(file), *options)


@contextmanager
def running(
    *words: str,
    environment: dict[str, str],
    command: tuple[str, ...] = (sys.executable, "-m", "flashmeet.cli"),
    log: Path = Path(os.devnull),
) -> Iterator[subprocess.Popen[str]]:
    """The command as a process group of its own; whatever is left of it is killed at the end.

    What it prints can be read from its pipe; what it says on the way is written to `log`, since a pipe that nobody
    reads holds up whoever writes, once it is full.
    """
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [*command, *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if group_lives(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def stops(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Tells the process, waits for it and for everybody it started; its exit status."""
    process.send_signal(number)
    code = process.wait(PATIENCE)
    until = time.monotonic() + 5
    while group_lives(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not group_lives(process.pid)
    return code


def answers(address: str, *, until: float = PATIENCE) -> int:
    """The status of that address, once somebody answers there."""
    end = time.monotonic() + until
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
