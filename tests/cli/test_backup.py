"""`flashmeet backup`, `restore` and `outbox`."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Table, func, insert, select, update

from flashmeet.cli.backup.archive_file import back_up
from flashmeet.cli.installation import now
from flashmeet.core.backups import last_backup
from flashmeet.core.database.engine import Database as OpenedDatabase
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import LoginSession, Member
from flashmeet.identity.service.events import security_happened
from flashmeet.identity.service.logins import open_login
from flashmeet.messages.models import OutboxMessage
from flashmeet.models import Base
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState
from flashmeet.people.service.pictures import keep_photo
from flashmeet.programme.rules.to_do import ToDoKey
from flashmeet.programme.service.to_do import things_to_do
from flashmeet.seed.demo import seed_demo
from flashmeet.seed.network import Plan
from flashmeet.themes.models import Theme
from tests import people
from tests.cli.commands import Here
from tests.databases import fresh_database

LINKS = Links("http://127.0.0.1:8000", "a-secret-that-is-long-enough-for-tests")
SMALL = Plan(mentors=6, days=28, seed=1)
EVERYTHING = [table for table in Base.metadata.sorted_tables if table.name != "backup_made"]
"""What a backup holds; that it was made is noted after it."""


@pytest.fixture
def full(here: Here) -> Here:
    """A small network with a browser signed in, and a photo."""
    with here.database.writing() as db:
        cast = seed_demo(db, links=LINKS, now=now(), progress=lambda _: None, plan=SMALL)
        mentee = db.get_one(Member, cast.mentee)
        open_login(db, mentee, now=now())
        security_happened(db, Audited(act=Act.SIGNED_IN, by=mentee.id, to=mentee.id), now())
        keep_photo(db, mentee, ("image/webp", bytes(range(256))), now=now())
    return here


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Here]:
    """Another machine: no table, no file, the one database or the other."""
    instance = tmp_path / "elsewhere"
    environment = {"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(instance)}
    if request.param == "sqlite":
        instance.mkdir()
        database = OpenedDatabase(f"sqlite:///{instance / 'flashmeet.sqlite3'}")
        yield Here(environment, database, tmp_path)
        database.dispose()
        return
    server: str = request.getfixturevalue("postgres_url")
    with fresh_database(server.replace("postgresql+psycopg://", "postgresql://")) as url:
        database = OpenedDatabase(url)
        yield Here({**environment, "FLASHMEET_DATABASE_URL": url}, database, tmp_path)
        database.dispose()


def contents(database: Database, table: Table) -> list[tuple[object, ...]]:
    with database.reading() as db:
        return [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]


def states(database: Database) -> dict[str, int]:
    with database.reading() as db:
        query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
        return {row[0]: row[1] for row in db.execute(query)}


def test_a_restore_brings_every_row_back_in_whatever_database(full: Here, elsewhere: Here) -> None:
    file = str(full.folder / "flashmeet.zip")
    full.done("backup", file)
    elsewhere.done("restore", file)
    for table in EVERYTHING:
        if table.name == "audit_entry":
            assert contents(elsewhere.database, table)[:-1] == contents(full.database, table)[:-1] != []
        elif table.name != "outbox":
            assert contents(elsewhere.database, table) == contents(full.database, table), table.name
    assert sum(states(elsewhere.database).values()) == sum(states(full.database).values()) > 0


def test_after_a_restore_people_are_still_signed_in_and_new_rows_get_new_ids(full: Here, elsewhere: Here) -> None:
    with full.database.writing() as db:
        secret = open_login(db, db.scalars(select(Member)).first() or Member(), now=now())
    file = str(full.folder / "flashmeet.zip")
    full.done("backup", file)
    elsewhere.done("restore", file)
    with elsewhere.database.writing() as db:
        assert people.signed_in(db, secret, now=now()) is not None
        highest = db.scalar(select(func.max(Theme.id))) or 0
        made = db.scalar(
            insert(Theme).values(slug="neu", names={"fr": "Neu"}, active=True, regulated=False).returning(Theme.id)
        )
        assert made == highest + 1


def test_what_was_due_before_the_restore_is_kept_back_until_it_is_released(full: Here, elsewhere: Here) -> None:
    with full.database.writing() as db:
        some = select(OutboxMessage.id).where(OutboxMessage.state == "waiting").limit(2)
        db.execute(update(OutboxMessage).where(OutboxMessage.id.in_(some)).values(state="sending"))
    before = states(full.database)
    with full.database.reading() as db:
        due = db.scalar(
            select(func.count()).where(
                (OutboxMessage.state == "sending")
                | ((OutboxMessage.state == "waiting") & (OutboxMessage.due_at <= now()))
            )
        )
    file = str(full.folder / "flashmeet.zip")
    full.done("backup", file)
    assert f"{due} messages are kept back" in elsewhere.done("restore", file)
    after = states(elsewhere.database)
    assert due is not None
    assert due > 2
    assert (after["parked"], after["waiting"], after["sent"]) == (due, before["waiting"] + 2 - due, before["sent"])
    assert elsewhere.done("outbox", "release") == f"{due} messages are on their way.\n"
    assert states(elsewhere.database)["waiting"] == before["waiting"] + 2
    assert elsewhere.done("outbox", "drop") == "0 messages are dropped.\n"


def test_a_campaign_under_way_waits_for_an_administrator_after_a_restore(full: Here, elsewhere: Here) -> None:
    """Whom it wrote to after the backup was made, it would write to again."""
    with full.database.writing() as db:
        odile = db.scalars(select(Member).where(Member.administrator)).first()
        for state in (CampaignState.RUNNING, CampaignState.DONE):
            made = {"fields": {}, "words": {}, "created_at": now(), "start_at": now()}
            db.add(Campaign(kind=CampaignKind.INVITATION, state=state, by=odile, **made))
    file = str(full.folder / "flashmeet.zip")
    full.done("backup", file)
    assert "Paused campaigns: 1." in elsewhere.done("restore", file)
    with elsewhere.database.reading() as db:
        assert set(db.scalars(select(Campaign.state))) == {CampaignState.PAUSED, CampaignState.DONE}


def test_a_restore_never_touches_a_database_that_is_not_empty(full: Here) -> None:
    file = str(full.folder / "flashmeet.zip")
    full.done("backup", file)
    before = {table.name: contents(full.database, table) for table in EVERYTHING}
    answer = full.run("restore", file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("flashmeet: this database is not empty. Nothing was written.")
    assert {table.name: contents(full.database, table) for table in EVERYTHING} == before


def test_a_file_that_is_cut_or_something_else_is_refused_and_nothing_is_written(full: Here, elsewhere: Here) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    cut, other, short = (full.folder / name for name in ("cut.zip", "other.zip", "short.zip"))
    cut.write_bytes(file.read_bytes()[:-2_000])
    other.write_text("nothing of ours")
    with ZipFile(file) as whole, ZipFile(short, "w") as less:
        for name in whole.namelist():
            data = whole.read(name)
            less.writestr(name, data if name != "booking.jsonl" else data[: data.index(b"\n") + 1])
    for bad in (cut, other, short):
        answer = elsewhere.run("restore", str(bad))
        assert (answer.code, answer.out) == (1, "")
        assert answer.err == f"flashmeet: {bad} is no whole backup of flashmeet. Nothing was written.\n"
    elsewhere.done("restore", str(file))


def test_a_backup_with_a_schema_that_no_migration_makes_is_refused_in_a_sentence(full: Here, elsewhere: Here) -> None:
    file, old = full.folder / "flashmeet.zip", full.folder / "old.zip"
    full.done("backup", str(file))
    with ZipFile(file) as backup, ZipFile(old, "w") as changed:
        for name in backup.namelist():
            data = backup.read(name)
            changed.writestr(
                name, data if name != "manifest.json" else json.dumps({**json.loads(data), "schema": "0017"})
            )
    answer = elsewhere.run("restore", str(old))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "flashmeet: the backup has schema 0017, which this flashmeet does not know: "
        "install the version that it was made with, or a later one. Nothing was written.\n"
    )


def test_a_backup_is_for_its_owner_alone_and_names_its_schema_and_counts(full: Here) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with ZipFile(file) as backup:
        manifest = json.loads(backup.read("manifest.json"))
        lines = len(backup.read("login_session.jsonl").splitlines())
    assert (manifest["format"], manifest["rows"]["login_session"], lines) == (1, 1, 1)


def test_a_backup_is_of_one_instant_while_others_write(full: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody signs in after the first table was read: neither that session nor half of it is in the backup."""
    from flashmeet.cli.backup import snapshot

    true_rows = snapshot.rows
    written: list[str] = []

    def rows(connection: object, table: Table) -> Iterator[snapshot.Row]:
        if not written:
            with full.database.writing() as db:
                open_login(db, db.scalars(select(Member)).first() or Member(), now=now())
            written.append(table.name)
        return true_rows(connection, table)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(snapshot, "rows", rows)
    manifest = back_up(full.database, full.folder / "flashmeet.zip", now=now() + timedelta(0))
    with full.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(LoginSession)) == 2
    assert manifest.rows["login_session"] == 1


