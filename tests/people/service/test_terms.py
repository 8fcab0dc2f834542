"""Terms bind from their first second, and only there: acceptance F1."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import NotFound, NotOffered, PastDay, TermsInForce, TermsRequired
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import accept_terms, acceptances_of, withdraw_terms
from flashmeet.rooms.service.room import open_door
from flashmeet.schedule.models import Opening
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.schedule.service.terms_grace import hide_after_grace
from tests.people import EVERY_DAY, FREE, NOW, member, mentor
from tests.terms import COMMITMENTS, DRAFT_TEXTS, announced
from tests.use_cases import Book

MIDNIGHT = datetime(2026, 12, 1, 23, tzinfo=UTC)
"""2 December, 00:00 in Paris."""
JUST_BEFORE = MIDNIGHT - timedelta(seconds=1)
HOUR = datetime(2026, 12, 9, 10, tzinfo=UTC)


def test_a_fresh_installation_asks_for_nothing(db: Session, book: Book) -> None:
    assert book(member(db, "Bob"), mentor(db), HOUR).status == BookingStatus.CONFIRMED


def test_booking_needs_acceptance_from_the_first_second_on(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    book(bob, alice, HOUR, now=JUST_BEFORE)
    with pytest.raises(TermsRequired) as refusal:
        book(bob, alice, HOUR + timedelta(hours=1), now=MIDNIGHT)
    assert refusal.value.facts == {"version": 1}
    accept_terms(db, bob, 1, locale="fr", now=MIDNIGHT)
    assert book(bob, alice, HOUR + timedelta(hours=1), now=MIDNIGHT).status == BookingStatus.CONFIRMED


def test_what_is_announced_may_be_accepted_before_it_binds(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, bob, 1, locale="fr", now=NOW)
    assert book(bob, alice, HOUR, now=MIDNIGHT).status == BookingStatus.CONFIRMED


def test_a_new_version_asks_again(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    announced(db, in_force_at=NOW)
    accept_terms(db, bob, 1, locale="fr", now=NOW)
    announced(db, in_force_at=MIDNIGHT)
    book(bob, alice, HOUR, now=JUST_BEFORE)
    with pytest.raises(TermsRequired):
        book(bob, alice, HOUR + timedelta(hours=1), now=MIDNIGHT)


def test_moving_publishing_and_answering_need_it_too(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=replace(FREE, confirm=Confirm.ASK)), member(db, "Bob")
    booking = book(bob, alice, HOUR)
    announced(db, in_force_at=MIDNIGHT)
    with pytest.raises(TermsRequired):
        answer_booking(db, alice, booking.id, accept=True, now=MIDNIGHT)
    with pytest.raises(TermsRequired):
        move_booking(db, bob, booking.id, starts_at=HOUR + timedelta(hours=1), now=MIDNIGHT)
    with pytest.raises(TermsRequired):
        save_availability(db, alice, tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=FREE, now=MIDNIGHT)


def test_agreed_sessions_stand_and_cancelling_and_attending_stay_possible(
    db: Session, book: Book, links: Links
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    first, second = book(bob, alice, HOUR), book(bob, alice, HOUR + timedelta(hours=2))
    announced(db, in_force_at=MIDNIGHT)
    seat = first.seat_of(bob.id)
    assert open_door(db, _token(links, seat.id, seat.nonce), viewer_id=bob.id, links=links, now=HOUR).state == "open"
    assert cancel_booking(db, bob, second.id, reason="", now=MIDNIGHT).status == BookingStatus.CANCELLED


def _token(links: Links, seat_id: int, nonce: str) -> str:
    return links.join(seat_id, nonce).rsplit("/", 1)[-1]


def test_open_hours_stay_for_the_grace_and_are_then_hidden_until_accepted(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, bob, 1, locale="en", now=MIDNIGHT)
    last, over = MIDNIGHT + timedelta(days=14, seconds=-1), MIDNIGHT + timedelta(days=14)
    far = datetime(2026, 12, 20, 10, tzinfo=UTC)
    assert hide_after_grace(db, now=last) == 0
    assert book(bob, alice, far, now=last).status == BookingStatus.CONFIRMED
    with pytest.raises(NotOffered):  # even before the worker has come round
        book(bob, alice, far + timedelta(hours=2), now=over)
    assert hide_after_grace(db, now=over) == 1
    assert listed(db, alice, over) == 0
    assert hide_after_grace(db, now=over) == 0
    accept_terms(db, alice, 1, locale="fr", now=over)
    assert listed(db, alice, over) > 0
    assert book(bob, alice, far + timedelta(hours=2), now=over).status == BookingStatus.CONFIRMED


def listed(db: Session, alice: Member, now: datetime) -> int:
    db.flush()
    query = SlotQuery(tzid="UTC", mentor_id=alice.id, start=now, end=now + timedelta(days=30), minutes=60)
    found = find_slots(db, query, now=now).slots
    ahead = (Opening.mentor_id == alice.id) & (Opening.starts_at >= now)
    rows = db.scalar(select(func.count()).select_from(Opening).where(ahead)) or 0
    assert bool(found) == bool(rows)
    return rows


def test_the_proof_names_member_version_text_time_and_language(db: Session) -> None:
    bob = member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    proof = accept_terms(db, bob, 1, locale="en", now=NOW)
    shown = "We help each other.\n[x] I am 18 or older.\n[x] I come."
    assert (proof.member_id, proof.version, proof.locale, proof.accepted_at) == (bob.id, 1, "en", NOW)
    assert proof.sha256 == hashlib.sha256(shown.encode()).hexdigest()
    assert (DRAFT_TEXTS["en"], COMMITMENTS[1]["en"]) == ("We help each other.", "I come.")


def test_accepting_twice_keeps_the_first_proof(db: Session) -> None:
    bob = member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, bob, 1, locale="en", now=NOW)
    again = accept_terms(db, bob, 1, locale="fr", now=MIDNIGHT)
    assert (again.locale, again.accepted_at) == ("en", NOW)
    assert len(acceptances_of(db, bob.id)) == 1


def test_only_what_binds_or_will_bind_can_be_accepted(db: Session) -> None:
    bob = member(db, "Bob")
    announced(db, in_force_at=NOW)
    announced(db, in_force_at=MIDNIGHT)
    for version, now in ((1, MIDNIGHT), (3, NOW)):
        with pytest.raises(NotFound):
            accept_terms(db, bob, version, locale="fr", now=now)
    assert accept_terms(db, bob, 1, locale="fr", now=JUST_BEFORE).version == 1


def test_no_version_begins_in_the_past(db: Session) -> None:
    with pytest.raises(PastDay):
        announced(db, in_force_at=NOW - timedelta(minutes=2))


def test_a_wrong_year_is_put_right_by_the_next_version(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    far = announced(db, in_force_at=MIDNIGHT + timedelta(days=3650))
    accept_terms(db, bob, far.version, locale="fr", now=NOW)
    right = announced(db, in_force_at=MIDNIGHT)
    assert (far.withdrawn_at, right.version, right.withdrawn_at) == (NOW, 2, None)
    with pytest.raises(TermsRequired) as refusal:
        book(bob, alice, HOUR, now=MIDNIGHT)
    assert refusal.value.facts == {"version": 2}


def test_a_version_that_begins_earlier_stays_beside_a_later_one(db: Session) -> None:
    first, second = announced(db, in_force_at=MIDNIGHT), announced(db, in_force_at=MIDNIGHT + timedelta(days=30))
    assert (first.withdrawn_at, second.withdrawn_at) == (None, None)


def test_what_is_withdrawn_binds_nobody_and_is_no_proof_of_the_version_before(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    announced(db, in_force_at=NOW)
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, bob, 2, locale="fr", now=NOW)
    book(bob, alice, HOUR)
    withdraw_terms(db, 2, now=JUST_BEFORE)
    with pytest.raises(NotFound):
        accept_terms(db, bob, 2, locale="fr", now=MIDNIGHT)
    with pytest.raises(TermsRequired) as refusal:
        book(bob, alice, HOUR + timedelta(hours=1), now=MIDNIGHT)
    assert refusal.value.facts == {"version": 1}


def test_once_in_force_a_version_cannot_be_withdrawn(db: Session) -> None:
    announced(db, in_force_at=MIDNIGHT)
    with pytest.raises(TermsInForce):
        withdraw_terms(db, 1, now=MIDNIGHT)
    withdraw_terms(db, 1, now=JUST_BEFORE)
    with pytest.raises(NotFound):
        withdraw_terms(db, 1, now=JUST_BEFORE)
