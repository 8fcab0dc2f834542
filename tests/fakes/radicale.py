"""A real CalDAV server, started for the tests, and somebody else's hands on its calendars."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.served import free_port

USER, PASSWORD = "alice", "app-password"
TEN_MINUTES = 600


@dataclass
class Radicale:
    """`alice` has two calendars, `work` and `home`."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calendar(self, name: str = "work") -> str:
        return f"{self.url}/{USER}/{name}/"

    def start(self) -> None:
        arguments = [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")]
        self.process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert time.monotonic() < deadline, "Radicale does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(TEN_MINUTES)
            self.process = None

    @contextlib.contextmanager
    def asleep(self) -> Iterator[None]:
        """It takes connections and says nothing."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
        """As another program of Alice's would."""
        return requests.request(
            method, self.url + path, data=body.encode(), headers=headers, auth=(USER, PASSWORD), timeout=TEN_MINUTES
        )

    def make(self, name: str) -> None:
        made = self.ask("MKCALENDAR", f"/{USER}/{name}/")
        assert made.status_code == 201, made.text

    def put(self, name: str, text: str, *, calendar: str = "work") -> str:
        """Writes an event, and returns its path."""
        path = f"/{USER}/{calendar}/{name}.ics"
        done = self.ask("PUT", path, text, **{"Content-Type": "text/calendar"})
        assert done.status_code in (201, 204), done.text
        return path

    def events(self, calendar: str = "work") -> dict[str, str]:
        """Every event by its path."""
        folder = self.folder / "collections" / "collection-root" / USER / calendar
        return {
            f"/{USER}/{calendar}/{file.name}": file.read_text() for file in folder.glob("*.ics") if file.name[0] != "."
        }

    def clear(self) -> None:
        for name in ("work", "home"):
            self.ask("DELETE", f"/{USER}/{name}/")
            self.make(name)


@contextlib.contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """Serves until the block ends."""
    port = free_port()
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n[logging]\nlevel = error\n"
    )
    server = Radicale(folder, port)
    server.start()
    try:
        server.make("work")
        server.make("home")
        yield server
    finally:
        server.stop()
