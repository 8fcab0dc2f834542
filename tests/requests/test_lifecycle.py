"""One mentor is asked: what is kept meanwhile, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.errors import (
    AskedAlready,
    MentorAway,
    NotFound,
    QuotaReached,
    RequestOver,
    SlotTaken,
    ThemeNotOffered,
    TimeGone,
    TooOften,
    YouAreBusy,
    Yourself,
)
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import IN_ALL
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.requests.models import InactivityCheck
from flashmeet.requests.service.answer import accept, decline, go_on_leave, propose, solve
from flashmeet.requests.service.counter_offer import choose, none_suits
from flashmeet.requests.service.inactivity_check import confirm_active
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.times.kept import kept_times
from flashmeet.schedule.models import QuotaUse
from flashmeet.schedule.rules.availability import LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.leave import leaves_of, take_leave
from flashmeet.schedule.service.pauses import pause, resume
from tests.people import EVERY_DAY, FREE, NOW, law, member
from tests.requests.conftest import Scene


def test_proposed_times_are_kept_for_both_until_the_answer(scene: Scene) -> None:
    scene.ask_karim()
    assert (scene.claimed(scene.camille), scene.claimed(scene.karim)) == (8, 8)
    assert scene.mails(scene.karim) == ["asked", "asked_again"]


def test_accepting_keeps_one_holder_and_frees_the_others(scene: Scene) -> None:
    ask = scene.ask_karim()
    booking = accept(scene.db, ask, scene.at(10, 17), links=scene.links, now=scene.now)
    assert (booking.status, booking.starts_at, booking.need) == (
        BookingStatus.CONFIRMED,
        scene.at(10, 17),
        "Relire mes statuts",
    )
    assert (ask.request.state, ask.request.booking_id) == ("accepted", booking.id)
    assert (scene.claimed(scene.camille), scene.claimed(scene.karim)) == (4, 4)
    assert (scene.holders("proposal", "request"), scene.holders("booking")) == (0, 1)
    assert scene.mails(scene.camille, "invite") == ["invite"] and scene.mails(scene.karim, "invite") == ["invite"]
    rules = set(scene.db.scalars(select(QuotaUse.rule)))
    assert not rules & {"mentor_pending", "mentee_open"}


def test_who_has_answered_is_not_reminded(scene: Scene) -> None:
    ask = scene.ask_karim()
    assert "asked_again" in scene.mails(scene.karim)
    decline(scene.db, ask, now=scene.now)
    assert "asked_again" not in scene.mails(scene.karim)


def test_declining_names_up_to_three_colleagues_and_frees_the_times(scene: Scene) -> None:
    others = [scene.mentor(name) for name in ("Ada", "Bea", "Cleo", "Dina")]
    ask = scene.ask_karim()
    decline(scene.db, ask, note="Plutôt elles.", colleagues=[each.id for each in others], now=scene.now)
    told = scene.payload(scene.camille, "request_ended")
    assert (told["action"], told["note"], len(told["colleagues"])) == ("declined", "Plutôt elles.", 3)
    assert scene.claimed(scene.karim) == 0 and ask.request.state == "declined"


def test_other_times_go_to_the_mentee_who_chooses_one(scene: Scene) -> None:
    ask = scene.ask_karim(any_time=True)
    assert scene.claimed(scene.karim) == 0
    propose(scene.db, ask, [scene.at(11, 18), scene.at(12, 9)], now=scene.now)
    assert ask.state == "countered" and scene.mails(scene.camille) == ["times_proposed"]
    assert (scene.claimed(scene.camille), scene.claimed(scene.karim)) == (8, 8)
    booking = choose(scene.db, ask.request, scene.at(12, 9), links=scene.links, now=scene.now)
    assert booking.starts_at == scene.at(12, 9) and scene.claimed(scene.karim) == 4


def test_none_of_the_times_suits(scene: Scene) -> None:
    ask = scene.ask_karim()
    propose(scene.db, ask, [scene.at(11, 18)], now=scene.now)
    none_suits(scene.db, ask.request, now=scene.now)
    assert ask.request.state == "declined" and scene.claimed(scene.karim) == 0


def test_two_lines_solve_it_and_free_the_hour(scene: Scene) -> None:
    ask = scene.ask_karim()
    solve(scene.db, ask, "Article 12.", now=scene.now)
    assert (ask.state, ask.request.state, scene.claimed(scene.camille)) == ("solved", "solved", 0)
    assert scene.payload(scene.camille, "request_ended")["note"] == "Article 12."


def test_leave_is_taken_at_that_very_moment(scene: Scene) -> None:
    ask = scene.ask_karim()
    go_on_leave(scene.db, ask, LeavePeriod(date(2026, 12, 1), date(2026, 12, 20)), now=scene.now)
    assert ask.request.state == "declined" and leaves_of(scene.db, scene.karim, now=scene.now)
    with pytest.raises(MentorAway):
        scene.ask_karim()


def test_nobody_is_asked_while_away(scene: Scene) -> None:
    take_leave(scene.db, scene.karim, LeavePeriod(date(2026, 11, 30), date(2026, 12, 1)), now=scene.now)
    with pytest.raises(MentorAway) as refusal:
        scene.ask_karim()
    assert refusal.value.facts["until"] == date(2026, 12, 1)
    nadia = scene.mentor("Nadia")
    pause(scene.db, nadia, now=scene.now)
    with pytest.raises(MentorAway):
        scene.ask(mentor_id=nadia.id)


def test_two_requests_of_one_mentee_may_be_open(scene: Scene) -> None:
    others = [scene.mentor(name) for name in ("Ada", "Bea")]
    first = scene.ask_karim(any_time=True)
    scene.ask(mentor_id=others[0].id, any_time=True)
    with pytest.raises(QuotaReached) as refusal, scene.db.begin_nested():
        scene.ask(mentor_id=others[1].id, any_time=True)
    assert refusal.value.rule == "mentee_open"
    withdraw(scene.db, scene.camille, first.request_id, now=scene.now)
    scene.ask(mentor_id=others[1].id, any_time=True)


def test_four_hours_may_wait_for_one_mentor(scene: Scene) -> None:
    scene.ask_karim(times=tuple(scene.at(day, 17) for day in (8, 9, 10)))
    bob = member(scene.db, "Bob")
    with pytest.raises(QuotaReached) as refusal, scene.db.begin_nested():
        scene.ask(bob, mentor_id=scene.karim.id, times=(scene.at(14, 17), scene.at(15, 17)))
    assert refusal.value.rule == "mentor_pending"
    scene.ask(bob, mentor_id=scene.karim.id, times=(scene.at(14, 17),))


def test_the_same_mentor_is_asked_once_at_a_time(scene: Scene) -> None:
    ask = scene.ask_karim()
    with pytest.raises(AskedAlready) as refusal:
        scene.ask_karim()
    assert refusal.value.facts["request_id"] == ask.request_id


def test_a_time_that_is_taken_is_not_proposed(scene: Scene) -> None:
    scene.ask_karim(times=(scene.at(9, 17),))
    bob = member(scene.db, "Bob")
    with pytest.raises(SlotTaken), scene.db.begin_nested():
        scene.ask(bob, mentor_id=scene.karim.id, times=(scene.at(9, 17, 30),))
    ada = scene.mentor("Ada")
    with pytest.raises(YouAreBusy), scene.db.begin_nested():
        scene.ask(mentor_id=ada.id, times=(scene.at(9, 17, 30),))


def test_what_cannot_be_asked(scene: Scene) -> None:
    other = member(scene.db, "Odile")
    ada = scene.mentor("Ada", mentee=True)
    ada.offers.clear()
    scene.db.flush()
    law(scene.db)
    for mentor_id, refusal in ((other.id, NotFound), (987_654, NotFound), (ada.id, ThemeNotOffered)):
        with pytest.raises(refusal):
            scene.ask(mentor_id=mentor_id)
    with pytest.raises(Yourself):
        scene.ask(scene.karim, mentor_id=scene.karim.id)


def test_without_an_answer_it_expires_with_three_others_within_fourteen_days(scene: Scene) -> None:
    free = [scene.mentor(name, rules=EVERY_DAY) for name in ("Ada", "Bea", "Cleo", "Dina")]
    ask = scene.ask_karim()
    due = ask.due_at
    scene.pass_time(due - timedelta(minutes=1), step=timedelta(hours=12))
    assert ask.request.state == "open"
    with pytest.raises(RequestOver):
        scene.now = due
        accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=due)
    scene.work()
    assert (ask.state, ask.request.state, scene.claimed(scene.karim)) == ("expired", "expired", 0)
    told = scene.payload(scene.camille, "request_ended")
    assert told["action"] == "expired"
    assert {each["id"] for each in told["people"]} <= {each.id for each in free} and len(told["people"]) == 3
    assert scene.mails(scene.camille) == ["request_ended"]


def test_nobody_is_told_of_others_hours_in_their_own_night(scene: Scene) -> None:
    evening = tuple(WeeklyRule(day, Span.parse("18:00", "20:00")) for day in range(7))
    for name in ("Ada", "Bea"):
        scene.mentor(name, rules=evening)
    early = scene.mentor("Cleo", rules=(WeeklyRule(4, Span.parse("08:00", "09:00")),))
    ken = member(scene.db, "Ken", tzid="Asia/Tokyo")
    declined = scene.ask(ken, mentor_id=scene.karim.id).asks[0]
    decline(scene.db, declined, now=scene.now)
    assert [each["id"] for each in scene.payload(ken, "request_ended")["people"]] == [early.id]


def rests(who: Member) -> bool:
    return who.paused_until is not None


def test_the_third_expiry_in_thirty_days_asks_whether_they_are_still_there(scene: Scene) -> None:
    people = [member(scene.db, name) for name in ("Ana", "Ben", "Cem")]
    for count, who in enumerate(people, 1):
        ask = scene.ask(who, mentor_id=scene.karim.id, any_time=True).asks[0]
        scene.pass_time(ask.due_at, step=timedelta(days=1))
        assert len(scene.mails(scene.karim, "still_with_us")) == int(count == 3)
    scene.pass_time(timedelta(days=7, minutes=-11), step=timedelta(days=1))
    assert not rests(scene.karim)
    scene.pass_time(timedelta(minutes=12))
    assert rests(scene.karim)
    assert len(scene.mails(scene.karim, "still_with_us")) == 2
    confirm_active(scene.db, scene.db.scalars(select(InactivityCheck)).one(), now=scene.now)
    assert not rests(scene.karim)


def let_expire(scene: Scene, *names: str) -> None:
    for who in [member(scene.db, name) for name in names]:
        ask = scene.ask(who, mentor_id=scene.karim.id, any_time=True).asks[0]
        scene.pass_time(ask.due_at, step=timedelta(days=1))


def test_who_answers_a_request_after_the_question_is_not_paused(scene: Scene) -> None:
    let_expire(scene, "Ana", "Ben", "Cem")
    assert len(scene.mails(scene.karim, "still_with_us")) == 1
    decline(scene.db, scene.ask(mentor_id=scene.karim.id, any_time=True).asks[0], now=scene.now)
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    assert not rests(scene.karim)
    assert scene.db.scalars(select(InactivityCheck)).one().answered_at is not None


def test_who_came_back_by_themselves_is_asked_again_after_three_more(scene: Scene) -> None:
    let_expire(scene, "Ana", "Ben", "Cem")
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    assert rests(scene.karim)
    resume(scene.db, scene.karim, now=scene.now)
    scene.pass_time(timedelta(days=31), step=timedelta(days=1))
    let_expire(scene, "Dan", "Eva", "Fay")
    assert len(scene.db.scalars(select(InactivityCheck)).all()) == 2


def test_who_said_that_they_are_still_there_is_asked_again_after_three_more_and_not_before(scene: Scene) -> None:
    let_expire(scene, "Ana", "Ben", "Cem")
    confirm_active(scene.db, scene.db.scalars(select(InactivityCheck)).one(), now=scene.now)
    asked = []
    for name in ("Dan", "Eva", "Fay"):
        let_expire(scene, name)
        asked.append(len(scene.db.scalars(select(InactivityCheck)).all()))
    assert asked == [1, 1, 2]


def leave(scene: Scene) -> None:
    """Whatever is due has left."""
    due = update(OutboxMessage).where(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.due_at <= scene.now)
    scene.db.execute(due.values(state=OutboxState.SENT))


def test_whose_mail_has_not_left_yet_is_told_of_neither(scene: Scene) -> None:
    withdraw(scene.db, scene.camille, scene.ask_karim().request_id, now=scene.now)
    assert scene.mails(scene.karim) == []


def test_asking_and_taking_back_all_day_is_a_few_mails_and_then_refused(scene: Scene) -> None:
    """S5: nobody can make a mentor's mailbox ring."""
    with pytest.raises(TooOften):
        for _ in range(40):
            ask = scene.ask_karim(any_time=True)
            leave(scene)
            withdraw(scene.db, scene.camille, ask.request_id, now=scene.now)
            leave(scene)
    assert scene.mails(scene.karim) == ["asked", "request_withdrawn"] * (IN_ALL // 2)
    scene.pass_time(timedelta(days=1))
    scene.ask_karim(any_time=True)


def test_taking_it_back_tells_the_mentor_once_and_frees_all(scene: Scene) -> None:
    ask = scene.ask_karim()
    leave(scene)
    withdraw(scene.db, scene.camille, ask.request_id, now=scene.now)
    assert (ask.state, scene.claimed(scene.camille), scene.holders("request", "proposal")) == ("withdrawn", 0, 0)
    assert scene.mails(scene.karim) == ["asked", "request_withdrawn"]
    with pytest.raises(RequestOver):
        accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)


