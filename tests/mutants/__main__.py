"""`make mutants`: breaks one rule at a time in a copy of the code, and says which breaks no test noticed.

Ends with 1 when one was not noticed, or when a fault no longer fits the code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
NEEDED = ("flashmeet", "tests", "templates", "static", "translations", "migrations", "docs", "pyproject.toml")
TESTS_FAILED = 1
"""What pytest ends with when tests ran and some failed."""


def copy_to(folder: Path) -> None:
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def is_noticed(fault: Fault, folder: Path) -> bool:
    """Whether a test fails once the rule is broken. Raises ValueError when the code has no such place, or several."""
    path = folder / "flashmeet" / fault.file
    text = path.read_text()
    if text.count(fault.sound) != 1:
        raise ValueError(f"{fault.file} does not read {fault.sound!r} once")
    path.write_text(text.replace(fault.sound, fault.broken))
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *fault.tests.split())
    try:
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(folder)}
        )
    finally:
        path.write_text(text)
    return ended.returncode == TESTS_FAILED


def main() -> int:
    unnoticed = 0
    with tempfile.TemporaryDirectory() as name:
        copy_to(Path(name))
        for fault in FAULTS:
            noticed = is_noticed(fault, Path(name))
            unnoticed += not noticed
            print("caught  " if noticed else "MISSED  ", fault.rule, flush=True)
    print(f"{len(FAULTS) - unnoticed} of {len(FAULTS)} broken rules were noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
