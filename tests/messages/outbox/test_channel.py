"""One way out for all workers: its rate is shared, an outage costs one probe a minute, what is urgent leaves first."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.identity.models import Member
from flashmeet.messages.models import ChannelState, OutboxMessage, PeriodicTaskRun
from flashmeet.messages.outbox.channel_state import found_away
from flashmeet.messages.outbox.lease import LEASE, begin_sending, lease_due, release
from flashmeet.messages.outbox.manual import drop_row, retry_row, troubled
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask, do_if_due, due_among, in_steps
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import Away, ChannelName, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from flashmeet.messages.rules.kinds import Category, Message, urgency
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.people.rules.messages import SIGN_IN_CODE
from flashmeet.worker.loop import Worker
from flashmeet.worker.sender import Sender
from flashmeet.worker.watch import IDLE_SECONDS
from tests.databases import transactions_of
from tests.messages.outbox.test_worker import Script, booking_id, states, work
from tests.people import NOW, member

__all__ = ["booking_id"]

SECOND = timedelta(seconds=1)


@pytest.fixture
def bob(database: Database) -> Member:
    with database.writing() as db:
        return member(db, "Bob", phone="+33612345678", phone_verified_at=NOW, sms_opt_in=True)


def fill(
    database: Database, bob: Member, count: int, *, due_at: datetime = NOW, not_after: datetime | None = None
) -> None:
    """So many codes for Bob, due at one moment."""
    rows = [
        {
            "subject": f"code:{due_at}:{not_after}:{number}",
            "version": 0,
            "recipient_id": bob.id,
            "channel": "mail",
            "kind": "sign_in_code",
            "payload": {"code": "123456", "minutes": 10},
            "state": "waiting",
            "urgency": urgency(due_at, not_after),
            "due_at": due_at,
            "not_after": not_after,
            "attempt": 0,
            "tries": 0,
            "message_key": f"{due_at}-{not_after}-{number}",
            "reason": "",
            "created_at": due_at,
        }
        for number in range(count)
    ]
    with database.writing() as db:
        db.execute(insert(cast(Table, OutboxMessage.__table__)), rows)


def one_round(database: Database, when: datetime, channel: Script, *, stop: threading.Event | None = None) -> float:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("sender", "watch"):
            patch.setattr(f"flashmeet.worker.{module}.clock", lambda _session: when)
        return Sender(database, channel, stop or threading.Event()).once()


def counts(database: Database) -> dict[str, int]:
    with database.reading() as db:
        query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
        return dict(db.execute(query).all())


def test_workers_share_a_channels_rate(database: Database, bob: Member) -> None:
    fill(database, bob, 100)
    mail = Script()
    mail.per_second = 10.0
    for _ in range(5):
        one_round(database, NOW, mail)  # each a worker of its own
    assert len(mail.sent) == 10
    one_round(database, NOW + SECOND / 2, mail)
    assert len(mail.sent) == 15


def test_an_unused_rate_is_not_saved_up(database: Database, bob: Member) -> None:
    mail = Script()
    mail.per_second = 10.0
    one_round(database, NOW, mail)
    fill(database, bob, 100)
    one_round(database, NOW + timedelta(hours=1), mail)
    assert len(mail.sent) == 10


def test_a_rate_below_one_a_second_still_sends(database: Database, bob: Member) -> None:
    fill(database, bob, 3)
    mail = Script()
    mail.per_second = 0.1
    for seconds in range(0, 25, 5):
        one_round(database, NOW + seconds * SECOND, mail)
    assert len(mail.sent) == 3


def test_a_clock_that_was_ahead_for_a_while_closes_no_channel(database: Database, bob: Member) -> None:
    """A machine that woke with a wrong clock notes a rate used up, or a probe, in a future that is not one."""
    mail, ahead = Script(), NOW + timedelta(days=400)
    fill(database, bob, 1)
    one_round(database, ahead, mail)
    fill(database, bob, 2, due_at=NOW - SECOND)
    one_round(database, NOW, mail)
    assert len(mail.sent) == 3
    with database.writing() as db:
        found_away(db, ChannelName.MAIL, "no answer", now=ahead)
    fill(database, bob, 2, due_at=NOW - 2 * SECOND)
    for _ in range(3):
        one_round(database, NOW, mail)
    assert len(mail.sent) == 5


def test_a_thousand_due_at_once_leave_paced_in_order_of_deadline_and_none_too_late(
    database: Database, bob: Member
) -> None:
    """1,000 at 100 a second, half of them for a session that begins in an hour, half in a day."""
    hour, day = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    fill(database, bob, 500, due_at=NOW - SECOND, not_after=day)
    fill(database, bob, 500, due_at=NOW, not_after=hour)
    mail = Script(batch=50)
    mail.per_second = 100.0
    when = NOW
    while counts(database).get("waiting"):
        one_round(database, when, mail)
        when += SECOND
    assert (when - NOW).total_seconds() == 10
    assert [message.not_after for message in mail.sent] == [hour] * 500 + [day] * 500


def test_what_is_said_at_once_overtakes_what_is_planned(database: Database, bob: Member) -> None:
    fill(database, bob, 5, due_at=NOW - timedelta(minutes=5), not_after=NOW + timedelta(minutes=50))
    fill(database, bob, 1, due_at=NOW)
    mail = Script()
    mail.per_second = 1.0
    one_round(database, NOW, mail)
    assert [message.not_after for message in mail.sent] == [None]


def test_an_outage_costs_one_probe_a_minute(database: Database, bob: Member) -> None:
    fill(database, bob, 40)
    mail = Script()
    mail.answers = [Away("ConnectionRefusedError")] * 1_000
    for seconds in range(0, 300, 2):
        one_round(database, NOW + seconds * SECOND, mail)
    assert len(mail.sent) == 20 + 4  # the batch that found out, then one a minute
    assert counts(database) == {"waiting": 40}


def test_after_an_outage_all_of_it_leaves_and_what_is_too_late_is_dropped(database: Database, bob: Member) -> None:
    fill(database, bob, 5, due_at=NOW - SECOND, not_after=NOW + timedelta(minutes=30))
    fill(database, bob, 5)
    mail = Script()
    mail.answers = [Away("away")] * 10
    one_round(database, NOW, mail)
    mail.answers, mail.sent = [], []
    for seconds in range(3):
        one_round(database, NOW + timedelta(hours=1, seconds=seconds), mail)
    assert counts(database) == {"dropped": 5, "sent": 5}
    with database.reading() as db:
        assert db.get_one(ChannelState, "mail").away_since is None


def test_an_outage_uses_no_tries_up(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    mail = Script()
    mail.answers = [Away("away")] * 50
    for minutes in range(0, 100, 2):
        one_round(database, NOW + timedelta(minutes=minutes), mail)
    assert counts(database) == {"waiting": 1}
    one_round(database, NOW + timedelta(hours=3), mail)
    assert counts(database) == {"sent": 1}


def test_a_message_that_turns_the_provider_away_holds_up_no_other(database: Database, bob: Member) -> None:
    fill(database, bob, 6)

    class Chokes(Script):
        def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
            for message in messages:
                self.sent.append(message)
                poison = message.message_key.endswith("-0")
                yield message.id, Away("500", answered=True) if poison else Sent()

    sms = Chokes(batch=1)
    for minutes in range(0, 12, 2):
        one_round(database, NOW + timedelta(minutes=minutes), sms)
    assert counts(database)["sent"] == 5


def test_two_answers_that_never_came_close_the_way_and_one_does_not(database: Database, bob: Member) -> None:
    fill(database, bob, 10)
    mail = Script(batch=1)
    mail.answers = [Unsure("time-out"), Sent(), Unsure("time-out"), Unsure("time-out")]
    one_round(database, NOW, mail)
    assert counts(database) == {"unknown": 3, "sent": 1, "waiting": 6}
    assert one_round(database, NOW + SECOND, mail) > 0


def test_a_poison_row_never_delays_the_others(database: Database, bob: Member) -> None:
    fill(database, bob, 10)
    mail = Script(batch=5)
    mail.answers = [Retry("451")]
    one_round(database, NOW, mail)
    assert counts(database) == {"sent": 9, "waiting": 1}


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(database: Database, bob: Member) -> None:
    fill(database, bob, 10)
    stop = threading.Event()

    class Stops(Script):
        def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
            stop.set()
            yield from super().send(messages)

    mail = Stops(batch=2)
    one_round(database, NOW, mail, stop=stop)
    assert len(mail.sent) == 2
    with database.writing() as db:
        assert len(lease_due(db, ChannelName.MAIL, now=NOW, limit=20)) == 8


def test_only_what_is_still_ours_is_sent(database: Database, bob: Member) -> None:
    fill(database, bob, 2)
    with database.writing() as db:
        slow = lease_due(db, ChannelName.MAIL, now=NOW, limit=10)
    with database.writing() as db:
        lease_due(db, ChannelName.MAIL, now=NOW + LEASE + SECOND, limit=1)
    with database.writing() as db:
        assert len(begin_sending(db, slow, now=NOW)) == 1
        release(db, slow)  # touches neither: one is the other worker's, one is being sent
    assert counts(database) == {"waiting": 1, "sending": 1}


def test_a_worker_that_wakes_late_settles_nothing_of_its_successors(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    with database.writing() as db:
        late = lease_due(db, ChannelName.MAIL, now=NOW, limit=1)
    after = NOW + LEASE + SECOND
    with database.writing() as db:
        begin_sending(db, lease_due(db, ChannelName.MAIL, now=after, limit=1), now=after)
    with database.writing() as db:
        assert settle(db, [(late[0], Refused("550 5.1.1"))], now=after) == set()
    assert counts(database) == {"sending": 1}


@pytest.mark.parametrize("fate", [Refused("bad_number"), Unsure("time-out")])
def test_a_reminder_whose_sms_fails_is_said_by_mail_though_mails_are_switched_off(
    database: Database, booking_id: int, fate: Outcome
) -> None:
    due = datetime(2026, 12, 9, 16, tzinfo=NOW.tzinfo)
    with database.writing() as db:
        bob = db.scalars(select(Member).where(Member.first_name == "Bob")).one()
        switch_mail(db, bob.id, Category.REMINDERS, on=False)
    work(database, due, mail := Script())
    assert states(database)["Bob", "reminder_hour", "mail"] == ["dropped"]
    sms = Script(ChannelName.SMS, batch=1)
    sms.answers = [fate] * 8
    for seconds in range(0, 400, 65):
        work(database, due + seconds * SECOND, sms)
    mail.sent.clear()
    work(database, due + timedelta(minutes=10), mail)
    assert [each.kind for each in mail.sent if "Bob" in each.name] == ["reminder_hour"]
    work(database, due + timedelta(minutes=30), mail)
    assert len([each for each in mail.sent if "Bob" in each.name]) == 1


def test_a_reminder_that_went_by_mail_is_not_repeated_when_its_sms_fails(database: Database, booking_id: int) -> None:
    due = datetime(2026, 12, 9, 16, tzinfo=NOW.tzinfo)
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    work(database, due, mail)
    mail.sent.clear()
    sms.answers = [Refused("bad_number")] * 8
    work(database, due, sms)
    work(database, due + timedelta(minutes=1), mail)
    assert mail.sent == []


def only(database: Database) -> OutboxMessage:
    with database.reading() as db:
        return db.scalars(select(OutboxMessage)).one()


def test_an_administrator_sends_a_refused_row_again_or_drops_it(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    mail = Script()
    mail.answers = [Refused("550")]
    one_round(database, NOW, mail)
    with database.reading() as db:
        rows, total = troubled(db, now=NOW, limit=10)
        assert ([row.state for row in rows], total) == (["refused"], 1)
    with database.writing() as db:
        retry_row(db, only(database).id, now=NOW)
    one_round(database, NOW + SECOND, mail)
    assert only(database).state == "sent"
    with database.writing() as db, pytest.raises(NotFound):
        drop_row(db, only(database).id, now=NOW)


def test_what_has_been_due_for_long_is_stuck(database: Database, bob: Member) -> None:
    fill(database, bob, 1)
    with database.reading() as db:
        assert troubled(db, only="stuck", now=NOW + timedelta(minutes=9), limit=9)[1] == 0
        assert troubled(db, only="stuck", now=NOW + timedelta(minutes=11), limit=9)[1] == 1
        assert troubled(db, only="parked", now=NOW + timedelta(minutes=11), limit=9)[1] == 0


def test_an_invite_that_a_later_one_has_overtaken_is_not_sent_again(database: Database, bob: Member) -> None:
    def write(db: Session, version: int) -> None:
        send(
            db,
            subject="booking:1",
            version=version,
            recipient_id=bob.id,
            channel=ChannelName.MAIL,
            message=Message(SIGN_IN_CODE, {}),
            now=NOW,
            ordering_key="booking:1:1",
        )

    with database.writing() as db:
        write(db, 0)
    with database.writing() as db:
        write(db, 1)
    mail = Script()
    mail.answers = [Refused("550"), Sent()]
    for seconds in range(3):
        one_round(database, NOW + seconds * SECOND, mail)
    with database.writing() as db:
        first = db.scalars(select(OutboxMessage).where(OutboxMessage.version == 0)).one()
        with pytest.raises(AlreadyOver):
            retry_row(db, first.id, now=NOW)


def test_a_duty_is_done_once_a_period_by_however_many_workers(database: Database) -> None:
    done: list[datetime] = []
    task = PeriodicTask("sweep", timedelta(minutes=1), lambda _session, now: done.append(now))
    for seconds in (0, 0, 30, 59, 60, 60, 90):
        with database.writing() as db:
            do_if_due(db, task, now=NOW + seconds * SECOND)
    assert done == [NOW, NOW + 60 * SECOND]


def test_a_duty_done_by_a_clock_that_was_ahead_is_due_again_by_the_right_one(database: Database) -> None:
    done: list[datetime] = []
    task = PeriodicTask("sweep", timedelta(minutes=1), lambda _session, now: done.append(now))
    for now in (NOW + timedelta(days=400), NOW, NOW + 30 * SECOND):
        with database.writing() as db:
            due = due_among(db, [task], now=now)
            assert bool(due) == bool(do_if_due(db, task, now=now))
    assert done == [NOW + timedelta(days=400), NOW]


def test_a_task_in_steps_goes_on_at_once_where_it_ended_each_step_in_a_transaction_of_its_own(
    database: Database,
) -> None:
    begun, rows = transactions_of(database), 7

    def step(_session: Session, _now: datetime, reached: str) -> str:
        steps.append((len(begun), reached))
        ended = int(reached or 0) + 3
        return str(ended) if ended < rows else ""

    steps: list[tuple[int, str]] = []
    task = in_steps("rows", timedelta(hours=1), step)
    loop = Worker(database, {}, tasks=[task])
    turns = 0
    while turns < 10 and (len(steps) < 3 or loop._rest() == IDLE_SECONDS):
        loop._do_tasks()
        turns += 1
    assert [reached for _, reached in steps] == ["", "3", "6"]
    assert len({transaction for transaction, _ in steps}) == 3
    loop._do_tasks()
    assert len(steps) == 3  # until the next hour


def test_a_step_that_fails_is_done_again_from_where_the_last_one_ended(database: Database) -> None:
    seen: list[str] = []

    def step(_session: Session, _now: datetime, reached: str) -> str:
        seen.append(reached)
        if seen == ["", "half"]:
            raise ValueError("broken")
        return "half" if not reached else ""

    loop = Worker(database, {}, tasks=[in_steps("halves", timedelta(hours=1), step)])
    for _ in range(3):
        loop._looked_at.clear()
        loop._do_tasks()
    assert seen == ["", "half", "half"]


def test_two_workers_that_come_at_once_do_it_once(database: Database) -> None:
    begun, done = threading.Barrier(2), []

    def act(_session: Session, now: datetime) -> None:
        done.append(now)

    def come() -> None:
        begun.wait()
        with database.writing() as db:
            do_if_due(db, PeriodicTask("sweep", timedelta(minutes=1), act), now=NOW)

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [NOW]


def test_a_duty_that_fails_is_tried_again_and_keeps_no_other_from_being_done(database: Database) -> None:
    tries: list[str] = []

    def fails(_session: Session, _now: datetime) -> None:
        tries.append("fails")
        raise ValueError("broken")

    tasks = (
        PeriodicTask("broken", timedelta(hours=1), fails),
        PeriodicTask("sound", timedelta(hours=1), lambda _session, _now: tries.append("sound")),
    )
    for _ in range(2):
        Worker(database, {}, tasks=tasks).once()
    assert tries == ["fails", "sound", "fails"]
    with database.reading() as db:
        assert db.get(PeriodicTaskRun, "sound") is not None