def test_a_time_that_has_passed_cannot_be_accepted(scene: Scene) -> None:
    ask = scene.ask_karim(times=(scene.at(1, 11), scene.at(3, 17)))
    scene.pass_time(scene.at(1, 11))
    assert kept_times(scene.db, ask.request, now=scene.now) == [scene.at(3, 17)]
    with pytest.raises(TimeGone):
        accept(scene.db, ask, scene.at(1, 11), links=scene.links, now=scene.now)
    accept(scene.db, ask, scene.at(3, 17), links=scene.links, now=scene.now)


def test_a_mentor_may_accept_beyond_their_own_limits(scene: Scene) -> None:
    ada = scene.mentor("Ada", policy=replace(FREE, per_day=1, per_week=1))
    for who, hour in ((scene.camille, 10), (member(scene.db, "Bob"), 14)):
        ask = scene.ask(who, mentor_id=ada.id, times=(scene.at(9, hour),)).asks[0]
        accept(scene.db, ask, scene.at(9, hour), links=scene.links, now=scene.now)
    assert len(scene.db.scalars(select(Booking).where(Booking.mentor_id == ada.id)).all()) == 2


def test_the_deadline_counts_working_days_and_the_reminder_comes_by_day(scene: Scene) -> None:
    scene.now = NOW.replace(day=4, hour=15)  # a Friday
    ask = scene.ask_karim(any_time=True)
    assert ask.due_at == scene.at(9, 15)
    again = scene.db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "asked_again")).one()
    assert again.due_at == scene.at(7, 8)  # half-time, Monday 03:00, waits for nine o'clock in Paris
    assert again.not_after == ask.due_at


def test_a_time_that_the_mentee_chooses_when_it_is_near_is_told_to_the_mentor_by_sms(scene: Scene) -> None:
    for name, value in {"phone": "+33612345678", "phone_verified_at": NOW, "sms_opt_in": True}.items():
        setattr(scene.karim, name, value)
    ask = scene.ask_karim(any_time=True)
    propose(scene.db, ask, [scene.at(1, 14)], now=scene.now)
    scene.now = scene.at(1, 12, 30)
    choose(scene.db, ask.request, scene.at(1, 14), links=scene.links, now=scene.now)
    texts = select(OutboxMessage.kind).where(OutboxMessage.channel == "sms", OutboxMessage.due_at <= scene.now)
    assert scene.db.scalars(texts.where(OutboxMessage.recipient_id == scene.karim.id)).all() == ["reminder_hour"]


def test_what_was_answered_in_the_very_moment_of_sending_is_not_asked(scene: Scene) -> None:
    ask = scene.ask_karim()
    rows = scene.db.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(("asked", "asked_again")))).all()
    assert why_not(scene.db, rows, now=scene.now) == {}
    decline(scene.db, ask, now=scene.now)
    assert why_not(scene.db, rows, now=scene.now) == {row.id: "answered" for row in rows}
