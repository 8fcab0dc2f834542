"""`flashmeet init`: from an empty folder to an installation in which somebody can sign in."""

from __future__ import annotations

import os
import pty
import select
import stat
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashmeet.app import create_app
from flashmeet.cli import main
from flashmeet.core.config import Config
from flashmeet.core.config.environment_file import read_environment_file
from flashmeet.core.database.engine import Database
from flashmeet.core.database.session import Database as StoredDatabase
from flashmeet.people.service.administrators import administrators
from tests.cli.commands import PATIENCE, Answer
from tests.databases import fresh_database

SAID = ("--base-url", "https://meet.example.org", "--smtp", "-", "--admin", "odile@example.org", "--name", "Odile M.")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FLASHMEET_")]:
        monkeypatch.delenv(name)


def run(*words: str) -> Answer:
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


def signs_in(out: str, environment: dict[str, str]) -> bool:
    """Whether the link that was printed signs somebody in."""
    link = next(line.strip() for line in out.splitlines() if "/sign-in/once/" in line)
    config = Config.from_env(environment)
    database: StoredDatabase = Database(config.database_url)
    app = create_app(config, database=database)
    app.config["WTF_CSRF_ENABLED"] = False
    browser, path = app.test_client(), link.removeprefix(config.base_url)
    browser.get(path, base_url=config.base_url)
    page = browser.get(path, base_url=config.base_url).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    headers = {"Referer": config.base_url + path}
    answer = browser.post(path, data={"csrf_token": token}, base_url=config.base_url, headers=headers)
    with database.reading() as db:
        there = administrators(db)
    database.dispose()
    return answer.headers.get("Location", "").partition("?")[0] == "/me/security/factors" and there == 1


def test_an_empty_folder_becomes_an_installation_without_a_question(tmp_path: Path) -> None:
    answer = run("init", *SAID)
    assert (answer.code, answer.err) == (0, "")
    file = tmp_path / "flashmeet.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = read_environment_file(file)
    assert made["FLASHMEET_BASE_URL"] == "https://meet.example.org"
    assert made["FLASHMEET_INSTANCE"] == str(tmp_path / "instance")
    keys = {made["FLASHMEET_SECRET_KEY"], made["FLASHMEET_CREDENTIALS_KEY"]}
    assert len(keys) == 2 and min(map(len, keys)) >= 64
    assert not any(key in answer.out for key in keys)
    assert "Not yet: no mail leaves this machine" in answer.out
    assert signs_in(answer.out, made)
    assert run("--env-file", "flashmeet.env", "worker", "--once").code == 0


def test_nothing_is_overwritten_and_force_keeps_the_keys(tmp_path: Path) -> None:
    run("init", *SAID)
    file = tmp_path / "flashmeet.env"
    before = file.read_text()
    answer = run("init", *SAID)
    assert (answer.code, answer.out) == (1, "")
    assert "is there already, and nothing was changed" in answer.err
    assert file.read_text() == before
    file.write_text(before + "FLASHMEET_TURN_URL=turn:turn.example.org\nFLASHMEET_TURN_SECRET=north\n")
    assert run("init", "--force", "--base-url", "https://other.example.org", "--smtp", "-", *SAID[4:]).code == 0
    made = read_environment_file(file)
    assert made["FLASHMEET_BASE_URL"] == "https://other.example.org"
    assert made["FLASHMEET_TURN_SECRET"] == "north"
    assert made["FLASHMEET_SECRET_KEY"] in before


def test_without_a_terminal_what_is_missing_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    answer = run("init", "--base-url", "https://meet.example.org")
    assert (answer.code, answer.out) == (1, "")
    assert "say --smtp, --admin" in answer.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--base-url", "meet.example.org"), 2),
        (("--database", "postgresql://u:p@127.0.0.1:1/x"), 1),
        (("--mail-from", "rendez-vous"), 2),
        (("--smtp", "smtps://u:p#w@mail.example.org"), 2),
        (("--admin", "odile"), 1),
    ],
)
def test_a_wrong_answer_is_one_sentence_and_no_file(more: tuple[str, ...], code: int, tmp_path: Path) -> None:
    answer = run("init", *SAID, *more)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (code, "", 1)
    assert not (tmp_path / "flashmeet.env").exists()


@pytest.mark.parametrize(
    ("base_url", "command", "where"),
    [
        ("http://127.0.0.1:8620", "serve --with-worker --port 8620", "on 127.0.0.1:8620,"),
        ("http://localhost:8000", "serve --with-worker", "on 127.0.0.1:8000,"),
        ("https://meet.example.org", "serve --with-worker", "a proxy with TLS"),
    ],
)
def test_the_command_that_is_named_serves_where_the_printed_link_leads(base_url: str, command: str, where: str) -> None:
    out = run("init", *SAID, "--base-url", base_url).out
    assert next(line for line in out.splitlines() if " serve " in line).endswith(f"env {command}")
    assert where in out


def test_it_fills_a_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    with fresh_database(postgres_url.replace("postgresql+psycopg://", "postgresql://")) as url:
        answer = run("init", *SAID, "--database", url)
        assert (answer.code, answer.err) == (0, "")
        assert signs_in(answer.out, read_environment_file(tmp_path / "flashmeet.env"))


def test_it_asks_for_what_is_missing_and_writes_passwords_percent_encoded(tmp_path: Path) -> None:
    answers = (
        ("find the service", "meet.example.org"),
        ("find the service", "https://meet.example.org"),
        ("PostgreSQL", ""),
        ("Mail server", "127.0.0.1"),
        ("Its port", "2525"),
        ("User there", "post@example.org"),
        ("Password", "p@ss/#"),
        ("sender", ""),
        ("administrator's mail", "odile@example.org"),
        ("last name", "Odile Marchand"),
    )
    out = told("init", answers=answers)
    made = read_environment_file(tmp_path / "flashmeet.env")
    assert made["FLASHMEET_SMTP_URL"] == "smtp://post%40example.org:p%40ss%2F%23@127.0.0.1:2525"
    assert made["FLASHMEET_MAIL_FROM"] == "flashmeet@example.org"
    assert "p@ss" not in out and "must look like" in out
    assert signs_in(out.replace("\r", ""), made)


def told(*words: str, answers: tuple[tuple[str, str], ...]) -> str:
    """What the command prints at a terminal on which each question gets its answer."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["COLUMNS"] = "200"
        os.execv(sys.executable, [sys.executable, "-m", "flashmeet.cli", *words])  # noqa: S606  # our own program
    out, left = "", list(answers)
    until = time.monotonic() + PATIENCE
    heard = 0
    while time.monotonic() < until:
        try:
            if select.select([terminal], [], [], 0.2)[0]:
                out += os.read(terminal, 4096).decode()
        except OSError:  # the terminal goes with the program
            break
        if left and left[0][0] in out[heard:] and out.rstrip().endswith((":", "]:")):
            heard = len(out)
            os.write(terminal, f"{left.pop(0)[1]}\n".encode())
    assert os.waitpid(child, 0)[1] == 0, out
    assert not left, out
    return out
