"""Two browser processes, as two people have them. `make faults` does it a hundred times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[3]


def test_five_times_in_a_row_both_see_each_other_move() -> None:
    """In a process of its own: two browsers cannot live in one with the tests' own."""
    command = [sys.executable, "-m", "tests.rooms.room.soak", "5"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
