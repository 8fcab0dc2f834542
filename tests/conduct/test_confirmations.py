"""Who missed two hours confirms each coming one: asked 24 hours before, free again 12 hours before (F13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.replies import confirmation_of
from flashmeet.bookings.rules.outcomes import AbsenceState
from flashmeet.bookings.service.booking_details import say_place
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.messages.sms_replies import say_coming
from flashmeet.bookings.service.move import move_booking
from flashmeet.bookings.service.reliability import promises_of
from flashmeet.conduct.service.confirmations import answer, asked_seat
from flashmeet.conduct.service.decisions import Decided, decide
from flashmeet.conduct.service.no_shows import contest, say_absent
from flashmeet.core.errors import ConfirmationOver, NotFound
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.conduct.conftest import Scene

SECOND = timedelta(seconds=1)


@pytest.fixture
def coming(scene: Scene) -> Booking:
    """Bob's hour on the 20th at 9; two of his stand."""
    booking = scene.book(scene.at(20))
    for day in (5, 6):
        scene.missed(day)
    scene.work(scene.at(12))
    return booking


def asked(scene: Scene) -> list[str]:
    return scene.mails(scene.bob, "confirm_hour")


def test_the_question_comes_24_hours_before_and_once(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19) - SECOND)
    assert asked(scene) == []
    for _ in range(2):
        scene.work(scene.at(19))
    assert asked(scene) == ["confirm_hour"]
    assert scene.payload(scene.bob, "confirm_hour")["until"] == scene.at(19, 21).isoformat()


