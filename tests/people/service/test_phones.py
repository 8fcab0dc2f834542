"""A number is a member's once the code comes back from it; who says STOP is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NumberBlocked, SmsOff, WrongCode
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.identity.queries import blocked_reason
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.outbox.settle import forget_secrets, settle
from flashmeet.messages.outbox.unreachable import block_number, unblock_number
from flashmeet.messages.rules.channels import ChannelName, Outgoing, Refused, Sent
from flashmeet.people.service.member_codes import CODE_LASTS, TRIES
from flashmeet.people.service.phones import ask_phone_code, code_asked, code_may_arrive, confirm_phone, spend_phone_try
from tests.people import NOW, member

NEW, OLD = "+33612345678", "+33698765432"


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob", phone=OLD, phone_verified_at=NOW, sms_opt_in=False)


def code_of(db: Session) -> str:
    query = select(OutboxMessage.payload).where(OutboxMessage.kind == "phone_code").order_by(OutboxMessage.id.desc())
    return str(db.scalars(query.limit(1)).one()["code"])


def leaving(db: Session) -> list[Outgoing]:
    return begin_sending(db, lease_due(db, ChannelName.SMS, now=NOW, limit=10), now=NOW)


@pytest.mark.parametrize("missing", ["", "phone", "phone_verified_at", "sms_opt_in"])
def test_sms_go_to_a_proved_number_whose_member_wants_them_and_to_no_other(db: Session, missing: str) -> None:
    facts: dict[str, Any] = {"phone": OLD, "phone_verified_at": NOW, "sms_opt_in": True}
    without = {name: value for name, value in facts.items() if name != missing}
    assert member(db, "Charlie", **without).takes_sms is (missing == "")


def test_the_old_number_stays_until_the_code_comes_back_from_the_new_one(db: Session, bob: Member) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    (message,) = leaving(db)
    assert (message.address, message.kind) == (NEW, "phone_code")
    assert (bob.phone, bob.phone_verified_at) == (OLD, NOW)

    later = NOW + timedelta(minutes=9)
    confirm_phone(db, bob, f" {code_of(db)[:3]} {code_of(db)[3:]} ", now=later)
    assert (bob.phone, bob.phone_verified_at, bob.takes_sms) == (NEW, later, True)
    assert code_asked(db, bob, now=later) is None


def test_a_wrong_code_a_late_one_and_a_used_one_change_nothing(db: Session, bob: Member) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    code = code_of(db)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed, now in ((wrong, NOW), ("", NOW), (code, NOW + CODE_LASTS)):
        with pytest.raises(WrongCode):
            confirm_phone(db, bob, typed, now=now)
    confirm_phone(db, bob, code, now=NOW)
    with pytest.raises(WrongCode):
        confirm_phone(db, bob, code, now=NOW)


def test_five_tries_and_no_more(db: Session, bob: Member) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    for _ in range(TRIES):
        spend_phone_try(db, bob, now=NOW)
    with pytest.raises(WrongCode):
        spend_phone_try(db, bob, now=NOW)
    assert code_asked(db, bob, now=NOW) is None


def test_asking_again_makes_the_first_code_worthless_and_sends_one(db: Session, bob: Member) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    first = code_of(db)
    ask_phone_code(db, bob, NEW, now=NOW)
    assert [each.payload["code"] for each in leaving(db)] == [code_of(db)]
    if first != code_of(db):
        with pytest.raises(WrongCode):
            confirm_phone(db, bob, first, now=NOW)


@pytest.mark.parametrize(("outcome", "arrives"), [(Sent("SM1"), True), (Refused("bad_number"), False)])
def test_the_page_can_tell_what_became_of_the_code_and_the_code_is_not_kept(
    db: Session, bob: Member, outcome: Any, arrives: bool
) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    (leased,) = lease_due(db, ChannelName.SMS, now=NOW, limit=1)
    begin_sending(db, [leased], now=NOW)
    settle(db, [(leased, outcome)], now=NOW)
    asked = code_asked(db, bob, now=NOW)
    assert asked is not None and code_may_arrive(db, asked) is arrives
    forget_secrets(db, now=NOW)
    assert db.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == "phone_code")).one() == {}


def test_a_code_that_is_forgotten_is_not_written_again(db: Session, bob: Member) -> None:
    ask_phone_code(db, bob, NEW, now=NOW)
    (leased,) = lease_due(db, ChannelName.SMS, now=NOW, limit=1)
    begin_sending(db, [leased], now=NOW)
    settle(db, [(leased, Sent("SM1"))], now=NOW)
    assert [forget_secrets(db, now=NOW) for _ in range(2)] == [1, 0]


def test_a_number_that_said_stop_gets_no_code(db: Session, bob: Member) -> None:
    block_number(db, NEW, BlockReason.OPTED_OUT, now=NOW)
    with pytest.raises(NumberBlocked) as refused:
        ask_phone_code(db, bob, NEW, now=NOW)
    assert refused.value.facts == {"reason": "opted_out"}
    assert leaving(db) == []


def test_a_number_that_failed_is_healed_by_a_code_that_arrives(db: Session, bob: Member) -> None:
    block_number(db, NEW, BlockReason.BAD_NUMBER, now=NOW)
    ask_phone_code(db, bob, NEW, now=NOW)
    (message,) = leaving(db)
    assert db.get(BlockedNumber, NEW) is not None
    confirm_phone(db, bob, message.payload["code"], now=NOW)
    assert (bob.phone, blocked_reason(db, bob)) == (NEW, None)


def test_a_refusal_at_the_provider_is_remembered_by_number(db: Session, bob: Member) -> None:
    for number, reason in (("+33611111111", "bad_number"), ("+33622222222", "opted_out")):
        ask_phone_code(db, bob, number, now=NOW)
        (leased,) = lease_due(db, ChannelName.SMS, now=NOW, limit=1)
        begin_sending(db, [leased], now=NOW)
        settle(db, [(leased, Refused(reason))], now=NOW)
        assert db.get_one(BlockedNumber, number).reason == reason
    assert blocked_reason(db, bob) is None


@pytest.mark.parametrize("reason", BlockReason)
def test_start_heals_a_number_whatever_blocked_it(db: Session, bob: Member, reason: BlockReason) -> None:
    block_number(db, NEW, reason, now=NOW)
    unblock_number(db, NEW)
    assert db.get(BlockedNumber, NEW) is None


def test_a_stop_outweighs_every_other_reason(db: Session) -> None:
    for reason in (BlockReason.BAD_NUMBER, BlockReason.OPTED_OUT, BlockReason.BAD_NUMBER):
        block_number(db, NEW, reason, now=NOW)
    assert db.get_one(BlockedNumber, NEW).reason == "opted_out"


def test_while_sms_are_switched_off_nobody_gets_a_code(db: Session, bob: Member) -> None:
    decide(db, "sms_on", value=False)
    with pytest.raises(SmsOff):
        ask_phone_code(db, bob, NEW, now=NOW)
