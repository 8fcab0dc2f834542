"""Parts of a service that run together: forks of one process, which share what it had loaded."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flashmeet.cli import serve
from flashmeet.core.config import Config

SCRIPT = """
import signal, socket, sys, time
from pathlib import Path
from flashmeet.cli.processes.group import run_together

folder, loaded_here = Path(sys.argv[1]), object()

def waiting():
    (folder / "ready").write_text(f"{id(loaded_here)} {signal.getsignal(signal.SIGTERM) is signal.SIG_DFL}")
    while True:
        time.sleep(60)

def ending():
    while not (folder / "ready").exists():
        time.sleep(0.01)
    sys.exit(int(sys.argv[2]))

def heard():
    return (folder / "ready").exists() and not signal.raise_signal(signal.SIGTERM)

parts, meanwhile = ([waiting, ending], None) if sys.argv[2] != "told" else ([waiting], heard)
code = run_together(parts, keeping=socket.socket(), meanwhile=meanwhile)
print((folder / "ready").read_text() == f"{id(loaded_here)} True", code)
"""


@pytest.mark.parametrize(("ends", "code"), [("0", 1), ("3", 3), ("told", 0)])
def test_parts_are_forks_with_signals_of_their_own_and_end_together(tmp_path: Path, ends: str, code: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), ends], check=False, capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout, ran.stderr) == (f"True {code}\n", "")


def test_the_application_and_the_worker_are_loaded_before_the_parts_are_forked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at_fork: list[list[str]] = []
    monkeypatch.setattr(serve, "_loaded", lambda *_given, **_more: at_fork.append(["application"]))

    def forked(parts: list[object], **_more: object) -> int:
        at_fork[-1] += ["worker"] * ("flashmeet.cli.worker" in sys.modules) + ["fork"] * len(parts)
        return 0

    monkeypatch.setattr(serve, "run_together", forked)
    monkeypatch.delitem(sys.modules, "flashmeet.cli.worker", raising=False)
    config = Config.from_env({"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(tmp_path)})
    with socket.socket() as listener:
        serve.serve_with_worker(config, listener, processes=1, threads=1)
    assert at_fork == [["application", "worker", "fork", "fork"]]


NOBODYS = {"alembic", "requests", "twilio", "googleapiclient", "PIL", "webauthn", "xlsxwriter"}
"""Loaded at their first use, which most processes never come to."""
OF_PAGES = {
    "flask_login",
    "flask_wtf",
    "flask_openapi",
    "pydantic",
    "gunicorn",
    "segno",
    "numpy",
    "flashmeet.app",
    "flashmeet.routes",
}


@pytest.mark.parametrize(
    ("command", "unwanted"), [("serve", NOBODYS), ("worker", NOBODYS | OF_PAGES)], ids=["serve", "worker"]
)
def test_a_process_loads_only_what_it_works_with(command: str, unwanted: set[str]) -> None:
    script = f"import sys, flashmeet.cli.{command}; print(*sorted({unwanted!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120)
    assert ran.stdout.split() == []


def test_the_public_holidays_of_all_countries_are_loaded_before_the_processes_are_forked() -> None:
    script = """
import sys
from flask import Flask
from flashmeet.cli.processes.memory import build_ahead
before = "holidays.countries" in sys.modules
build_ahead(Flask("bare", template_folder=None))
print(before, "holidays.countries" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120)
    assert ran.stdout.split() == ["False", "True"]
