"""What goes wrong with one message stays with it, and what goes wrong with a provider ends with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from flashmeet.core import logs
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.channel_state import found_away
from flashmeet.messages.outbox.lease import LEASE, begin_sending, lease_due, lost_in_sending, release
from flashmeet.messages.outbox.manual import retry_row
from flashmeet.messages.outbox.settle import MOST_TRIES, settle
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import Away, ChannelName, Late, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from flashmeet.messages.rules.kinds import Message
from flashmeet.people.rules.messages import SIGN_IN_CODE
from tests.messages.outbox.test_channel import SECOND, bob, counts, fill, one_round, only
from tests.messages.outbox.test_worker import Script
from tests.people import NOW

__all__ = ["bob"]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Breaks(Script):
    """An adapter with a fault: it raises at one message, however often that comes."""

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            if message.message_key.endswith("-3"):
                raise UnicodeEncodeError("ascii", message.address, 0, 1, "not in range")
            self.sent.append(message)
            yield message.id, Sent()


def test_a_message_that_an_adapter_breaks_on_holds_up_no_other_and_is_parked(database: Database, bob: Member) -> None:
    fill(database, bob, 8)
    mail, when = Breaks(), NOW
    one_round(database, when, mail)
    one_round(database, when + SECOND, mail)
    assert counts(database) == {"sent": 7, "unknown": 1}
    for _ in range(MOST_TRIES * 4):
        when += HOUR
        one_round(database, when, mail)
    assert counts(database) == {"sent": 7, "parked": 1}
    assert len(mail.sent) == 7


def test_where_an_adapter_breaks_the_log_names_no_address(
    database: Database, bob: Member, caplog: pytest.LogCaptureFixture
) -> None:
    logs.shape()
    fill(database, bob, 4)
    one_round(database, NOW, Breaks())
    assert "UnicodeEncodeError" in caplog.text
    assert "bob@" not in caplog.text


@pytest.mark.parametrize("broken", [{"kind": "reminder_hour"}, {"kind": "of_a_later_version"}])
def test_a_row_that_says_nothing_stops_no_other(database: Database, bob: Member, broken: dict[str, str]) -> None:
    fill(database, bob, 3)
    with database.writing() as db:
        first = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
        assert first is not None
        db.execute(update(OutboxMessage).where(OutboxMessage.id == first.id).values(**broken, payload={}))
    mail = Script()
    mail.answers = [Refused("cannot be rendered")]
    one_round(database, NOW, mail)
    assert counts(database) == {"refused": 1, "sent": 2}


def test_after_an_outage_the_first_probe_goes_to_a_message_that_is_still_of_use(
    database: Database, bob: Member
) -> None:
    fill(database, bob, 700, due_at=NOW, not_after=NOW + HOUR)
    fill(database, bob, 3, due_at=NOW + 2 * HOUR, not_after=NOW + 3 * HOUR)
    with database.writing() as db:
        found_away(db, ChannelName.MAIL, "gone", now=NOW)
    mail = Script()
    one_round(database, NOW + 2 * HOUR, mail)
    assert counts(database) == {"dropped": 700, "sent": 1, "waiting": 2}
    one_round(database, NOW + 2 * HOUR + SECOND, mail)
    assert counts(database) == {"dropped": 700, "sent": 3}


def test_a_probe_that_is_dropped_at_the_last_moment_leaves_the_probe_to_another(
    database: Database, bob: Member
) -> None:
    fill(database, bob, 2)
    with database.writing() as db:
        found_away(db, ChannelName.MAIL, "gone", now=NOW - MINUTE)
        leaving = db.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).first()
        db.execute(update(OutboxMessage).where(OutboxMessage.id == leaving).values(not_after=NOW))
    mail = Script()
    for seconds in range(2):
        one_round(database, NOW + seconds * SECOND, mail)
    assert counts(database) == {"dropped": 1, "sent": 1}


def test_where_nothing_is_due_no_probe_is_used_up(database: Database, bob: Member) -> None:
    with database.writing() as db:
        found_away(db, ChannelName.MAIL, "gone", now=NOW)
    mail = Script()
    one_round(database, NOW + 10 * MINUTE, mail)
    fill(database, bob, 1, due_at=NOW + 10 * MINUTE)
    one_round(database, NOW + 10 * MINUTE + SECOND, mail)
    assert counts(database) == {"sent": 1}


def test_a_probe_that_nobody_answers_opens_no_way(database: Database, bob: Member) -> None:
    fill(database, bob, 5)
    with database.writing() as db:
        found_away(db, ChannelName.MAIL, "gone", now=NOW)
    mail = Script()
    mail.answers = [Unsure("time-out")]
    for seconds in range(3):
        one_round(database, NOW + MINUTE + seconds * SECOND, mail)  # each a worker that knows nothing of the others
    assert (len(mail.sent), counts(database)) == (1, {"unknown": 1, "waiting": 4})


def test_while_the_provider_is_away_asking_after_doubtful_ones_is_a_probe_too(database: Database, bob: Member) -> None:
    fill(database, bob, 5)
    with database.writing() as db:
        begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=5), now=NOW)
        found_away(db, ChannelName.MAIL, "gone", now=NOW + LEASE)
    sms = Script()
    sms.found = Unsure("time-out")
    for seconds in range(0, 180, 5):
        one_round(database, NOW + LEASE + seconds * SECOND, sms)
    assert len(sms.looked_up) == 2
    sms.found = Sent("SM1")
    for seconds in range(180, 200, 5):
        one_round(database, NOW + LEASE + seconds * SECOND, sms)
    assert counts(database)["sent"] >= 3


def test_a_message_whose_time_has_run_out_is_not_called_and_costs_no_try(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, bob, 3)
    stood_still = [0.0]
    real = time.monotonic
    monkeypatch.setattr("flashmeet.worker.sender.time.monotonic", lambda: real() + stood_still[0])

    class Freezes(Script):
        """The process stands still for a while after its first message."""

        def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
            for message in messages:
                if message.in_time():
                    self.sent.append(message)
                yield message.id, Sent() if message.in_time() else Late()
                stood_still[0] += LEASE.total_seconds()

    mail = Freezes()
    one_round(database, NOW, mail)
    assert (len(mail.sent), counts(database)) == (1, {"sent": 1, "waiting": 2})
    with database.reading() as db:
        assert set(db.scalars(select(OutboxMessage.tries))) == {0}


def test_a_message_is_not_called_after_it_is_of_use(database: Database, bob: Member) -> None:
    fill(database, bob, 1, due_at=NOW - HOUR, not_after=NOW + timedelta(milliseconds=50))
    with database.writing() as db:
        (message,) = begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=1), now=NOW)
    assert message.not_after == NOW + timedelta(milliseconds=50)

    class Waits(Script):
        def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
            time.sleep(0.1)
            yield from ((each.id, Sent() if each.in_time() else Late()) for each in messages)

    with database.writing() as db:
        db.execute(update(OutboxMessage).values(state="waiting", lease_until=None))
    one_round(database, NOW, Waits())
    assert counts(database) == {"waiting": 1}


def test_what_a_provider_answered_is_written_once_the_database_is_back(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, bob, 1)
    away = [OperationalError("UPDATE", {}, Exception("gone")) for _ in range(2)]

    def falters(*args: object, **more: object) -> set[int]:
        if away:
            raise away.pop()
        return settle(*args, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr("flashmeet.worker.sender.settle", falters)
    monkeypatch.setattr("flashmeet.worker.sender.PATIENT_SECONDS", 0.01)
    mail = Script()
    one_round(database, NOW, mail)
    assert (len(mail.sent), counts(database)) == (1, {"sent": 1})


def test_a_doubt_is_counted_once_however_often_it_is_asked_about(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    sms = Script(batch=1)
    sms.answers, sms.found = [Unsure("time-out")], Unsure("time-out")
    for minutes in range(0, 60, 6):
        one_round(database, NOW + minutes * MINUTE, sms)
    assert (only(database).state, only(database).doubts) == ("unknown", 1)


def test_a_mail_that_may_have_arrived_keeps_saying_so_after_it_was_sent_again(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    with database.writing() as db:
        begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=1), now=NOW)
    mail = Script()
    for minutes in (3, 10):
        one_round(database, NOW + minutes * MINUTE, mail)
    assert (only(database).state, only(database).doubts, len(mail.sent)) == ("sent", 1, 1)


def test_what_was_set_going_again_by_hand_is_not_overtaken_by_a_later_one_that_was_leased_before(
    database: Database, bob: Member
) -> None:
    with database.writing() as db:
        for version in range(2):
            send(
                db,
                subject="booking:1",
                version=version,
                recipient_id=bob.id,
                channel=ChannelName.MAIL,
                message=Message(SIGN_IN_CODE, {}),
                now=NOW,
                ordering_key="1",
            )
    mail = Script()
    mail.answers = [Refused("550")]
    with database.writing() as db:
        (first,) = lease_due(db, ChannelName.MAIL, now=NOW, limit=9)
        begin_sending(db, [first], now=NOW)
        settle(db, [(first, Refused("550"))], now=NOW)
    with database.writing() as db:
        later = lease_due(db, ChannelName.MAIL, now=NOW, limit=9)
        assert len(later) == 1
        retry_row(db, first.id, now=NOW)
    with database.writing() as db:
        assert begin_sending(db, later, now=NOW) == []
        release(db, later)
    sent = Script()
    for seconds in range(3):
        one_round(database, NOW + seconds * SECOND, sent)
    assert [message.id for message in sent.sent] == [first.id, later[0].id]


def test_rows_left_in_sending_are_asked_about_only_when_their_lease_has_ended(database: Database, bob: Member) -> None:
    fill(database, bob, 3)
    with database.writing() as db:
        begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=3), now=NOW)
    with database.writing() as db:
        assert lost_in_sending(db, ChannelName.MAIL, now=NOW + LEASE - SECOND, limit=9) == []
        assert len(lost_in_sending(db, ChannelName.MAIL, now=NOW + LEASE, limit=2)) == 2


def test_away_before_the_call_is_no_doubt(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    mail = Script()
    mail.answers = [Away("refused")]
    one_round(database, NOW, mail)
    assert (only(database).state, only(database).doubts, only(database).tries) == ("waiting", 0, 0)
    mail.answers = [Retry("451")]
    one_round(database, NOW + MINUTE, mail)
    assert (only(database).state, only(database).tries) == ("waiting", 1)


def test_a_worker_that_is_told_to_stop_while_the_database_is_away_ends(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, bob, 1)
    stop = threading.Event()

    def gone(*_: object, **__: object) -> bool:
        stop.set()
        raise OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr("flashmeet.worker.sender.settle", gone)
    with pytest.raises(OperationalError):
        one_round(database, NOW, Script(), stop=stop)


class Counts(Script):
    """Tells how many were settled by the time each message was begun."""

    def __init__(self, database: Database, answer: Outcome) -> None:
        super().__init__()
        self.database, self.answer = database, answer
        self.settled_before: list[int] = []

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            self.settled_before.append(len(messages) - counts(self.database)["sending"])
            yield message.id, self.answer


def test_a_yes_is_written_before_the_next_message_is_begun(database: Database, bob: Member) -> None:
    fill(database, bob, 3)
    mail = Counts(database, Sent())
    one_round(database, NOW, mail)
    assert (mail.settled_before, counts(database)) == ([0, 1, 2], {"sent": 3})


@pytest.mark.parametrize("answer", [Away("gone"), Late(), Sent("kept", found_again=True)])
def test_what_a_crash_cannot_double_is_written_with_its_batch(database: Database, bob: Member, answer: Outcome) -> None:
    fill(database, bob, 3)
    mail = Counts(database, answer)
    one_round(database, NOW, mail)
    assert mail.settled_before == [0, 0, 0]
    assert counts(database) == {"sent" if isinstance(answer, Sent) else "waiting": 3}


def test_a_code_that_is_turned_away_for_now_is_tried_again_each_minute_while_it_is_good(
    database: Database, bob: Member
) -> None:
    with database.writing() as db:
        send(
            db,
            subject="code",
            version=0,
            recipient_id=bob.id,
            channel=ChannelName.MAIL,
            message=SIGN_IN_CODE.saying({"code": "123456", "minutes": 10}),
            now=NOW,
            not_after=NOW + 10 * MINUTE,
        )
    mail = Script()
    mail.answers = [Retry("450 4.7.1")] * 5
    for minutes in range(6):
        one_round(database, NOW + minutes * MINUTE, mail)
        assert len(mail.sent) == minutes + 1
    assert counts(database) == {"sent": 1}
