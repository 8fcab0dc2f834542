"""A server that takes mail for nobody has something against the sender: no mail is lost by it, and people are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import ChannelState
from flashmeet.messages.rules.channels import ChannelName, Refused
from flashmeet.worker.in_a_row import TRIES, TURNED_AWAY
from flashmeet.worker.loop import Worker
from tests.messages.outbox.test_channel import SECOND, bob, counts, fill
from tests.messages.outbox.test_worker import Script
from tests.people import NOW, member

__all__ = ["bob"]
MINUTE = timedelta(minutes=1)
DENIED = Refused("554 5.7.1")
PEOPLE = 2 * TURNED_AWAY


class Clocked:
    """One worker, whose sender lives on from round to round."""

    def __init__(self, database: Database, mail: Script) -> None:
        self.sender = Worker(database, {}, tasks=())._sender(mail)

    def rounds(self, patch: pytest.MonkeyPatch, *, since: int, minutes: int) -> None:
        for minute in range(since, since + minutes):
            for module in ("sender", "watch"):
                patch.setattr(f"flashmeet.worker.{module}.clock", lambda _db, at=minute: NOW + at * MINUTE)
            self.sender.once()


def away(database: Database) -> str:
    """Why the channel is closed; "" while it is open."""
    with database.reading() as db:
        state = db.get_one(ChannelState, ChannelName.MAIL)
        return state.reason if state.away_since else ""


@pytest.mark.parametrize("reason", ["554 5.7.1", "550 5.7.26", "550 5.4.5", "530 5.7.0", "530", "521"])
def test_what_a_server_refuses_for_everybody_leaves_once_it_takes_us(
    database: Database, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    with database.writing() as db:
        people = [member(db, f"Bob{number}") for number in range(PEOPLE)]
    for number, each in enumerate(people):
        fill(database, each, 1, due_at=NOW - number * SECOND)
    mail = Script()
    mail.answers = [Refused(reason)] * (PEOPLE + 10)
    worker = Clocked(database, mail)
    worker.rounds(monkeypatch, since=0, minutes=8)
    assert (counts(database), away(database)) == ({"waiting": PEOPLE}, reason)
    mail.answers = []
    worker.rounds(monkeypatch, since=8, minutes=90)
    assert (counts(database), away(database)) == ({"sent": PEOPLE}, "")


def test_a_mail_that_is_refused_so_alone_is_tried_again_and_then_shown(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, bob, 1)
    mail = Script()
    mail.answers = [DENIED] * 9
    Clocked(database, mail).rounds(monkeypatch, since=0, minutes=20)
    assert (len(mail.sent), counts(database), away(database)) == (TRIES, {"refused": 1}, "")


@pytest.mark.parametrize("between", [None, Refused("550 5.1.1")])
def test_refusals_that_others_come_between_close_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, between: Refused | None
) -> None:
    with database.writing() as db:
        people = [member(db, f"Bob{number}") for number in range(PEOPLE)]
    mail = Script(batch=1)
    worker = Clocked(database, mail)
    for number, each in enumerate(people):
        fill(database, each, 1, due_at=NOW - number * SECOND)
        mail.answers = [DENIED]
        worker.rounds(monkeypatch, since=0, minutes=1)
        fill(database, each, 1, due_at=NOW - (PEOPLE + number) * SECOND)
        mail.answers = [between] if between else []
        worker.rounds(monkeypatch, since=0, minutes=1)
    assert away(database) == ""
    assert counts(database)["waiting"] == PEOPLE


def test_what_ails_an_address_closes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as db:
        people = [member(db, f"Bob{number}") for number in range(PEOPLE)]
    for number, each in enumerate(people):
        fill(database, each, 1, due_at=NOW - number * SECOND)
    mail = Script()
    mail.answers = [Refused("550 5.1.1")] * PEOPLE
    Clocked(database, mail).rounds(monkeypatch, since=0, minutes=2)
    assert (counts(database), away(database)) == ({"refused": PEOPLE}, "")
