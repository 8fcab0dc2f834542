"""The file of SQLite is taken away, replaced or broken under a server: nothing is booked where nobody finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.grounds import Ground, Server
from tests.faults.network import Network, comes_back, says_so, whole_bookings


@dataclass(frozen=True, slots=True)
class File:
    """The file of SQLite and the two beside it."""

    path: Path

    def move_away(self) -> None:
        for each in self._all():
            each.rename(each.with_name(f"away-{each.name}"))

    def put_back(self) -> None:
        for each in self.path.parent.glob("away-*"):
            each.rename(each.with_name(each.name.removeprefix("away-")))

    def copy(self) -> Path:
        made = self.path.with_name("copy.sqlite3")
        with closing(sqlite3.connect(self.path)) as opened:
            opened.execute("VACUUM INTO ?", (str(made),))
        return made

    def delete(self) -> None:
        for each in self._all():
            each.unlink()

    def _all(self) -> list[Path]:
        return list(self.path.parent.glob(f"{self.path.name}*"))


@pytest.fixture
def file(made: Ground) -> File:
    if isinstance(made, Server):
        pytest.skip("PostgreSQL looks after its own files")
    return File(Path(str(made.database.engine.url.database)))


def test_nobody_books_in_a_file_that_was_taken_away(made: Ground, network: Network, file: File) -> None:
    """An hour booked there would be in no file that anybody finds again."""
    assert network.book(0).status_code == 201
    file.move_away()
    assert says_so(network.book(1))
    assert says_so(network.me())
    assert not file.path.exists()
    file.put_back()
    comes_back(network)
    assert network.book(1).status_code == 201
    assert whole_bookings(made.database) == 2


def test_a_copy_put_in_the_place_of_the_file_is_read_and_written_at_once(
    made: Ground, network: Network, file: File
) -> None:
    assert network.book(0).status_code == 201
    copy = file.copy()
    assert network.book(1).status_code == 201
    file.delete()
    copy.rename(file.path)
    comes_back(network)
    assert network.book(2).status_code == 201
    assert whole_bookings(made.database) == 2
    with closing(sqlite3.connect(file.path)) as read:
        assert read.execute("SELECT count(*) FROM booking").fetchone() == (2,)


def test_a_copy_put_beside_the_log_of_the_old_file_is_not_broken_by_it(
    made: Ground, network: Network, file: File
) -> None:
    assert network.book(0).status_code == 201
    copy = file.copy()
    assert network.book(1).status_code == 201
    copy.rename(file.path)
    assert says_so(network.book(2))
    assert says_so(network.me())
    for beside in ("-wal", "-shm"):
        file.path.with_name(f"{file.path.name}{beside}").unlink()
    comes_back(network)
    assert network.book(2).status_code == 201
    with closing(sqlite3.connect(file.path)) as read:
        assert read.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_broken_file_counts_as_no_database(network: Network, file: File) -> None:
    with closing(sqlite3.connect(file.path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:4096] + bytes([0xFF]) * (len(whole) - 4096))
    assert says_so(network.me())
    assert says_so(network.book(0))
    file.path.write_bytes(whole)
    comes_back(network)