def test_a_database_without_tables_has_nothing_to_back_up(elsewhere: Here) -> None:
    answer = elsewhere.run("backup", str(elsewhere.folder / "x.zip"))
    assert (answer.code, answer.err) == (1, "flashmeet: there is nothing to back up: the database has no tables.\n")


def test_a_backup_is_restored_on_trial_and_a_broken_one_is_told(full: Here) -> None:
    file = full.folder / "flashmeet.zip"
    full.done("backup", str(file))
    out = full.done("backup", "verify", str(file))
    assert out.endswith(f" rows in {len(EVERYTHING) + 1} tables in {file} can be restored.\n")
    broken = full.folder / "broken.zip"
    with ZipFile(file) as whole, ZipFile(broken, "w") as cut:
        for name in whole.namelist():
            lines = whole.read(name)
            cut.writestr(name, lines if name != "member.jsonl" else lines.partition(b"\n")[2])
    answer = full.run("backup", "verify", str(broken))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"flashmeet: {broken} is no whole backup of flashmeet: it cannot be restored.\n"


def test_a_folder_keeps_the_newest_backups_and_what_is_not_ours(full: Here) -> None:
    folder = full.folder / "backups"
    folder.mkdir()
    old = [folder / f"flashmeet-202611{day:02}T031500Z.zip" for day in range(1, 5)]
    for path in (*old, folder / "flashmeet-before-the-move.zip"):
        path.write_bytes(b"old")
    out = full.done("backup", "--keep", "2", "--verify", f"{folder}/")
    left = sorted(path.name for path in folder.iterdir())
    assert left[0] == old[-1].name and left[-1] == "flashmeet-before-the-move.zip" and len(left) == 3
    assert "and can be restored." in out and out.count("Deleted ") == 3
    full.done("backup", "verify", str(folder / left[1]))


