"""Choose, preview, send; once a week each, never while they are away, taken back within a minute (F7)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import Missing, NobodyChosen, NotFound, TooLateToUndo, TooLong
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.programme.models import Nudge
from flashmeet.programme.rules.nudges import REST, UNDO, NudgeAbout
from flashmeet.programme.service.nudges import Words, candidates, send_nudges, undo_nudge
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.pauses import pause
from tests import people
from tests.people import NOW
from tests.programme.reporting.conftest import asked

HOURS = Words(NudgeAbout.HOURS, "Merci")
WEEK = timedelta(days=7)


@pytest.fixture
def alice(db: Session) -> Member:
    return people.mentor(db, "Alice", rules=())


@pytest.fixture
def administrator(db: Session) -> Member:
    return people.member(db, "Odile", administrator=True)


def mails(db: Session, member: Member) -> Sequence[OutboxMessage]:
    query = select(OutboxMessage).where(
        OutboxMessage.recipient_id == member.id, OutboxMessage.kind.in_(("nudge", "pause_offer"))
    )
    return db.scalars(query.order_by(OutboxMessage.id)).all()


def nudge(db: Session, member: Member, by: Member, *, now: datetime = NOW) -> list[Nudge]:
    return send_nudges(db, [member.id], HOURS, by=by, now=now)


def arrived(db: Session) -> None:
    """Whatever waits has left."""
    db.execute(update(OutboxMessage).where(OutboxMessage.state == "waiting").values(state="sent"))
    db.expire_all()


def why_not_written(db: Session, member: Member, *, now: datetime = NOW) -> str | None:
    return candidates(db, [member.id], now=now)[0].left


def test_a_nudge_leaves_in_a_minute_and_says_who_about_what_and_when(
    db: Session, alice: Member, administrator: Member
) -> None:
    (sent,) = nudge(db, alice, administrator)
    (mail,) = mails(db, alice)
    assert (mail.due_at, mail.not_after) == (NOW + timedelta(seconds=60), sent.due_at + timedelta(days=2))
    assert (mail.payload["about"], mail.payload["by_name"], mail.payload["note"]) == ("hours", "Odile Exemple", "Merci")
    assert (sent.by_id, sent.about, sent.sent_at, sent.idle) == (administrator.id, "hours", NOW, True)


def test_one_a_week_for_each_member_whoever_writes(db: Session, alice: Member, administrator: Member) -> None:
    assert len(nudge(db, alice, administrator)) == 1
    other = people.member(db, "Paul", administrator=True)
    assert nudge(db, alice, other, now=NOW + REST - timedelta(seconds=1)) == []
    assert why_not_written(db, alice, now=NOW + REST - timedelta(seconds=1)) == "rested"
    assert len(nudge(db, alice, other, now=NOW + REST)) == 1


def test_two_administrators_at_once_write_one_mail(database: Database) -> None:
    with database.writing() as db:
        alice, odile = people.member(db, "Alice"), people.member(db, "Odile", administrator=True)
    begin = threading.Barrier(6)

    def write() -> None:
        begin.wait()
        with database.writing() as db:
            nudge(db, alice, db.get_one(Member, odile.id))

    crowd = [threading.Thread(target=write) for _ in range(6)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    with database.reading() as db:
        assert len(mails(db, alice)) == 1


def test_nobody_is_written_to_who_is_away_pauses_or_does_not_want_it(db: Session, administrator: Member) -> None:
    away, paused, quiet, gone = (people.member(db, name) for name in ("Ana", "Ben", "Cleo", "Dan"))
    take_leave(db, away, LeavePeriod(date(2026, 12, 1), date(2026, 12, 1)), now=NOW)
    pause(db, paused, now=NOW)
    switch_mail(db, quiet.id, Category.NUDGES, on=False)
    gone.suspended = True
    db.flush()
    found = candidates(db, [each.id for each in (away, paused, quiet, gone)], now=NOW)
    assert [each.left for each in found] == ["away", "paused", "opted_out"]
    assert send_nudges(db, [away.id, paused.id, quiet.id, gone.id], HOURS, by=administrator, now=NOW) == []
    with pytest.raises(NobodyChosen):
        candidates(db, [gone.id, 987_654], now=NOW)


def test_away_is_meant_on_their_own_wall(db: Session) -> None:
    tokyo = people.member(db, "Kei", tzid="Asia/Tokyo")
    take_leave(db, tokyo, LeavePeriod(date(2026, 12, 2), date(2026, 12, 2)), now=NOW)
    assert why_not_written(db, tokyo, now=NOW.replace(hour=14, minute=59)) is None
    assert why_not_written(db, tokyo, now=NOW.replace(hour=15)) == "away"
    assert why_not_written(db, tokyo, now=NOW.replace(day=2, hour=15)) is None


def test_who_goes_away_within_the_minute_is_spared(db: Session, alice: Member, administrator: Member) -> None:
    nudge(db, alice, administrator)
    assert why_not(db, mails(db, alice), now=NOW + UNDO) == {}
    take_leave(db, alice, LeavePeriod(date(2026, 12, 1), date(2026, 12, 24)), now=NOW)
    assert set(why_not(db, mails(db, alice), now=NOW + UNDO).values()) == {"away"}


def test_taken_back_it_does_not_leave_and_the_week_is_free_again(
    db: Session, alice: Member, administrator: Member
) -> None:
    (sent,) = nudge(db, alice, administrator)
    for _ in range(2):
        undo_nudge(db, sent.id, now=NOW + timedelta(seconds=59))
    (mail,) = mails(db, alice)
    db.refresh(mail)
    assert (mail.state, mail.reason, sent.undone_at) == ("dropped", "undone", NOW + timedelta(seconds=59))
    assert len(nudge(db, alice, administrator, now=NOW + UNDO)) == 1


def test_what_has_left_is_not_taken_back(db: Session, alice: Member, administrator: Member) -> None:
    (sent,) = nudge(db, alice, administrator)
    arrived(db)
    with pytest.raises(TooLateToUndo):
        undo_nudge(db, sent.id, now=NOW + UNDO)
    assert sent.undone_at is None
    with pytest.raises(NotFound):
        undo_nudge(db, 987_654, now=NOW)


def three_in_vain(db: Session, member: Member, by: Member) -> datetime:
    """When the fourth may be written."""
    for week in range(3):
        (sent,) = nudge(db, member, by, now=NOW + week * WEEK)
        assert sent.kind == "nudge"
        arrived(db)
    return NOW + 3 * WEEK


def test_after_three_in_vain_a_pause_is_offered_and_then_nothing(
    db: Session, alice: Member, administrator: Member
) -> None:
    fourth = three_in_vain(db, alice, administrator)
    (sent,) = nudge(db, alice, administrator, now=fourth)
    assert (sent.kind, mails(db, alice)[-1].kind) == ("pause_offer", "pause_offer")
    arrived(db)
    assert why_not_written(db, alice, now=fourth + WEEK) == "offered"
    alice.signed_in_at = fourth + timedelta(days=1)
    db.flush()
    assert nudge(db, alice, administrator, now=fourth + WEEK)[0].kind == "nudge"


@pytest.mark.parametrize("act", ["signs in", "answers", "opens hours"])
def test_whoever_does_something_is_not_offered_a_pause(
    db: Session, alice: Member, administrator: Member, act: str
) -> None:
    fourth = three_in_vain(db, alice, administrator)
    after = fourth - timedelta(days=1)
    if act == "signs in":
        alice.signed_in_at = after
    elif act == "answers":
        asked(db, alice, administrator, "declined", at=after)
    else:
        save_availability(
            db, alice, tzid="Europe/Paris", rules=people.EVERY_DAY, overrides=(), policy=people.FREE, now=after
        )
    db.flush()
    assert candidates(db, [alice.id], now=fourth)[0].kind == "nudge"


def test_what_never_left_is_not_held_against_them(db: Session, alice: Member, administrator: Member) -> None:
    fourth = three_in_vain(db, alice, administrator)
    db.execute(update(OutboxMessage).values(state="dropped"))
    assert candidates(db, [alice.id], now=fourth)[0].kind == "nudge"


def test_a_theme_goes_with_its_own_subject_alone(db: Session) -> None:
    law = people.law(db)
    assert Words.checked("hours", "", law).theme is None
    with pytest.raises(Missing):
        Words.checked("theme", "", None)
    with pytest.raises(TooLong):
        Words.checked("theme", "x" * 601, law)
