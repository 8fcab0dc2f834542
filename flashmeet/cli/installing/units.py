"""The systemd units of `deploy/systemd`, filled in for one machine."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from flashmeet.cli.installation import Refused
from flashmeet.core.config.environment_file import OF_SERVICE
from flashmeet.core.files import folder

SERVICE_FILE, SERVICE_INSTANCE = OF_SERVICE, Path("/var/lib/flashmeet")
ENABLED = ("flashmeet-web", "flashmeet-worker", "flashmeet-backup.timer")
_PROGRAM = "/opt/flashmeet/.venv/bin/flashmeet"
"""What stands in the examples."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the units go, who runs them, and which program they run."""

    folder: Path
    user: str
    program: Path

    @property
    def examples(self) -> Path:
        return folder("deploy")


def check_service(target: Path, user: str) -> Service:
    """Returns what the units are filled in with. Raises Refused before anything is written."""
    program = Path(sys.executable).parent / "flashmeet"
    if not target.is_dir():
        raise Refused(f"{target} is no folder. systemd reads units from /etc/systemd/system.")
    if not os.access(target, os.W_OK):
        raise Refused(f"{target} is not this user's to write in. Run this as root.")
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise Refused(
            f"there is no user {user}. Make one: adduser --system --group --home {SERVICE_INSTANCE} {user}"
        ) from None
    if " " in str(program) or "%" in str(program):
        raise Refused(f"systemd cannot run {program}: install flashmeet in a folder without blanks and %.")
    if not _can_run(account, sys.executable):
        raise Refused(
            f"{user} cannot run {program}: a folder on the way there, or Python itself, is closed to other users. "
            "Put the checkout where everybody can read it, such as /opt/flashmeet, and install it there again."
        )
    return Service(target.absolute(), user, program)


def _can_run(account: pwd.struct_passwd, python: str) -> bool:
    """Whether that user can start this Python and read flashmeet with it; only root can try."""
    if os.geteuid() != 0 or account.pw_uid == 0:
        return True
    try:
        done = subprocess.run(  # noqa: S603  # our own Python
            [python, "-c", "import flashmeet"],
            cwd="/",
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=(),
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def write_units(service: Service, file: Path, instance: Path) -> None:
    """Writes the units; the settings and what is in the instance folder become the service's own. Raises OSError."""
    for unit in sorted((folder("deploy") / "systemd").iterdir()):
        (service.folder / unit.name).write_text(_filled(unit.read_text(encoding="utf-8"), service, file, instance))
    if os.geteuid() == 0:
        account = pwd.getpwnam(service.user)
        for path in (file, instance, *instance.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _filled(unit: str, service: Service, file: Path, instance: Path) -> str:
    places = {
        _PROGRAM: str(service.program),
        str(SERVICE_FILE): str(file),
        str(SERVICE_INSTANCE): str(instance),
        "User=flashmeet": f"User={service.user}",
        "Group=flashmeet\n": "" if service.user != "flashmeet" else "Group=flashmeet\n",
    }
    lines = [line for line in unit.splitlines(keepends=True) if not line.startswith("# `flashmeet init")]
    text = "".join(lines)
    for place, ours in places.items():
        text = text.replace(place, ours)
    return text
