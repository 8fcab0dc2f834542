"""Every `flashmeet` command on a documentation page runs as it stands there, in that order."""

from __future__ import annotations

import re
import shlex
import signal
from pathlib import Path

import pytest

from flashmeet.core.database.engine import Database
from flashmeet.people.rules.member_columns import HEADER
from tests.cli.commands import Answer, Here, answers, running, stops
from tests.served import free_port

ROOT = Path(__file__).parents[2]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[list[str]]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("flashmeet ")]


def member_file() -> str:
    """The example of the page about importing: its last block, which has rows."""
    return blocks("importing.md", "csv")[-1]


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """A machine with nothing but a member file in the folder where the operator stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "members.csv").write_text(member_file(), encoding="utf-8")
    return machine(tmp_path, "first")


def machine(folder: Path, name: str) -> Here:
    instance = folder / name
    environment = {"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(instance)}
    return Here(environment, Database("sqlite://"), folder)


def served(here: Here, words: list[str]) -> None:
    """It answers, and ends when told to."""
    port = free_port()
    words = [str(here.folder / word) if word.endswith(".env") else word for word in words]
    with running(*words, "--port", str(port), environment=here.environment) as process:
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        assert stops(process, signal.SIGTERM) == 0


NOT_RUN = {
    "apt-get ": "installs Debian's packages, as root",
    "adduser ": "makes a user, as root",
    "git clone ": "fetches from a repository of one's own",
    "make install-runtime": "fetches 80 packages; what it installs is tried by tests/package/test_wheel.py",
    "make upgrade": "fetches from a repository of one's own, and restarts services, as root",
    "runuser -u postgres ": "asks a PostgreSQL that Debian installed, as its user",
    ".venv/bin/flashmeet init --systemd ": "writes units, as root; tests/deploy does the same into another folder",
    "systemctl ": "speaks to systemd, as root",
    "alias ": "is for a person's shell",
    "certbot ": "asks an authority for a certificate",
    "sed ": "writes nginx's file, as root; tests/deploy has nginx judge it",
    "cp deploy/": "is for containers, and so is what follows",
    "docker ": "needs a container engine",
}
"""Why a command on the operators' page is not run by a test."""


def test_every_other_command_for_operators_has_a_reason_not_to_be_run() -> None:
    lines = [line for block in blocks("operating.md", "sh") for line in block.splitlines()]
    others = [line for line in lines if not line.startswith("flashmeet ")]
    assert {begin for line in others for begin in NOT_RUN if line.startswith(begin)} == set(NOT_RUN)
    assert [line for line in others if not line.startswith(tuple(NOT_RUN))] == []


def test_the_commands_for_operators(operator: Here) -> None:
    here, run = operator, []
    here.done("db", "upgrade")  # as `init --systemd` has done by then
    for words in commands("operating.md"):
        if words[0] == "restore":
            here = machine(operator.folder, "second")
        if "serve" in words:
            served(here, words)
            continue
        answer: Answer = here.run(*words)
        assert answer.code == 0, (words, answer)
        run.append(words[2] if words[0] == "--env-file" else words[0])
    assert run == [
        "doctor",
        "init",
        "worker",
        "worker",
        "members",
        "members",
        "members",
        "token",
        "admin",
        "admin",
        "backup",
        "backup",
        "backup",
        "restore",
        "outbox",
        "doctor",
        "openings",
        "db",
        "secrets",
    ]


def test_the_commands_for_integrators_run_as_they_are_written(operator: Here) -> None:
    operator.done("db", "upgrade")
    operator.done("members", "import", "members.csv")
    for words in commands("api.md"):
        operator.done(*words)


def test_the_commands_for_administrators_run_as_they_are_written(operator: Here) -> None:
    operator.done("db", "upgrade")
    operator.done("members", "import", "members.csv")
    for words in commands("programme.md"):
        operator.done(*words)


PICTURES = sorted(
    (page.name, name) for page in ROOT.glob("docs/*.md") for name in re.findall(r"!\[.+\]\((.+?)\)", page.read_text())
)


@pytest.mark.parametrize(("page", "name"), PICTURES)
def test_a_picture_of_a_page_is_there_and_light(page: str, name: str) -> None:
    assert (ROOT / "docs" / name).stat().st_size <= 120_000


def test_the_first_line_of_a_member_file_is_the_one_that_is_read(operator: Here) -> None:
    assert {block.splitlines()[0] for block in blocks("importing.md", "csv")} == {HEADER}
