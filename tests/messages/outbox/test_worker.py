"""What leaves, leaves once: the outbox and the worker, with a channel that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import LEASE, Leased, begin_sending, lease_due
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import NOT_FOUND, ChannelName, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from flashmeet.worker.loop import Worker
from tests.people import NOW, member, mentor

LINKS = Links("http://localhost", "s" * 40)
SLOT = datetime(2026, 12, 9, 17, tzinfo=UTC)


class Script:
    """A channel that keeps what it was given and answers what it was told to, else Sent."""

    def __init__(self, name: ChannelName = ChannelName.MAIL, *, batch: int = 20) -> None:
        self.name, self.batch, self.per_second = name, batch, 10_000.0
        self.sent: list[Outgoing] = []
        self.answers: list[Outcome] = []
        self.looked_up: list[Outgoing] = []
        self.found: Outcome = Retry("not known whether it arrived")

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            self.sent.append(message)
            yield message.id, self.answers.pop(0) if self.answers else Sent("ref")

    def look_up(self, message: Outgoing) -> Outcome:
        self.looked_up.append(message)
        return self.found

    def kinds(self) -> list[tuple[str, str, int]]:
        return [(message.name.split()[0], message.kind, message.payload.get("sequence", 0)) for message in self.sent]


def _killed() -> tuple[int, Outcome]:
    raise KeyboardInterrupt


class Dies(Script):
    """A worker that is killed in the middle of a call."""

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        self.sent.extend(messages)
        yield from iter(_killed, None)


@pytest.fixture
def booking_id(database: Database) -> int:
    """Bob has an hour with Alice on 9 December at 17:00Z; both take SMS."""
    with database.writing() as db:
        alice = mentor(db, phone="+33612345678", phone_verified_at=NOW, sms_opt_in=True)
        bob = member(db, "Bob", phone="+33698765432", phone_verified_at=NOW, sms_opt_in=True)
        request = BookingRequest(mentor_id=alice.id, starts_at=SLOT, theme="Droit", need="Relire mes statuts")
        return book_slot(db, bob, request, links=LINKS, now=NOW).id


def act(database: Database, booking_id: int, verb: str, *, now: datetime, to: datetime | None = None) -> None:
    with database.writing() as db:
        bob = db.get_one(Booking, booking_id).mentee
        if verb == "move" and to is not None:
            move_booking(db, bob, booking_id, starts_at=to, now=now)
        else:
            cancel_booking(db, bob, booking_id, reason="", now=now)


def work(database: Database, when: datetime, *channels: Script) -> None:
    """A worker's rounds until nothing is due, with the database's clock held at one moment."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("sender", "watch"):
            patch.setattr(f"flashmeet.worker.{module}.clock", lambda _session: when)
        Worker(database, {channel.name: channel for channel in channels}, tasks=()).drain()


def states(database: Database) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    with database.reading() as db:
        rows = db.execute(
            select(OutboxMessage, Member.first_name).join(Member, Member.id == OutboxMessage.recipient_id)
        ).all()
        for row, name in sorted(rows, key=lambda pair: pair[0].id):
            found.setdefault((name, row.kind, row.channel), []).append(row.state)
    return found


