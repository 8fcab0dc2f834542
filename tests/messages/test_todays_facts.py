"""No payload sends a copy of what can change: people, places and themes are read when a message leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import REMINDERS, BookingPayload
from flashmeet.listeners import MESSAGES
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import KINDS, Message, MessageKind
from flashmeet.programme.rules.to_do import Thing, ToDoKey
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.themes.service import create_theme
from tests.people import NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

FORMER = "Former"
WORDS = {
    "need",
    "good_hour",
    "reason",
    "note",
    "goals",
    "text",
    "value",
    "changes",
    "titles",
    "programme",
    "label",
    "vendor",
    "question",
}
"""What somebody typed, or what a calendar is called there: it is told as it was said."""
MOMENTS = {
    *("stamped_at", "starts_at", "ends_at", "previous_starts_at", "answer_due_at", "proposed_at", "due_at", "until"),
    *("soonest", "in_force_at", "hides_at", "ends_on", "series_ends_on", "month", "times", "first", "breaks", "at"),
}
"""What the message is about: what was agreed, asked or proposed then."""
MARKS = {
    *("uid", "slug", "code", "to", "provider", "key", "answer", "about", "fault", "action", "role", "nonce"),
    *("seat_nonce", "ask_nonce", "offer_nonce", "still_nonce", "series_nonce", "absence_nonce", "question_nonce"),
    "change_nonce",
    "page",
    "factor",
    "opening",
    "kind",
    "why",
}
"""What finds or names something and is shown to nobody, and where a message goes."""


def payload_types() -> dict[str, type]:
    """The payload of each kind, as the module that declares the kind says."""
    found: dict[str, type] = {}
    for module in MESSAGES:
        for name, hint in get_type_hints(module).items():
            kind = getattr(module, name, None)
            if get_origin(hint) is MessageKind and isinstance(kind, MessageKind):
                found[str(kind)] = get_args(hint)[0]
    return found


TYPES = {**dict.fromkeys(map(str, REMINDERS), BookingPayload), **payload_types()}


def filled(hint: Any, ids: dict[str, int], field: str = "") -> Any:
    """A value of that type, in which each text is a former one."""
    if is_typeddict(hint):
        return {name: filled(each, ids, name) for name, each in get_type_hints(hint).items()}
    if get_origin(hint) is list:
        return [filled(get_args(hint)[0], ids, field)]
    if get_origin(hint) is dict:
        return {"fr": FORMER}
    if get_origin(hint) is not None or hint is type(None):
        return filled(next(each for each in get_args(hint) if each is not type(None)), ids, field)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str(next(iter(hint)))
    return {bool: False, int: ids.get(field, 1)}.get(hint, FORMER)


def copies(value: Any, field: str = "") -> Iterator[str]:
    """The fields in which a former text is left."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from copies(each, field if name == "fr" else name)
    elif isinstance(value, list):
        for each in value:
            yield from copies(each, field)
    elif value == FORMER:
        yield field


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    made = book(member(db, "Camille"), mentor(db), NOW + timedelta(hours=4))
    made.mode, made.place = Mode.ON_SITE, "Bibliothèque"
    return made


def row_of(db: Session, booking: Booking, kind: str, ids: dict[str, int]) -> OutboxMessage:
    """A row of that kind, to the mentee, as if everything had changed since it was written."""
    payload = filled(TYPES[kind], ids)
    if "slug" in payload:
        payload["slug"] = booking.theme.slug
    if "led" in payload:
        payload["led"] = [{"theme": {"fr": FORMER}, "slug": booking.theme.slug}]
    if "things" in payload:
        payload["things"] = [Thing(ToDoKey.THEME, 3, "/", {"fr": FORMER}, slug=booking.theme.slug).told()]
    assert list(copies(payload)) or not any(hint is str for hint in get_type_hints(TYPES[kind]).values())
    send(
        db,
        subject="test",
        version=booking.agreed_sequence,
        recipient_id=booking.mentee_id,
        channel=ChannelName.MAIL,
        message=Message(KINDS[kind], payload),
        now=NOW,
    )
    return db.query(OutboxMessage).filter_by(subject="test", kind=kind).one()


def test_every_kind_says_what_its_payload_holds() -> None:
    assert set(TYPES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_payload_sends_a_copy_of_what_can_change(db: Session, booking: Booking, kind: str) -> None:
    ids = {
        "booking_id": booking.id,
        "sequence": booking.sequence,
        "seat_id": booking.seat_of(booking.mentee_id).id,
        "member_id": booking.mentee_id,
        **dict.fromkeys(("other_id", "by_id", "owner_id", "id", "mentor_id"), booking.mentor_id),
    }
    row = row_of(db, booking, kind, ids)
    tell_todays_facts(db, [row])
    assert set(copies(row.payload)) - WORDS - MOMENTS - MARKS == set()


def test_a_theme_that_was_merged_is_told_by_the_name_of_the_one_it_leads_to(db: Session, booking: Booking) -> None:
    target = create_theme(db, names={"fr": "Juridique"})
    row = row_of(db, booking, "theme_open", {})
    booking.theme.merged_into_id = target.id
    db.flush()
    tell_todays_facts(db, [row])
    assert row.payload["theme"] == {"fr": "Juridique"}
