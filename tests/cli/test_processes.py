"""`serve`, `worker` and `demo` as real processes: what they say, that they answer, and that they end."""

from __future__ import annotations

import os
import select as ready
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from flashmeet.cli.installation import now
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.service.sign_in import ask_code
from tests.cli.commands import PATIENCE, Here, answers, running, stops
from tests.served import free_port

BOB = "bob@example.org,Bob,,mentee,yes,,,,,,,,,"


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """The first lines it prints, as soon as they are there."""
    assert process.stdout is not None
    found, until = "", time.monotonic() + PATIENCE * 2
    while found.count("\n") < count and time.monotonic() < until:
        if ready.select([process.stdout], [], [], 0.2)[0]:
            found += os.read(process.stdout.fileno(), 4096).decode()
        assert process.poll() is None, process.communicate()
    return found.splitlines()


def children(process: subprocess.Popen[str]) -> list[int]:
    """Every process of its group but itself."""
    groups = subprocess.run(["ps", "-eo", "pid=,pgid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in groups.splitlines()]
    return [pid for pid, group in pairs if group == process.pid and pid != process.pid]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.timeout(300)
def test_the_demo_prints_three_links_that_answer_ends_as_one_and_keeps_what_was_done(tmp_path: Path) -> None:
    port, links = free_port(), []
    environment = {"FLASHMEET_INSTANCE": str(tmp_path / "demo"), "PORT": str(port)}
    for number in (signal.SIGTERM, signal.SIGINT):
        with running("demo", environment=environment) as process:
            printed = lines(process, 3)
            assert [line.partition(": ")[0] for line in printed] == ["mentee", "mentor", "administrator"]
            links.append([line.partition(": ")[2] for line in printed])
            assert all(link.startswith(f"http://127.0.0.1:{port}/") for link in links[-1])
            assert [answers(link, until=1) for link in links[-1]] == [200, 200, 200]
            assert len(children(process)) >= 3
            assert stops(process, number) == 0
            assert process.stdout is not None
            assert process.stdout.read() == ""
    assert links[0] == links[1]


def test_serve_answers_and_ends_when_told(here: Here) -> None:
    port, log = free_port(), here.folder / "log"
    with running("serve", "--port", str(port), environment=here.environment, log=log) as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        assert answers(f"http://127.0.0.1:{port}/") == 200
        assert stops(process, signal.SIGTERM) == 0
    assert f"flashmeet serves on http://127.0.0.1:{port}\n" in log.read_text("utf-8")


def test_serve_with_worker_sends_and_ends_both_when_one_ends(here: Here) -> None:
    here.import_rows(BOB)
    port = free_port()
    with running("serve", "--port", str(port), "--with-worker", environment=here.environment) as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        with here.database.writing() as db:
            ask_code(db, "bob@example.org", now=now())
        assert sent(here)
        _web, worker = sorted(pid for pid in children(process) if parent_of(pid) == process.pid)
        os.kill(worker, signal.SIGKILL)
        assert process.wait(PATIENCE) != 0
        with pytest.raises(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


def test_a_worker_sends_what_comes_and_ends_when_told(here: Here) -> None:
    here.import_rows(BOB)
    with running("worker", environment=here.environment) as process:
        with here.database.writing() as db:
            ask_code(db, "bob@example.org", now=now())
        assert sent(here)
        assert stops(process, signal.SIGTERM) == 0


def sent(here: Here) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with here.database.reading() as db:
            if db.scalars(select(OutboxMessage.state)).all() == ["sent"]:
                return True
        time.sleep(0.1)
    return False


def talked(port: int, *lines: str) -> str:
    """What the server says to these lines, as they stand."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.sendall("\r\n".join((*lines, "Host: localhost", "Connection: close", "", "")).encode())
        return b"".join(iter(lambda: wire.recv(65_536), b"")).decode()


def test_a_long_need_reaches_every_page_that_its_answers_lead_to(here: Here) -> None:
    """Each character outside ASCII takes six or nine in an address, and ten or more in the one that comes after."""
    port = free_port()
    need = ("J’hésite à répondre à l’éditeur, qui réclame déjà l’échéancier de février. " * 30)[:2_000]
    search = f"/search?{urlencode({'need': need})}"
    others = [f"/search?{urlencode({'need': letter * 2_000})}" for letter in "شб法🙂"]
    with running("serve", "--port", str(port), environment=here.environment, log=here.folder / "log") as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        for address in (search, f"/sign-in?{urlencode({'next': search})}", *others):
            assert talked(port, f"GET {address} HTTP/1.1").startswith("HTTP/1.1 200 ")
        assert stops(process, signal.SIGTERM) == 0


UNREADABLE = [
    (f"GET /search?need={'%E6%B3%95' * 5_000} HTTP/1.1", "Accept: text/html", 414, "address_too_long"),
    ("GET /search HTTP/1.1", f"Cookie: {'x' * 20_000}", 431, "headers_too_long"),
    ("GET /search", "Accept: text/html", 400, "bad_request"),
]


def test_what_cannot_be_read_is_answered_by_a_page_like_every_other(here: Here) -> None:
    port = free_port()
    with running("serve", "--port", str(port), environment=here.environment, log=here.folder / "log") as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        told = [talked(port, line, header) for line, header, _, _ in UNREADABLE]
        assert stops(process, signal.SIGTERM) == 0
    for answer, (_, _, status, code) in zip(told, UNREADABLE, strict=True):
        head, _, page = answer.partition("\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ") and "Content-Security-Policy" in head
        assert "Set-Cookie" not in head
        assert f'data-code="{code}"' in page and "</html>" in page and "%E6" not in page


def test_a_client_says_neither_below_which_path_the_pages_are_nor_what_stands_in_the_log(here: Here) -> None:
    port, token, log = free_port(), "7-secret-token", here.folder / "log"
    with running("serve", "--port", str(port), environment=here.environment, log=log) as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        page = talked(port, "GET /sign-in HTTP/1.1")
        for forged in ("SCRIPT_NAME: //evil.example", "SCRIPT_NAME: /sign-in", "PATH_INFO: /healthz"):
            told = talked(port, "GET /sign-in HTTP/1.1", forged)
            assert (told.split("\r\n")[0], "evil.example" in told, "/static/" in told) == (
                page.split("\r\n")[0],
                False,
                True,
            )
        assert talked(port, f"GET /join/{token} x HTTP/1.1").startswith("HTTP/1.1 400 ")
        assert talked(port, f"GET/join/{token} HTTP/1.1").startswith("HTTP/1.1 400 ")
        assert talked(port, "GET /sign-in HTTP/1.1", f"Referer /join/{token}").startswith("HTTP/1.1 400 ")
        assert talked(port, f"GET /join/{token} HTTP/1.1", f"Content Length: {token}").startswith("HTTP/1.1 400 ")
        told = talked(port, f"GET /join/{token * 3_000} HTTP/1.1")
        assert told.startswith("HTTP/1.1 414 ") and token not in told
        assert stops(process, signal.SIGTERM) == 0
    said = log.read_text("utf-8")
    assert (said.count("invalid request: "), token in said) == (5, False)
