"""Rounds of duties that follow people and the world: a worker is killed before and amid each of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

import flashmeet.listeners  # noqa: F401  # what follows an act is written with it, as in every process
from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.links import Links
from flashmeet.core.zones import wall_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage, PeriodicTaskRun
from flashmeet.messages.outbox import calm
from flashmeet.people.service.addresses import set_address
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from tests.faults.processes import SLOWNESS
from tests.faults.rounds import Stage
from tests.faults.world import QUARTER, utcnow

IN_DOUBT = 0.5 * SLOWNESS


def _booking(stage: Stage, db: Session) -> Booking:
    return db.get_one(Booking, stage.scene.booking_id)


def _is_due(db: Session, task: str) -> None:
    """At once, whoever did it last."""
    db.execute(delete(PeriodicTaskRun).where(PeriodicTaskRun.name == task))


def _written(stage: Stage, kind: str, *conditions: Any) -> int:
    return stage.rows(OutboxMessage.kind == kind, *conditions)


def _killed_twice(stage: Stage, written: Callable[[], bool]) -> None:
    """A worker is killed before anything of its duty is committed; another, once something is written, amid a mail."""
    with stage.ground.locked():
        worker = stage.workers.start()
        time.sleep(IN_DOUBT)
        worker.kill()
    stage.gate.arm("mail", "accepted")
    worker = stage.workers.start()
    stage.gate.wait()
    stage.until(written)
    worker.kill()
    stage.gate.release("drop")
    stage.workers.start()
    stage.until(lambda: stage.under_way() == 0)


def _only_mail(stage: Stage, db: Session) -> None:
    """The two take no SMS: a moved hour reminds them once more, and the judge allows one SMS each."""
    db.execute(update(Member).where(Member.id.in_(stage.scene.people)).values(sms_opt_in=False))
    mine = (OutboxMessage.recipient_id.in_(stage.scene.people), OutboxMessage.channel == "sms")
    db.execute(delete(OutboxMessage).where(*mine))


def killed_amid_new_zone_data(stage: Stage) -> None:
    """The zone of the hour gets other rules: by them it is a quarter of an hour later."""
    with stage.database.writing() as db:
        _only_mail(stage, db)
        booking = _booking(stage, db)
        before = booking.starts_at
        booking.zone_data = "2000.1 old"
        booking.agreed_wall = wall_of(before + QUARTER, booking.agreed_tzid)
        _is_due(db, "follow_zone_data")
    _killed_twice(stage, lambda: _written(stage, "invite", OutboxMessage.version == 1) == 2)
    with stage.database.reading() as db:
        booking = _booking(stage, db)
        assert (booking.starts_at, booking.sequence) == (before + QUARTER, 1)
    assert _written(stage, "invite", OutboxMessage.version > 1) == 0


def killed_amid_a_new_address(stage: Stage) -> None:
    """The mentee's address changes while their invite hangs at the server."""
    stage.gate.arm("mail", "arrived")
    worker = stage.workers.start()
    stage.gate.wait()
    with stage.database.writing() as db:
        mentee = _booking(stage, db).mentee
        set_address(db, mentee, f"new-{mentee.email}", by=None, now=utcnow())
        new = mentee.email
    worker.kill()
    stage.gate.release("drop")
    _killed_twice(stage, lambda: _written(stage, "invite_withdrawn") == 1)
    with stage.database.reading() as db:
        invites = select(OutboxMessage.sent_to).where(
            OutboxMessage.recipient_id == _booking(stage, db).mentee_id,
            OutboxMessage.kind == "invite",
            OutboxMessage.version > 0,
        )
        assert db.scalars(invites).all() == [new]


def killed_amid_a_departure(stage: Stage) -> None:
    """The mentor was suspended as the hour was being booked: the worker finds it, and tells the mentee."""
    with stage.database.writing() as db:
        _booking(stage, db).mentor.suspended = True
        _is_due(db, "follow_departures")
    _killed_twice(stage, lambda: _written(stage, "invite", OutboxMessage.version == 1) == 2)
    with stage.database.reading() as db:
        booking = _booking(stage, db)
        assert (booking.status, booking.sequence) == (BookingStatus.CANCELLED, 1)


