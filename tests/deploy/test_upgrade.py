"""`make upgrade` runs as whoever the services run as, or what it writes would not be theirs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def upgraded_as(folder: Path, *, owner: str, users: str) -> list[str]:
    """Upgrades as root where `owner` has the settings and `users` are there; returns as whom each command ran."""
    asked, programs = folder / "asked", folder / "bin"
    programs.mkdir()
    does = {
        "id": f'[ "$1" = -u ] && echo 0 || [[ " {users} " == *" $1 "* ]]',
        "stat": f"echo {owner}",
        "runuser": f'echo "$2" >> {asked}',
        "git": "echo 1234567",
        "systemctl": "exit 1",
    }
    for name, script in does.items():
        (programs / name).write_text(f"#!/bin/bash\n{script}\n")
        (programs / name).chmod(0o755)
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text())
    path = f"{programs}:{os.environ['PATH']}"
    made = subprocess.run(
        ["/usr/bin/make", "upgrade", "MAKE=true"], cwd=folder, env={"PATH": path}, capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return asked.read_text().splitlines()


@pytest.mark.skipif(not os.access("/usr/bin/make", os.X_OK), reason="no make here")
@pytest.mark.parametrize(
    ("owner", "users", "ran_as"),
    [("mentorat", "mentorat flashmeet", "mentorat"), ("root", "flashmeet", "flashmeet")],
)
def test_an_upgrade_runs_as_the_user_who_has_the_settings(tmp_path: Path, owner: str, users: str, ran_as: str) -> None:
    assert upgraded_as(tmp_path, owner=owner, users=users) == [ran_as, ran_as]
