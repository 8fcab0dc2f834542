"""`make tools` installs what the tests need, and leaves no server of Debian's running."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVERS = "coturn.service nginx.service caddy.service pgbouncer.service"
PACKAGES = "chromium libreoffice-calc-nogui coturn nginx-light caddy pgbouncer"


def installs(folder: Path, *, apt: str = "exit 0") -> tuple[int, list[str]]:
    """Runs it as root on a machine that has nothing yet. Returns the exit status, and what was asked of the system."""
    asked = folder / "asked"
    programs = folder / "bin"
    programs.mkdir()
    for name in ("bash", "grep", "cat"):
        (programs / name).symlink_to(f"/bin/{name}")
    for name, does in {"id": "echo 0", "systemctl": "exit 0", "apt-get": apt}.items():
        script = programs / name
        script.write_text(f'#!/bin/bash\n[ {name} = id ] || echo {name} "$@" >> {asked}\n{does}\n')
        script.chmod(0o755)
    makefile = (ROOT / "Makefile").read_text().replace(":/usr/sbin:/sbin", "").replace("/sbin/ldconfig -p", "echo")
    (folder / "Makefile").write_text(makefile)
    (folder / ".venv").mkdir()
    made = subprocess.run(
        ["/usr/bin/make", "tools"], cwd=folder, env={"PATH": str(programs)}, capture_output=True, check=False
    )
    return made.returncode, asked.read_text().splitlines()


@pytest.mark.skipif(not os.access("/usr/bin/make", os.X_OK), reason="no make here")
def test_what_is_installed_for_the_tests_is_not_started_now_nor_when_the_machine_starts(tmp_path: Path) -> None:
    assert installs(tmp_path) == (
        0,
        [
            f"systemctl --quiet mask {SERVERS}",
            "apt-get -qq update",
            f"apt-get -qq install -y --no-install-recommends {PACKAGES.replace(' libre', ' libical3 libre')}",
            f"systemctl --quiet unmask {SERVERS}",
            f"systemctl --quiet disable {SERVERS}",
        ],
    )


@pytest.mark.skipif(not os.access("/usr/bin/make", os.X_OK), reason="no make here")
def test_a_failed_installation_leaves_no_service_masked(tmp_path: Path) -> None:
    code, asked = installs(tmp_path, apt="exit 100")
    assert code != 0
    assert asked[-2:] == [f"systemctl --quiet unmask {SERVERS}", f"systemctl --quiet disable {SERVERS}"]
