"""`flashmeet secrets rotate`."""

from __future__ import annotations

import pytest

from flashmeet.core.vault import FernetVault
from flashmeet.schedule.models import CalendarAccount
from tests import people
from tests.cli.commands import Here
from tests.people import NOW

OLD, NEW = "an-old-key-of-thirty-two-characters-", "a-new-key-of-thirty-two-characters--"


def test_what_was_shut_with_the_old_key_opens_with_the_new_one_alone(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.database.writing() as db:
        alice = people.member(db, "Alice")
        secret = FernetVault([OLD]).shut({"password": "x"})
        db.add(CalendarAccount(member=alice, kind="caldav", label="", settings={}, secret=secret, created_at=NOW))
    monkeypatch.setenv("FLASHMEET_CREDENTIALS_KEY", f"{NEW},{OLD}")
    assert here.done("secrets", "rotate") == "1 credentials are shut with the first key.\n"
    with here.database.reading() as db:
        [account] = db.query(CalendarAccount).all()
        assert FernetVault([NEW]).open(account.secret) == {"password": "x"}


def test_a_credential_whose_key_is_lost_is_counted_and_left(here: Here) -> None:
    with here.database.writing() as db:
        alice = people.member(db, "Alice")
        secret = FernetVault([OLD]).shut({"password": "x"})
        db.add(CalendarAccount(member=alice, kind="caldav", label="", settings={}, secret=secret, created_at=NOW))
    answer = here.run("secrets", "rotate")
    assert answer.code == 1
    assert "0 credentials" in answer.out
