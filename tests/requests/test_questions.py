"""Asking back before yes or no: the request stays open, its clock stands still, and both see what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.errors import AskedBackAlready, Missing, NotFound, RepliedAlready, RequestOver
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.messages.models import OutboxMessage
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.service.answer import accept, decline, times_to_accept
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.questions import ask_back, asks_with_question, reply
from flashmeet.requests.service.waiting import why_waiting
from flashmeet.schedule.models import Holder
from tests.people import EVERY_DAY, FREE
from tests.requests.conftest import Scene

DAY = timedelta(days=1)


def reminder_due(scene: Scene, ask: RequestAsk) -> list[datetime]:
    query = select(OutboxMessage.due_at).where(OutboxMessage.kind == "asked_again", OutboxMessage.state == "waiting")
    return list(scene.db.scalars(query.where(OutboxMessage.recipient_id == ask.mentor_id)))


def test_the_request_stays_open_and_the_mentees_reply_comes_with_the_times_to_accept(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert (ask.state, ask.request.state) == ("asked", "open")
    assert scene.mails(scene.camille) == ["question_asked", "question_again"]
    assert scene.payload(scene.camille, "question_asked")["note"] == "SAS ou SARL ?"
    reply(scene.db, ask.request, ask.id, "SAS, à deux.", now=scene.now)
    told = scene.payload(scene.karim, "question_answered")
    assert (told["question"], told["note"], len(told["times"])) == ("SAS ou SARL ?", "SAS, à deux.", 2)
    assert scene.mails(scene.camille) == []  # what has not left says nothing any more
    assert (ask.question.text, ask.question.reply) == ("SAS ou SARL ?", "SAS, à deux.") if ask.question else False


def test_the_mentors_time_stands_still_and_the_times_asked_for_are_held_as_long(scene: Scene) -> None:
    ask = scene.ask_karim(times=(scene.at(22, 17),))
    due = ask.due_at
    question = ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert ask.due_at == ask.request.due_at == question.due_at + (due - scene.now)
    held = scene.db.scalars(select(Holder.expires_at).where(Holder.kind == "proposal")).all()
    assert held == [ask.due_at]
    scene.pass_time(due + DAY)
    assert ask.state == "asked" and list(times_to_accept(scene.db, ask, now=scene.now)) == [scene.at(22, 17)]


def test_no_deadline_outlasts_the_last_of_the_times(scene: Scene) -> None:
    ask = scene.ask_karim(times=(scene.at(3, 17),))
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert ask.due_at == scene.at(3, 17)


def test_a_time_that_passes_while_the_reply_is_awaited_can_be_accepted_no_more(scene: Scene) -> None:
    ask = scene.ask_karim(times=(scene.at(3, 9), scene.at(9, 17)))
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert times_to_accept(scene.db, ask, now=scene.at(3, 9)) == [scene.at(9, 17)]


def test_a_mentor_may_answer_without_waiting_for_the_reply(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    assert ask.request.state == "accepted"
    with pytest.raises(RequestOver):
        reply(scene.db, ask.request, ask.id, "Trop tard", now=scene.now)


def test_one_question_and_one_reply_and_a_form_sent_twice_says_nothing_twice(scene: Scene) -> None:
    ask = scene.ask_karim()
    for _ in range(2):
        ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    with pytest.raises(AskedBackAlready):
        ask_back(scene.db, ask, "Et où ?", now=scene.now)
    for _ in range(2):
        reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    with pytest.raises(RepliedAlready):
        reply(scene.db, ask.request, ask.id, "SARL", now=scene.now)
    assert scene.mails(scene.karim, "question_answered") == ["question_answered"]


def test_nothing_empty_is_asked_or_replied_and_only_to_a_question(scene: Scene) -> None:
    ask = scene.ask_karim()
    with pytest.raises(Missing):
        ask_back(scene.db, ask, "  ", now=scene.now)
    with pytest.raises(NotFound):
        reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    with pytest.raises(NotFound):
        reply(scene.db, ask.request, ask.id + 1, "SAS", now=scene.now)
    with pytest.raises(Missing):
        reply(scene.db, ask.request, ask.id, " ", now=scene.now)


def test_the_mentor_is_reminded_once_the_wait_is_over_and_anew_after_a_reply(scene: Scene) -> None:
    ask = scene.ask_karim(times=(scene.at(22, 17),))
    question = ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    (at,) = reminder_due(scene, ask)
    assert question.due_at < at < ask.due_at
    reply(scene.db, ask.request, ask.id, "SAS", now=scene.now + DAY)
    (again,) = reminder_due(scene, ask)
    assert scene.now + DAY < again < ask.due_at


def test_without_a_reply_it_ends_with_the_question_said_and_does_not_count_against_the_mentor(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    scene.pass_time(ask.due_at + timedelta(hours=1))
    assert (ask.request.state, ask.state) == ("expired", "closed")
    ended = scene.payload(scene.camille, "request_ended")
    assert (ended["action"], ended["note"]) == ("expired", "SAS ou SARL ?")
    assert ask.request.need == "Relire mes statuts"


def test_a_mentor_who_has_the_reply_and_says_nothing_has_let_it_expire(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    scene.pass_time(ask.due_at + timedelta(hours=1))
    assert ask.state == "expired" and scene.payload(scene.camille, "request_ended")["note"] == ""


def test_a_question_that_was_settled_by_an_answer_leaves_no_mail_waiting(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    withdraw(scene.db, scene.camille, ask.request_id, now=scene.now)
    with pytest.raises(RequestOver):
        reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    with pytest.raises(RequestOver):
        ask_back(scene.db, ask, "Encore ?", now=scene.now)


def test_of_a_wave_each_may_ask_the_others_go_on_and_the_next_wave_waits_for_the_reply(scene: Scene) -> None:
    for name in ("Ada", "Nora", "Paul"):
        scene.mentor(name)
    request = scene.ask(times=(scene.at(22, 17),))
    scene.work()
    first, second = request.asks[:2]
    due = request.due_at
    ask_back(scene.db, first, "SAS ou SARL ?", now=scene.now)
    ask_back(scene.db, second, "À deux ?", now=scene.now)
    assert due is not None and request.due_at is not None and request.due_at > due
    reply(scene.db, request, second.id, "Oui", now=scene.now)
    assert [each.id for each in asks_with_question(request)] == [first.id, second.id]  # what waits comes first
    decline(scene.db, first, now=scene.now)
    accept(scene.db, second, scene.at(22, 17), links=scene.links, now=scene.now)
    assert request.state == "accepted"


def test_of_an_hour_that_is_asked_for_the_hour_is_held_until_the_answer(scene: Scene, links: Links) -> None:
    alice = scene.mentor("Alice", rules=EVERY_DAY, policy=replace(FREE, confirm=Confirm.ASK, horizon_days=30))
    wanted = BookingRequest(mentor_id=alice.id, starts_at=scene.at(15, 9), theme="droit", need="Mes statuts")
    booking = book_slot(scene.db, scene.camille, wanted, links=links, now=scene.now)
    ask = scene.db.scalars(select(RequestAsk)).one()
    due = ask.due_at
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert booking.answer_due_at == ask.due_at > due
    scene.pass_time(due + timedelta(hours=2), step=timedelta(hours=6))
    assert scene.db.get_one(Booking, booking.id).status == "pending"
    reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    accept(scene.db, ask, scene.at(15, 9), links=links, now=scene.now)
    assert scene.db.get_one(Booking, booking.id).status == "confirmed"


def test_of_an_hour_whose_question_had_no_reply_the_mentee_reads_the_question(scene: Scene, links: Links) -> None:
    alice = scene.mentor("Alice", rules=EVERY_DAY, policy=replace(FREE, confirm=Confirm.ASK, horizon_days=30))
    wanted = BookingRequest(mentor_id=alice.id, starts_at=scene.at(4, 9), theme="droit", need="Mes statuts")
    book_slot(scene.db, scene.camille, wanted, links=links, now=scene.now)
    ask = scene.db.scalars(select(RequestAsk)).one()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    scene.pass_time(ask.due_at + timedelta(hours=1), step=timedelta(hours=6))
    assert (ask.state, ask.request.state) == ("closed", "expired")
    assert scene.payload(scene.camille, "not_taken")["reason"] == "SAS ou SARL ?"


def test_what_a_request_waits_for_is_the_reply_while_a_mentor_waits_for_it(scene: Scene) -> None:
    ask = scene.ask_karim()
    ask_back(scene.db, ask, "SAS ou SARL ?", now=scene.now)
    assert why_waiting(scene.db, ask.request, now=scene.now).reason == "reply"
    reply(scene.db, ask.request, ask.id, "SAS", now=scene.now)
    assert why_waiting(scene.db, ask.request, now=scene.now).reason == "answer"
