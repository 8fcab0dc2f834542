"""A mail address is a member's once the code comes back from it; their coming invites move from mailbox to mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.messages.sms_replies import coming_to, say_coming
from flashmeet.core.errors import AddressTaken, NotFound, SameAddress, WrongCode
from flashmeet.core.link_kinds import HOURS
from flashmeet.core.links import Links
from flashmeet.identity.acts import Act
from flashmeet.identity.models import ApiToken, LoginSession, Member
from flashmeet.identity.service.feeds import feed_of, open_feed
from flashmeet.identity.service.logins import logins_of, open_login
from flashmeet.identity.service.tokens import create_token, known_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import ChannelName, Outgoing
from flashmeet.people.models import AddressChange
from flashmeet.people.service.addresses import (
    GIVEN_BACK_WITHIN,
    address_asked,
    address_change,
    ask_address_code,
    confirm_address,
    give_back,
    set_address,
    spend_address_try,
)
from flashmeet.people.service.member_codes import CODE_LASTS, TRIES
from flashmeet.people.service.sign_in import ask_code, redeem_code, spend_try
from flashmeet.privacy.service.retention import keep_periods
from flashmeet.security.models import AuthenticatorApp, Passkey, RecoveryCode
from flashmeet.security.service.factors import Factors, factors_of
from tests import people
from tests.people import NOW
from tests.use_cases import Book

OLD, NEW = "bob@example.org", "bob@new.example"
HOUR = NOW + timedelta(days=9)


@pytest.fixture
def bob(db: Session) -> Member:
    return people.member(db, "Bob", locale="en")


def payload_of(db: Session, kind: str) -> dict[str, Any]:
    query = select(OutboxMessage.payload).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    found: dict[str, Any] = db.scalars(query.limit(1)).one()
    return found


def change(db: Session, member: Member, email: str = NEW, *, secret: str = "") -> None:
    ask_address_code(db, member, email, now=NOW)
    confirm_address(db, member, payload_of(db, "address_code")["code"], secret=secret, now=NOW)


def leaving(db: Session) -> list[Outgoing]:
    """What leaves now; a second round takes what waited behind the first."""
    return begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=50), now=NOW)


def sign_in(db: Session, email: str) -> Member:
    nonce = ask_code(db, email, now=NOW)
    return redeem_code(db, spend_try(db, nonce, now=NOW), payload_of(db, "sign_in_code")["code"], now=NOW)


def calendars(sent: Sequence[Outgoing], links: Links) -> list[tuple[str, str, int, str]]:
    """Address, method, sequence and attendee of each invite that leaves."""
    found = []
    for message in sent:
        mail = compose(message, Renderer(links, "meet@example.org", "Réseau"), at=NOW)
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                ics = part.get_payload(decode=True).decode().replace("\r\n ", "")  # type: ignore[union-attr]
                lines = dict(line.split(":", 1) for line in ics.splitlines())
                attendee = next(value for name, value in lines.items() if name.startswith("ATTENDEE"))
                found.append(
                    (message.address, lines["METHOD"], int(lines["SEQUENCE"]), attendee.removeprefix("mailto:"))
                )
    return sorted(found)


def test_the_old_address_stays_until_the_code_comes_back_from_the_new_one(db: Session, bob: Member) -> None:
    ask_address_code(db, bob, NEW, now=NOW)
    (message,) = leaving(db)
    assert (message.address, message.kind, bob.email) == (NEW, "address_code", OLD)
    confirm_address(db, bob, f" {message.payload['code']} ", secret="", now=NOW)
    assert (bob.email, address_asked(db, bob, now=NOW)) == (NEW, None)
    assert [(each.address, each.kind) for each in leaving(db)] == [(OLD, "address_left")]
    assert sign_in(db, NEW) is bob
    sent = len(leaving(db))
    ask_code(db, OLD, now=NOW)
    assert (sent, leaving(db)) == (1, [])


def test_a_wrong_code_a_late_one_and_a_used_one_change_nothing(db: Session, bob: Member) -> None:
    ask_address_code(db, bob, NEW, now=NOW)
    code = payload_of(db, "address_code")["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed, now in ((wrong, NOW), ("", NOW), (code, NOW + CODE_LASTS)):
        with pytest.raises(WrongCode):
            confirm_address(db, bob, typed, secret="", now=now)
    confirm_address(db, bob, code, secret="", now=NOW)
    with pytest.raises(WrongCode):
        confirm_address(db, bob, code, secret="", now=NOW)


def test_five_tries_and_no_more(db: Session, bob: Member) -> None:
    ask_address_code(db, bob, NEW, now=NOW)
    for _ in range(TRIES):
        spend_address_try(db, bob, now=NOW)
    with pytest.raises(WrongCode):
        spend_address_try(db, bob, now=NOW)


def test_an_address_that_is_taken_gets_the_same_answer_and_its_owner_is_told(db: Session, bob: Member) -> None:
    charlie = people.member(db, "Charlie")
    ask_address_code(db, bob, charlie.email, now=NOW)
    asked = address_asked(db, bob, now=NOW)
    assert asked is not None and asked.email == charlie.email
    assert [(each.address, each.kind) for each in leaving(db)] == [(charlie.email, "address_wanted")]
    for code in ("000000", ""):
        with pytest.raises(WrongCode):
            confirm_address(db, bob, code, secret="", now=NOW)
    with pytest.raises(SameAddress):
        ask_address_code(db, bob, OLD, now=NOW)


def test_an_address_taken_meanwhile_is_refused_by_the_database(db: Session, bob: Member) -> None:
    ask_address_code(db, bob, NEW, now=NOW)
    people.member(db, "Charlie").email = NEW
    db.flush()
    with pytest.raises(AddressTaken):
        confirm_address(db, bob, payload_of(db, "address_code")["code"], secret="", now=NOW)
    assert bob.email == OLD


def test_whoever_has_not_proved_an_address_keeps_it_from_nobody(db: Session, bob: Member) -> None:
    people.member(db, "Ghost", suspended=True, joining="proof", mentee=False).email = NEW
    ask_address_code(db, bob, NEW, now=NOW)
    assert [(each.address, each.kind) for each in leaving(db)] == [(NEW, "address_code")]
    confirm_address(db, bob, payload_of(db, "address_code")["code"], secret="", now=NOW)
    people.member(db, "Ghost", suspended=True, joining="proof", mentee=False)
    set_address(db, bob, "ghost@example.org", by=None, now=NOW)
    assert db.scalars(select(Member.email)).all() == ["ghost@example.org"]


def test_other_browsers_and_codes_sent_to_the_old_address_end_and_api_tokens_stay(db: Session, bob: Member) -> None:
    here, _ = open_login(db, bob, now=NOW), open_login(db, bob, now=NOW)
    token = create_token(db, bob, read_only=False, now=NOW)
    nonce = ask_code(db, OLD, now=NOW)
    change(db, bob, secret=here)
    assert len(logins_of(db, bob, now=NOW)) == 1
    assert known_token(db, token, now=NOW) is not None
    with pytest.raises(WrongCode):
        spend_try(db, nonce, now=NOW)


def test_the_old_mailbox_takes_the_account_back_within_a_week(db: Session, bob: Member, links: Links) -> None:
    create_token(db, bob, read_only=False, now=NOW)
    change(db, bob, secret=open_login(db, bob, now=NOW))
    payload = payload_of(db, "address_left")
    token = links.address_back(payload["change_id"], payload["change_nonce"]).rpartition("/")[2]
    late = NOW + GIVEN_BACK_WITHIN
    with pytest.raises(NotFound):
        address_change(db, token, links=links, viewer_id=None, now=late)

    give_back(db, address_change(db, token, links=links, viewer_id=None, now=late - timedelta(seconds=1)), now=NOW)
    assert bob.email == OLD
    assert db.scalars(select(LoginSession)).all() == []
    assert [each.revoked_at for each in db.scalars(select(ApiToken))] == [NOW]
    with pytest.raises(NotFound):
        address_change(db, token, links=links, viewer_id=None, now=NOW)


def test_whoever_had_the_account_meanwhile_left_no_way_in_when_it_is_taken_back(
    db: Session, bob: Member, links: Links
) -> None:
    change(db, bob)
    open_feed(db, bob, now=NOW)
    later = NOW + timedelta(hours=1)
    bob.factor_at = later
    db.add(AuthenticatorApp(member_id=bob.id, secret="theirs", last_step=0, created_at=later))
    db.add(RecoveryCode(member_id=bob.id, code_hash="theirs"))
    mailed = links.given(bob.link_generation).hours_token(bob.id, "2026-12")
    give_back(db, db.scalars(select(AddressChange)).one(), now=later)
    assert factors_of(db, bob.id) == Factors(None, [], 0)
    assert (db.get_one(Member, bob.id).factor_at, feed_of(db, bob)) == (None, None)
    assert not links.given(bob.link_generation).opens(HOURS, mailed, "2026-12")


def test_a_second_step_from_before_the_change_stays_when_the_account_is_taken_back(db: Session, bob: Member) -> None:
    bob.factor_at = NOW
    db.add(AuthenticatorApp(member_id=bob.id, secret="mine", last_step=0, created_at=NOW - timedelta(days=1)))
    db.add(RecoveryCode(member_id=bob.id, code_hash="mine"))
    change(db, bob)
    db.add(Passkey(member_id=bob.id, name="theirs", credential_id="x", public_key="x", sign_count=0, created_at=NOW))
    give_back(db, db.scalars(select(AddressChange)).one(), now=NOW)
    left = factors_of(db, bob.id)
    assert (bob.factor_at, left.app is not None, left.passkeys, left.codes_left) == (NOW, True, [], 1)


def test_every_change_of_an_address_is_in_the_record_whoever_made_it(db: Session, bob: Member) -> None:
    odile = people.member(db, "Odile", administrator=True)
    change(db, bob)
    give_back(db, db.scalars(select(AddressChange)).one(), now=NOW)
    set_address(db, bob, NEW, by=odile.id, now=NOW)
    set_address(db, bob, NEW, by=odile.id, now=NOW)
    lines = db.scalars(select(AuditEntry).where(AuditEntry.act == Act.ADDRESS_CHANGED).order_by(AuditEntry.id))
    assert [(each.by_id, each.to_id) for each in lines] == [(bob.id, bob.id), (bob.id, bob.id), (odile.id, bob.id)]


def test_a_former_address_is_forgotten_once_it_cannot_be_given_back(db: Session, bob: Member) -> None:
    change(db, bob)
    keep_periods(db, now=NOW + GIVEN_BACK_WITHIN - timedelta(seconds=1))
    assert db.scalars(select(AddressChange.before)).all() == [OLD]
    keep_periods(db, now=NOW + GIVEN_BACK_WITHIN)
    assert db.scalars(select(AddressChange.before)).all() == []


def test_who_lost_the_old_address_gets_another_by_an_administrator_and_both_mailboxes_are_told(
    db: Session, bob: Member
) -> None:
    open_login(db, bob, now=NOW)
    set_address(db, bob, NEW, by=None, now=NOW)
    assert sorted((each.address, each.kind) for each in leaving(db)) == [(OLD, "address_left"), (NEW, "address_new")]
    assert (logins_of(db, bob, now=NOW), payload_of(db, "address_left")["change_id"]) == ([], 0)


def test_coming_invites_are_cancelled_in_the_old_mailbox_and_sent_to_the_new_one(
    db: Session, bob: Member, book: Book, links: Links
) -> None:
    alice = people.mentor(db, "Alice")
    booking = book(bob, alice, HOUR)
    assert calendars(leaving(db), links) == [
        (alice.email, "REQUEST", 0, alice.email),
        (OLD, "REQUEST", 0, OLD),
    ]
    db.query(OutboxMessage).where(OutboxMessage.kind == "invite").update({"state": "sent"})
    uid = booking.uid
    change(db, bob)
    assert calendars(leaving(db), links) == [
        (alice.email, "REQUEST", 2, alice.email),
        (OLD, "CANCEL", 1, OLD),
        (NEW, "REQUEST", 2, NEW),
    ]
    assert (booking.uid, booking.sequence, booking.starts_at) == (uid, 2, HOUR)
    waiting = select(OutboxMessage.version).where(OutboxMessage.kind.startswith("reminder"))
    assert set(db.scalars(waiting)) == {booking.agreed_sequence}


def test_links_in_the_old_mailbox_end_and_a_yes_to_the_hour_stands(
    db: Session, bob: Member, book: Book, links: Links
) -> None:
    booking = book(bob, people.mentor(db, "Alice"), HOUR)
    nonce = booking.seat_of(bob.id).nonce
    say_coming(db, booking, bob, now=NOW)
    change(db, bob)
    assert booking.seat_of(bob.id).nonce != nonce
    assert list(coming_to(db, booking)) == [bob.id]


def test_an_hour_that_is_over_sends_no_invite(db: Session, bob: Member, book: Book) -> None:
    booking = book(bob, people.mentor(db, "Alice"), HOUR)
    set_address(db, bob, NEW, by=None, now=HOUR)
    assert db.get_one(Booking, booking.id).sequence == 0
