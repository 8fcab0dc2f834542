"""What becomes of a backup that cannot be restored on trial, and of a restore that cannot be done."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import OperationalError

from flashmeet.cli.backup.archive_file import restore
from flashmeet.cli.checks.database import _backup
from flashmeet.cli.installation import now
from flashmeet.core.backups import last_backup
from flashmeet.core.database import schema
from flashmeet.core.database.engine import Database
from flashmeet.core.database.migrate import BrokenReferences
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Message
from flashmeet.people.rules.messages import SIGN_IN_CODE
from flashmeet.programme.rules.to_do import ToDoKey
from flashmeet.programme.service.to_do import things_to_do
from tests.cli.commands import Here
from tests.cli.test_backup import elsewhere, states
from tests.migrations.test_migrations import add_migration, fill, next_scripts

__all__ = ["elsewhere", "next_scripts"]
pytestmark = pytest.mark.parametrize("here", ["sqlite"], indirect=True)  # the file is the same from either database


@pytest.fixture
def full(here: Here) -> Here:
    """Alice mentors in two themes, and was sent a code."""
    fill(cast(Database, here.database))
    with here.database.writing() as db:
        alice = db.scalars(select(Member)).one()
        send(
            db,
            subject=f"member:{alice.id}",
            version=1,
            recipient_id=alice.id,
            channel=ChannelName.MAIL,
            message=Message(SIGN_IN_CODE, {"code": "123456", "minutes": 10}),
            now=now(),
        )
    return here


def database_file(here: Here) -> Path:
    return Path(here.database.engine.url.database or "")


@pytest.fixture
def broken(full: Here) -> Here:
    """A network in whose file a row points nowhere, as after a fault of the disk: no backup of it can be restored."""
    with sqlite3.connect(database_file(full)) as connection:
        connection.execute("UPDATE mentor_theme SET theme_id = theme_id + 4711")
    return full


def told(here: Here) -> tuple[str, list[str]]:
    """What the doctor finds about backups, and what the administrator's page says."""
    with here.database.reading() as db:
        things = things_to_do(db, [], viewer_id=0, tzid="Europe/Paris", now=now())
        return _backup(db).code, [each.key for each in things if each.key == ToDoKey.BACKUP_BROKEN]


def test_a_backup_that_fails_its_trial_loses_its_name_and_costs_no_good_one(broken: Here) -> None:
    folder = broken.folder / "backups"
    folder.mkdir()
    good = [f"flashmeet-2026110{day}T031500Z.zip" for day in (1, 2)]
    for name in good:
        (folder / name).write_bytes(b"good")
    for _ in range(2):
        answer = broken.run("backup", "--keep", "1", "--verify", f"{folder}/")
        assert (answer.code, answer.out) == (1, "")
        assert "could not be restored on trial, so it is none" in answer.err and len(answer.err.splitlines()) == 1
        time.sleep(1.1 - time.time() % 1)  # names count seconds
    *left, aside = sorted(path.name for path in folder.iterdir())
    assert left == good and aside.endswith(".zip.broken")
    assert told(broken) == ("backup.broken", [ToDoKey.BACKUP_BROKEN])


def test_the_next_backup_that_passes_ends_the_alarm(broken: Here) -> None:
    broken.run("backup", "--verify", str(broken.folder / "one.zip"))
    with sqlite3.connect(database_file(broken)) as connection:
        connection.execute("UPDATE mentor_theme SET theme_id = theme_id - 4711")
    broken.done("backup", "--verify", str(broken.folder / "two.zip"))
    assert told(broken) == ("backup", [])


def test_a_failed_trial_leaves_what_is_known_of_the_last_good_backup(full: Here) -> None:
    full.done("backup", "--verify", str(full.folder / "one.zip"))
    with full.database.reading() as db:
        made = last_backup(db)
    with sqlite3.connect(database_file(full)) as connection:
        connection.execute("UPDATE mentor_theme SET theme_id = theme_id + 4711")
    full.run("backup", "--verify", str(full.folder / "two.zip"))
    with full.database.reading() as db:
        known = last_backup(db)
        assert made and known and (known.made_at, known.row_count) == (made.made_at, made.row_count)
        assert known.failed_at is not None
    assert not (full.folder / "two.zip").exists() and (full.folder / "two.zip.broken").exists()