def test_a_backup_that_a_wrong_clock_named_is_not_kept_in_place_of_tonights(full: Here) -> None:
    folder = full.folder / "backups"
    folder.mkdir()
    ahead = [folder / f"flashmeet-203801{day:02}T031500Z.zip" for day in range(1, 4)]
    for path in ahead:
        path.write_bytes(b"ahead")
    full.done("backup", "--keep", "2", f"{folder}/")
    kept = sorted(path.name for path in folder.iterdir())
    assert len(kept) == 2 and kept[0] < ahead[0].name and kept[1] == ahead[-1].name
    full.done("backup", "verify", str(folder / kept[0]))


def test_what_cannot_be_written_deletes_nothing(full: Here) -> None:
    assert full.run("backup", "--keep", "2", str(full.folder / "one.zip")).code == 2
    assert full.run("backup", "a.zip", str(full.folder / "nowhere.zip")).code == 2
    (full.folder / "file").touch()
    answer = full.run("backup", f"{full.folder}/file/backups/")
    assert (answer.code, answer.err.count("\n")) == (1, 1)


def test_a_backup_takes_the_place_of_no_pipe(full: Here) -> None:
    pipe = full.folder / "pipe"
    os.mkfifo(pipe)
    answer = full.run("backup", str(pipe))
    assert (answer.code, answer.err) == (
        1,
        f"flashmeet: {pipe} is no file: a backup is one. Name a file, or a folder.\n",
    )
    assert pipe.is_fifo()


def test_the_last_backup_is_known_and_days_without_one_are_something_to_do(full: Here) -> None:
    def days(after: int = 3) -> int:
        with full.database.reading() as db:
            things = things_to_do(db, [], viewer_id=0, tzid="Europe/Paris", now=now() + timedelta(days=after))
        return next((each.count for each in things if each.key == ToDoKey.BACKUP), 0)

    assert days() == 0  # whoever makes backups another way is left alone
    full.done("backup", str(full.folder / "one.zip"))
    full.done("backup", "--verify", str(full.folder / "two.zip"))
    with full.database.reading() as db:
        made = last_backup(db)
        assert made is not None and made.verified_at is not None and made.row_count > 0
    assert days() == 3