def test_who_need_not_confirm_keeps_nobody_from_being_asked(
    scene: Scene, coming: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.conduct.service.confirmations.AT_ONCE", 1)
    scene.now = scene.at(19, 9, 30)
    scene.book(scene.at(20, 8), whom=scene.dora)  # within the day: nothing to confirm
    scene.work()
    assert scene.payload(scene.bob, "confirm_hour")["booking_id"] == coming.id


def test_unanswered_12_hours_before_the_hour_is_free_and_both_calendars_are_told(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    scene.work(scene.at(19, 21) - SECOND)
    assert coming.status == BookingStatus.CONFIRMED
    scene.work(scene.at(19, 21))
    assert (coming.status, coming.cancelled_by_id, coming.sequence) == (BookingStatus.CANCELLED, None, 1)
    for who in (scene.alice, scene.bob):
        assert scene.payload(who, "invite")["action"] == "cancelled"
    query = SlotQuery(tzid="UTC", mentor_id=scene.alice.id, start=scene.at(20), end=scene.at(20) + SECOND)
    assert len(find_slots(scene.db, query, now=scene.now).slots) == 1
    assert scene.mails(scene.bob, "hour_released") == ["hour_released"]
    assert scene.mails(scene.alice, "hour_released", "confirm_hour") == []
    before = scene.effects()
    scene.work(scene.at(20))
    assert scene.effects() == before


def test_it_counts_as_nothing(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    scene.work(scene.at(19, 21))
    assert scene.bob.id not in promises_of(scene.db, [scene.bob.id], now=scene.now)


def test_who_says_that_they_come_keeps_the_hour(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    for _ in range(2):
        answer(scene.db, coming, comes=True, now=scene.at(19, 21) - SECOND)
    scene.work(scene.at(20) - SECOND)
    assert coming.status == BookingStatus.CONFIRMED


def test_who_cannot_come_frees_the_hour_at_once_and_nothing_counts(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    answer(scene.db, coming, comes=False, now=scene.at(19, 12))
    assert (coming.status, coming.cancelled_by_id) == (BookingStatus.CANCELLED, None)
    scene.work(scene.at(19, 21))
    assert scene.mails(scene.bob, "hour_released") == []
    assert scene.bob.id not in promises_of(scene.db, [scene.bob.id], now=scene.now)


def test_an_answer_at_the_very_end_is_too_late(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    with pytest.raises(ConfirmationOver):
        answer(scene.db, coming, comes=True, now=scene.at(19, 21))


def test_the_link_speaks_for_the_mentee_alone_and_only_once_they_are_asked(scene: Scene, coming: Booking) -> None:
    bob, alice = coming.seat_of(scene.bob.id), coming.seat_of(scene.alice.id)
    token = scene.links.confirm_token(bob.id, bob.nonce)
    with pytest.raises(NotFound):
        asked_seat(scene.db, token, links=scene.links, viewer_id=None)
    scene.work(scene.at(19))
    assert asked_seat(scene.db, token, links=scene.links, viewer_id=None).id == bob.id
    for bad, who in ((token, scene.alice.id), (scene.links.confirm_token(alice.id, alice.nonce), None)):
        with pytest.raises(NotFound):
            asked_seat(scene.db, bad, links=scene.links, viewer_id=who)


def test_once_moved_it_is_asked_about_anew_and_the_old_question_frees_nothing(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    move_booking(scene.db, scene.alice, coming.id, starts_at=scene.at(21), now=scene.at(19, 12))
    scene.work(scene.at(19, 21))
    assert (coming.status, confirmation_of(scene.db, coming)) == (BookingStatus.CONFIRMED, None)
    scene.work(scene.at(20))
    assert confirmation_of(scene.db, coming) is not None


def test_a_change_of_place_leaves_the_question_standing(scene: Scene, coming: Booking) -> None:
    coming.mode = Mode.ON_SITE
    scene.work(scene.at(19))
    say_place(scene.db, scene.alice, coming.id, "Bibliothèque", now=scene.at(19))
    leased = lease_due(scene.db, ChannelName.MAIL, now=scene.at(19), limit=50)
    leaving = [each.kind for each in begin_sending(scene.db, leased, now=scene.at(19))]
    assert leaving.count("confirm_hour") == 1


def test_who_says_by_sms_that_they_come_has_confirmed(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    say_coming(scene.db, coming, scene.bob, now=scene.at(19, 12))
    scene.work(scene.at(20) - SECOND)
    assert coming.status == BookingStatus.CONFIRMED


def test_the_mentors_word_that_they_come_confirms_nothing_for_the_mentee(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    say_coming(scene.db, coming, scene.alice, now=scene.at(19, 12))
    scene.work(scene.at(20) - SECOND)
    assert coming.status == BookingStatus.CANCELLED


def test_of_a_cancelled_hour_nothing_more_is_said(scene: Scene, coming: Booking) -> None:
    scene.work(scene.at(19))
    cancel_booking(scene.db, scene.alice, coming.id, reason="", now=scene.at(19, 12))
    before = scene.effects()
    scene.work(scene.at(19, 21))
    assert scene.effects() == before


def test_one_missed_hour_asks_nothing(scene: Scene) -> None:
    scene.book(scene.at(20))
    scene.missed(5)
    scene.work(scene.at(12))
    scene.work(scene.at(19))
    assert asked(scene) == []


def test_what_was_dropped_meanwhile_frees_no_hour(scene: Scene) -> None:
    """Of two that stand, one is decided otherwise between the question and its end."""
    booking = scene.book(scene.at(20))
    first, second = scene.missed(5), scene.missed(6)
    contest(scene.db, second, "J’y étais", now=scene.now)
    scene.work(scene.at(12))
    assert first.state == "standing"
    (case,) = scene.cases("no_show")
    decide(scene.db, scene.odile, case.id, Decided(decision="standing"), now=scene.at(12))
    scene.work(scene.at(19))
    assert asked(scene) == ["confirm_hour"]
    second.state = AbsenceState.DROPPED
    scene.db.flush()
    scene.work(scene.at(19, 21))
    assert booking.status == BookingStatus.CONFIRMED


def test_only_the_part_in_which_hours_were_missed_counts(scene: Scene) -> None:
    """Dora, who mentors, missed two of her own hours: nothing is asked of her as a mentee."""
    for day in (5, 6):
        booking = scene.book(scene.at(day), whom=scene.dora)
        say_absent(scene.db, booking, scene.bob, now=scene.at(day, 9, 10))
    scene.dora.mentee = True
    scene.book(scene.at(20), who=scene.dora)
    scene.work(scene.at(12))
    scene.work(scene.at(19))
    assert scene.mails(scene.dora, "confirm_hour") == []