def test_a_backup_that_there_was_no_room_to_try_keeps_its_name_and_no_older_one_is_deleted(
    full: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = full.folder / "backups"
    folder.mkdir()
    (folder / "flashmeet-20261101T031500Z.zip").write_bytes(b"good")
    monkeypatch.setattr("tempfile.tempdir", str(full.folder / "nowhere"))
    answer = full.run("backup", "--keep", "1", "--verify", f"{folder}/")
    assert answer.code == 1 and answer.err.startswith("flashmeet: the backup was not tried, so no older one was")
    monkeypatch.undo()
    _, tonights = sorted(folder.iterdir())
    full.done("backup", "verify", str(tonights))
    assert told(full) == ("backup.unverified", [])


def test_what_a_backup_ended_by_force_left_is_deleted_after_a_day(full: Here) -> None:
    folder = full.folder / "backups"
    folder.mkdir()
    old, new = (folder / f"flashmeet-2026110{day}T031500Z.zip.unfinished" for day in (1, 2))
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - 90_000,) * 2)
    full.done("backup", "--keep", "3", f"{folder}/")
    assert (old.exists(), new.exists()) == (False, True)


def rewritten(file: Path, name: str, **more: object) -> Path:
    """The backup with another manifest."""
    made = file.with_name(name)
    with ZipFile(file) as whole, ZipFile(made, "w") as changed:
        for each in whole.namelist():
            data = whole.read(each)
            if each == "manifest.json":
                data = json.dumps({**json.loads(data), **more}).encode()
            changed.writestr(each, data)
    return made


def test_a_backup_of_a_newer_version_is_refused_and_leaves_not_even_a_table(full: Here, elsewhere: Here) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    rows = json.loads(ZipFile(file).read("manifest.json"))["rows"]
    newer = (
        rewritten(file, "schema.zip", schema="0042"),
        rewritten(file, "format.zip", format=2, how="columns"),
        rewritten(file, "tables.zip", rows={**rows, "badge": 3}),
    )
    for each in newer:
        answer = elsewhere.run("restore", str(each))
        assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
        assert "Nothing was written." in answer.err
        assert inspect(elsewhere.database.engine).get_table_names() in ([], ["alembic_version"])
    elsewhere.done("restore", str(file))


def test_a_backup_of_an_older_version_is_filled_in_and_upgraded(
    full: Here, elsewhere: Here, next_scripts: Path
) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    add_migration(next_scripts, "op.add_column('member', sa.Column('badge', sa.Integer()))")
    _, kept = restore(elsewhere.database, file, now=now() + timedelta(days=1), scripts=next_scripts)
    assert schema.current(elsewhere.database) == "9999"
    assert kept.messages == states(elsewhere.database)["parked"] > 0
    with elsewhere.database.reading() as db, full.database.reading() as before:
        count = select(func.count()).select_from(Member)
        assert db.scalar(count) == before.scalar(count)
        assert "badge" in {each["name"] for each in inspect(db.connection()).get_columns("member")}


def test_a_restore_whose_upgrade_fails_leaves_nothing_half_done(
    full: Here, elsewhere: Here, next_scripts: Path
) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    add_migration(next_scripts, "raise RuntimeError('the machine was stopped')")
    with pytest.raises((RuntimeError, BrokenReferences)):
        restore(elsewhere.database, file, now=now(), scripts=next_scripts)
    assert inspect(elsewhere.database.engine).get_table_names() in ([], ["alembic_version"])
    elsewhere.done("restore", str(file))


def test_rows_that_no_database_of_ours_has_held_are_no_backup(full: Here, elsewhere: Here) -> None:
    file, twice = full.folder / "flashmeet.zip", full.folder / "twice.zip"
    full.done("backup", str(file))
    with ZipFile(file) as whole, ZipFile(twice, "w") as changed:
        for name in whole.namelist():
            data = whole.read(name)
            if name == "theme.jsonl":
                first = data.splitlines(keepends=True)[0]
                data = first * len(data.splitlines())
            changed.writestr(name, data)
    answer = elsewhere.run("restore", str(twice))
    assert answer.err == f"flashmeet: {twice} is no whole backup of flashmeet. Nothing was written.\n"
    assert inspect(elsewhere.database.engine).get_table_names() in ([], ["alembic_version"])


def test_a_backup_is_said_to_be_made_before_it_is_noted_where_nothing_can_be_written_any_more(
    full: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk, while the backup goes to another."""

    def no_room(*_args: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr("flashmeet.cli.archive.note_backup", no_room)
    answer = full.run("backup", "--verify", str(full.folder / "one.zip"))
    assert (answer.code, "can be restored" in answer.out) == (1, True)
    assert answer.err == (
        "flashmeet: the database does not answer: the disk of the database is full. Make room, then try again.\n"
    )
    full.done("backup", "verify", str(full.folder / "one.zip"))


def test_a_trial_without_a_file_writes_no_backup_of_that_name(
    full: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = full.run("backup", "verify")
    assert (answer.code, "backup verify FILE" in answer.err, list(tmp_path.glob("verify*"))) == (2, True, [])
    assert full.run("backup", "./verify").code == 0
