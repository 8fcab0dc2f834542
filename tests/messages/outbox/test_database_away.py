"""A database that goes away while a worker holds rows keeps none of them back once it is there again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.lease import Leased, begin_sending
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.worker.sender import Sender
from tests.messages.outbox.test_channel import bob, counts, fill
from tests.messages.outbox.test_worker import Script
from tests.people import NOW

__all__ = ["bob"]
GONE = OperationalError("UPDATE", {}, Exception("gone"))
Begin = Callable[..., list[Outgoing]]


def gone_before(_db: Session, _leased: Sequence[Leased], *, now: datetime) -> list[Outgoing]:
    raise GONE


def gone_with_the_answer(db: Session, leased: Sequence[Leased], *, now: datetime) -> list[Outgoing]:
    """The rows are marked as *sending*, and the worker never hears of it."""
    begin_sending(db, leased, now=now)
    db.commit()
    raise GONE


@pytest.fixture
def same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sender", "watch"):
        monkeypatch.setattr(f"flashmeet.worker.{module}.clock", lambda _session: NOW)


@pytest.mark.usefixtures("same_moment")
@pytest.mark.parametrize("fault", [gone_before, gone_with_the_answer])
def test_what_no_provider_was_given_leaves_as_soon_as_the_database_is_back(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch, fault: Begin
) -> None:
    fill(database, bob, 5)
    sender = Sender(database, mail := Script(batch=2), threading.Event())
    with monkeypatch.context() as patch:
        patch.setattr("flashmeet.worker.sender.begin_sending", fault)
        with pytest.raises(OperationalError):
            sender.once()
    sender.once()
    assert (len(mail.sent), counts(database)) == (5, {"sent": 5})