def row_ids(database: Database, kind: str) -> list[int]:
    with database.reading() as db:
        return list(db.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def test_both_get_one_invite_and_nothing_else_before_the_hour(database: Database, booking_id: int) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    work(database, NOW, mail, sms)
    work(database, NOW, mail, sms)
    assert sorted(mail.kinds()) == [("Alice", "invite", 0), ("Bob", "invite", 0)]
    assert sms.sent == []


def test_changes_within_one_second_arrive_in_order(database: Database, booking_id: int) -> None:
    act(database, booking_id, "move", now=NOW, to=SLOT + timedelta(hours=1))
    act(database, booking_id, "move", now=NOW, to=SLOT - timedelta(hours=1))
    act(database, booking_id, "cancel", now=NOW)
    mail = Script()
    work(database, NOW, mail)
    for name in ("Alice", "Bob"):
        mine = [
            (message.payload["sequence"], message.payload["action"]) for message in mail.sent if name in message.name
        ]
        assert mine == [(0, "booked"), (1, "moved"), (2, "moved"), (3, "cancelled")]


def test_a_delayed_invite_holds_back_the_later_ones_to_the_same_person_only(
    database: Database, booking_id: int
) -> None:
    act(database, booking_id, "cancel", now=NOW)
    mail = Script()
    mail.answers = [Retry("451 try later")]
    work(database, NOW, mail)
    assert [sequence for _, _, sequence in mail.kinds()].count(1) == 1
    work(database, NOW + timedelta(hours=1), mail)
    assert sorted(states(database).items())[0] == (("Alice", "invite", "mail"), ["sent", "sent"])


def test_one_hour_before_both_are_reminded_by_mail_and_sms(database: Database, booking_id: int) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    work(database, SLOT - timedelta(minutes=61), mail, sms)
    mail.sent.clear()
    sms.sent.clear()
    work(database, SLOT - timedelta(minutes=60), mail, sms)
    hours = [("Alice", "reminder_hour", 0), ("Bob", "reminder_hour", 0)]
    assert [each for each in sorted(mail.kinds()) if each[1] == "reminder_hour"] == hours
    assert [each for each in sorted(sms.kinds()) if each[1] == "reminder_hour"] == hours
    assert sorted(message.address for message in sms.sent) == ["+33612345678", "+33698765432"]


def test_no_reminder_leaves_after_the_start(database: Database, booking_id: int) -> None:
    mail = Script()
    work(database, SLOT, mail)
    assert {kind for _, kind, _ in mail.kinds()} == {"invite"}
    assert states(database)["Bob", "reminder_hour", "mail"] == ["dropped"]


def test_a_moved_session_is_reminded_of_at_its_new_hour_only(database: Database, booking_id: int) -> None:
    later = SLOT + timedelta(hours=1)
    act(database, booking_id, "move", now=NOW, to=later)
    mail = Script()
    work(database, SLOT - timedelta(minutes=60), mail)
    assert "reminder_hour" not in {kind for _, kind, _ in mail.kinds()}
    work(database, later - timedelta(minutes=60), mail)
    assert [entry for entry in sorted(mail.kinds()) if entry[1] == "reminder_hour"] == [
        ("Alice", "reminder_hour", 1),
        ("Bob", "reminder_hour", 1),
    ]


def test_a_cancelled_session_is_not_reminded_of(database: Database, booking_id: int) -> None:
    act(database, booking_id, "cancel", now=NOW)
    mail = Script()
    work(database, SLOT - timedelta(minutes=60), mail)
    assert "reminder_hour" not in {kind for _, kind, _ in mail.kinds()}
    assert states(database)["Bob", "reminder_hour", "mail"] == ["dropped"]


def test_a_reminder_put_off_by_the_provider_drops_once_the_session_is_cancelled(
    database: Database, booking_id: int
) -> None:
    due = SLOT - timedelta(minutes=60)
    mail = Script()
    work(database, NOW, mail)
    ids = row_ids(database, "reminder_hour")
    with database.writing() as db:
        leased = lease_due(db, ChannelName.MAIL, now=due, limit=10)
        begin_sending(db, leased, now=due)
    act(database, booking_id, "cancel", now=due)
    with database.writing() as db:
        for each in leased:
            settle(db, [(each, Retry("421"))], now=due)
    mail.sent.clear()
    work(database, due + timedelta(minutes=10), mail)
    assert {kind for _, kind, _ in mail.kinds()} == {"invite"}
    assert ids


def test_a_permanent_refusal_is_not_tried_again(database: Database, booking_id: int) -> None:
    mail = Script()
    mail.answers = [Refused("550"), Refused("550")]
    work(database, NOW, mail)
    work(database, NOW + timedelta(days=1), mail)
    assert len(mail.sent) == 2
    assert states(database)["Bob", "invite", "mail"] == ["refused"]


def test_a_row_that_fails_for_ever_is_parked(database: Database, booking_id: int) -> None:
    mail, when = Script(), NOW
    mail.answers = [Retry("421")] * 100
    for _ in range(20):
        work(database, when, mail)
        when += timedelta(hours=2)
    assert states(database)["Bob", "invite", "mail"] == ["parked"]


def test_mail_whose_worker_was_killed_goes_again_under_the_same_key(database: Database, booking_id: int) -> None:
    dying, mail = Dies(), Script()
    with pytest.raises(KeyboardInterrupt):
        work(database, NOW, dying)
    work(database, NOW + timedelta(seconds=30), mail)
    assert mail.sent == []
    for minutes in (3, 10):
        work(database, NOW + timedelta(minutes=minutes), mail)
    assert sorted(m.message_key for m in mail.sent) == sorted(m.message_key for m in dying.sent)


def test_an_sms_in_doubt_is_looked_up_and_never_repeated(database: Database, booking_id: int) -> None:
    due = SLOT - timedelta(minutes=60)
    sms = Script(ChannelName.SMS, batch=1)
    sms.answers = [Unsure("read time-out"), Unsure("read time-out")]
    sms.found = Sent("SM1")
    work(database, due, Script(), sms)
    assert [message.kind for message in sms.sent] == ["reminder_hour"] * 2
    assert states(database)["Bob", "reminder_hour", "sms"] == ["unknown"]
    work(database, due + timedelta(minutes=6), sms)
    assert (len(sms.sent), len(sms.looked_up)) == (2, 2)
    assert states(database)["Bob", "reminder_hour", "sms"] == ["sent"]


def test_a_worker_that_wakes_late_cannot_settle_for_its_successor(database: Database, booking_id: int) -> None:
    with database.writing() as db:
        slow = lease_due(db, ChannelName.MAIL, now=NOW, limit=10)
        begin_sending(db, slow, now=NOW)
    work(database, NOW + LEASE + timedelta(seconds=1), Script())
    work(database, NOW + timedelta(minutes=10), Script())
    with database.writing() as db:
        late = settle(db, [(each, Refused("550")) for each in slow], now=NOW)
    assert late == set()
    assert states(database)["Bob", "invite", "mail"] == ["sent"]


def test_who_took_a_message_outweighs_who_looked_for_it_too_early(database: Database, booking_id: int) -> None:
    """A worker stood still with the call on the line: its successor found nothing there."""
    due, sms = SLOT - timedelta(minutes=60), Script(ChannelName.SMS, batch=1)
    with database.writing() as db:
        slow = lease_due(db, ChannelName.SMS, now=due, limit=2)
        begin_sending(db, slow, now=due)
    sms.found = Refused(NOT_FOUND)
    work(database, due + LEASE + timedelta(seconds=1), sms)
    assert states(database)["Bob", "reminder_hour", "sms"] == ["refused"]
    with database.writing() as db:
        told: list[tuple[Leased, Outcome]] = [(each, Sent(f"SM{each.id}")) for each in slow]
        assert len(settle(db, told, now=due + LEASE)) == 2
        kept = db.scalars(select(OutboxMessage.provider_ref).where(OutboxMessage.channel == "sms")).all()
    assert {f"SM{each.id}" for each in slow} <= set(kept)
    assert states(database)["Bob", "reminder_hour", "sms"] == ["sent"]


def test_two_workers_never_lease_the_same_row(database: Database, booking_id: int) -> None:
    with database.writing() as db:
        first = lease_due(db, ChannelName.MAIL, now=NOW, limit=1)
    with database.writing() as db:
        second = lease_due(db, ChannelName.MAIL, now=NOW, limit=10)
    assert len(first) == 1
    assert {each.id for each in first}.isdisjoint({each.id for each in second})


def test_nobody_is_written_to_by_sms_who_has_not_agreed(database: Database, booking_id: int) -> None:
    with database.writing() as db:
        for person in db.scalars(select(Member)):
            person.sms_opt_in = False
    sms = Script(ChannelName.SMS, batch=1)
    work(database, SLOT - timedelta(minutes=60), sms)
    assert sms.sent == []