def killed_amid_a_reply(stage: Stage) -> None:
    """The mentee answers the invite: read while nothing can be written, then with the mailbox gone before its mark."""
    stage.workers.start()
    stage.until(lambda: stage.under_way() == 0)
    stage.workers.end()
    with stage.database.writing() as db:
        booking = _booking(stage, db)
        answered = (OutboxMessage.recipient_id == booking.mentee_id, OutboxMessage.kind == "invite")
        key = db.scalars(select(OutboxMessage.message_key).where(*answered)).one()
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["In-Reply-To"] = booking.mentee.email, "Re: ", f"<{key}@localhost>"
        mail.set_content("Je serai en retard.")
        _is_due(db, "read_mailbox")
    mailbox = stage.providers.mailbox
    uid = mailbox.receive(mail.as_bytes().replace(b"\n", b"\r\n"))
    with stage.ground.locked():
        worker = stage.workers.start()
        time.sleep(IN_DOUBT)
        worker.kill()
    mailbox.breaks_at = "UID STORE"
    worker = stage.workers.start()
    stage.until(lambda: _words(stage) == 1)
    worker.kill()
    mailbox.breaks_at = ""
    with stage.database.writing() as db:
        _is_due(db, "read_mailbox")
    stage.workers.start()
    stage.until(lambda: uid not in mailbox.unseen() and stage.under_way() == 0)
    assert (_words(stage), _written(stage, "thread", OutboxMessage.state == "sent")) == (1, 1)


def _words(stage: Stage) -> int:
    with stage.database.reading() as db:
        mine = ThreadMessage.booking_id == stage.scene.booking_id
        return db.scalar(select(func.count()).select_from(ThreadMessage).where(mine)) or 0


def killed_amid_gathered_mails(stage: Stage) -> None:
    """An hour some hours away is moved four times and cancelled: the last two wait, and the last says it all."""
    pause, calm.PAUSE = calm.PAUSE, timedelta(seconds=2 * SLOWNESS)
    try:
        with stage.database.writing() as db:
            booking_id = _book_another(stage, db)
            for _ in range(4):
                booking = db.get_one(Booking, booking_id)
                move_booking(db, booking.mentee, booking_id, starts_at=booking.starts_at + QUARTER, now=utcnow())
            cancel_booking(db, booking.mentee, booking_id, reason="", now=utcnow())
    finally:
        calm.PAUSE = pause
    _killed_twice(stage, lambda: True)
    with stage.database.reading() as db:
        sent = (
            select(OutboxMessage.version)
            .where(OutboxMessage.subject == f"booking:{booking_id}", OutboxMessage.kind == "invite")
            .where(OutboxMessage.recipient_id == booking.mentor_id, OutboxMessage.state == "sent")
        )
        assert sorted(db.scalars(sent)) == [0, 1, 2, 3, 5]


def _book_another(stage: Stage, db: Session) -> int:
    booking = _booking(stage, db)
    hour = datetime.fromtimestamp((int(utcnow().timestamp()) // 3600 + 5) * 3600, booking.starts_at.tzinfo)
    request = BookingRequest(mentor_id=booking.mentor_id, starts_at=hour, theme="Droit", need="Relire")
    return book_slot(db, booking.mentee, request, links=Links("http://localhost", "s" * 40), now=utcnow()).id


def killed_amid_a_closed_hour(stage: Stage) -> None:
    """The mentor gives up their weekly hours while an invite hangs at the server, and is asked about the hour."""
    stage.gate.arm("mail", "arrived")
    worker = stage.workers.start()
    stage.gate.wait()
    with stage.database.writing() as db:
        mentor = _booking(stage, db).mentor
        schedule = read_schedule(db, mentor.id)
        assert schedule is not None
        save_availability(db, mentor, tzid=schedule.tzid, rules=(), overrides=(), policy=schedule.policy, now=utcnow())
    worker.kill()
    stage.gate.release("drop")
    _killed_twice(stage, lambda: _written(stage, "closed_hour_question") == 1)
    assert _written(stage, "closed_hour_question", OutboxMessage.state == "sent") == 1


DUTIES: tuple[Callable[[Stage], None], ...] = (
    killed_amid_new_zone_data,
    killed_amid_a_new_address,
    killed_amid_a_departure,
    killed_amid_a_reply,
    killed_amid_gathered_mails,
    killed_amid_a_closed_hour,
)
