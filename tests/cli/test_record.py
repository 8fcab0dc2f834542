"""What an operator does on the command line stands in the record, by the server."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flashmeet.audit.models import AuditEntry
from flashmeet.identity.acts import Act
from tests import people
from tests.cli.commands import Here


@pytest.mark.parametrize(
    ("words", "act"),
    [
        (("admin", "reset", "odile@example.org"), Act.ADMINISTRATOR_RESET),
        (("token", "create", "odile@example.org"), Act.TOKEN_MADE),
        (("outbox", "release"), Act.MESSAGES_RELEASED),
        (("outbox", "drop"), Act.MESSAGES_DROPPED),
        (("secrets", "rotate"), Act.CREDENTIALS_ROTATED),
    ],
)
def test_a_command_of_the_operator_is_recorded_as_the_servers(here: Here, words: tuple[str, ...], act: Act) -> None:
    with here.database.writing() as db:
        odile = people.member(db, "Odile", administrator=True).id
    here.done(*words)
    with here.database.reading() as db:
        (line,) = db.scalars(select(AuditEntry)).all()
        assert (line.act, line.by_the_server) == (act, True)
        assert line.to_id == (odile if "odile@example.org" in words else None)


def test_an_import_and_a_backup_are_recorded_and_a_dry_run_is_not(here: Here) -> None:
    row = "gus@example.org,Gus,Exemple,mentee,yes,Europe/Paris,fr,,,,,,,"
    here.import_rows(row, options=("--dry-run",))
    here.import_rows(row)
    here.done("backup", str(here.folder / "all.zip"))
    with here.database.reading() as db:
        lines = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(line.act, line.about) for line in lines] == [(Act.MEMBERS_IMPORTED, "1 + 0"), (Act.BACKED_UP, "")]
