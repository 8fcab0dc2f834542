"""Work on files from outside in a process of its own, with limits on time and memory: never where pages are served.

`ask_child` is the caller's side. The module that it names, run by itself, is the other: it calls `limit_itself` first,
reads its standard input, answers on its standard output, and ends.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import IO

CPU_SECONDS, WALL_SECONDS = 10, 45.0
MEMORY_BYTES = 768 * 1024 * 1024
KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""What of our environment the child is given: none of the secrets in it."""


class ChildFailed(Exception):
    """The child took more time or memory than it may, or ended without an answer."""


def ask_child(module: str, question: bytes, answer: IO[bytes], *, seconds: float = WALL_SECONDS) -> None:
    """Runs the module on the question; its answer is written to the open file. Raises ChildFailed."""
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module; the files go in as bytes
            [sys.executable, "-m", module],
            input=question,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed("takes too long") from error
    if done.returncode != 0:
        raise ChildFailed(f"ended with {done.returncode}")


def limit_itself(*, cpu_seconds: int = CPU_SECONDS, answer_bytes: int | None = None) -> None:
    """Limits the process that calls it, for the rest of its life."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if answer_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (answer_bytes, answer_bytes))
