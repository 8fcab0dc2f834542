"""A challenge is answered for the purpose it was opened for, by its member, once, in ten minutes and five tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.config import Config
from flashmeet.core.errors import WrongFactor
from flashmeet.core.vault import Vault, vault_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.security.rules.factors import CHALLENGE_LASTS, TRIES, Purpose, is_app_code
from flashmeet.security.rules.messages import PROOF_CODE
from flashmeet.security.service.challenges import close_challenge, open_challenge, open_one, spend_try
from flashmeet.security.service.factors import add_app, begin_app, secret_being_added
from flashmeet.security.service.proofs import check_mailed, mail_proof_code
from tests import people
from tests.people import NOW


@pytest.fixture
def bob(db: Session) -> Member:
    return people.member(db, "Bob")


@pytest.fixture
def vault(config: Config) -> Vault:
    return vault_of(config)


def is_open(db: Session, nonce: str, purpose: Purpose, *, now: datetime = NOW) -> bool:
    """Whether the page shows that an answer is awaited; an answer is taken then, and only then."""
    shown = open_one(db, nonce, purpose, now=now) is not None
    if not shown:
        with pytest.raises(WrongFactor):
            spend_try(db, nonce, purpose, now=now)
    return shown


@pytest.mark.parametrize("purpose", Purpose)
def test_a_challenge_counts_for_the_purpose_it_was_opened_for_alone(db: Session, bob: Member, purpose: Purpose) -> None:
    nonce = open_challenge(db, bob.id, purpose, now=NOW)
    assert [each for each in Purpose if is_open(db, nonce, each)] == [purpose]


def test_the_fifth_try_counts_and_the_sixth_does_not(db: Session, bob: Member) -> None:
    nonce = open_challenge(db, bob.id, Purpose.SIGN_IN, now=NOW)
    for _ in range(TRIES):
        assert is_open(db, nonce, Purpose.SIGN_IN)
        spend_try(db, nonce, Purpose.SIGN_IN, now=NOW)
    assert not is_open(db, nonce, Purpose.SIGN_IN)


def test_an_answered_challenge_and_one_of_ten_minutes_ago_are_over(db: Session, bob: Member) -> None:
    answered, late = (open_challenge(db, bob.id, Purpose.SIGN_IN, now=NOW) for _ in range(2))
    close_challenge(db, spend_try(db, answered, Purpose.SIGN_IN, now=NOW), now=NOW)
    assert not is_open(db, answered, Purpose.SIGN_IN)
    assert not is_open(db, late, Purpose.SIGN_IN, now=NOW + CHALLENGE_LASTS)


Answer = Callable[[Session, Member, Member, Vault], object]


def _adds_the_app(db: Session, asked: Member, answers: Member, vault: Vault) -> None:
    nonce = begin_app(db, asked.id, vault=vault, now=NOW)
    secret = secret_being_added(db, nonce, asked.id, vault=vault, now=NOW)
    assert secret is not None
    challenge = spend_try(db, nonce, Purpose.APP, now=NOW)
    add_app(db, answers, challenge, pyotp.TOTP(secret).at(NOW), vault=vault, now=NOW)


def _types_the_mailed_code(db: Session, asked: Member, answers: Member, _vault: Vault) -> None:
    nonce = mail_proof_code(db, asked, now=NOW)
    code = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == PROOF_CODE)).one().payload["code"]
    check_mailed(db, answers, spend_try(db, nonce, Purpose.PROOF, now=NOW), code, now=NOW)


@pytest.mark.parametrize("answer", [_adds_the_app, _types_the_mailed_code])
def test_only_whom_it_was_put_to_can_answer_a_challenge(db: Session, bob: Member, vault: Vault, answer: Answer) -> None:
    charlie = people.member(db, "Charlie")
    with pytest.raises(WrongFactor):
        answer(db, bob, charlie, vault)
    assert charlie.factor_at is None


def test_the_secret_of_an_app_is_shown_to_who_adds_it_alone(db: Session, bob: Member, vault: Vault) -> None:
    nonce, charlie = begin_app(db, bob.id, vault=vault, now=NOW), people.member(db, "Charlie")
    assert secret_being_added(db, nonce, bob.id, vault=vault, now=NOW)
    assert secret_being_added(db, nonce, charlie.id, vault=vault, now=NOW) is None


def test_a_mailed_code_leaves_only_while_it_can_be_typed(db: Session, bob: Member) -> None:
    mail_proof_code(db, bob, now=NOW)
    assert db.scalars(select(OutboxMessage.not_after)).one() == NOW + CHALLENGE_LASTS


@pytest.mark.parametrize(
    ("typed", "of_an_app"),
    [
        ("123456", True),
        ("123 456", True),
        ("12345", False),
        ("1234567", False),
        ("ab23-cd45-ef67-ghjk", False),
    ],
)
def test_a_recovery_code_that_has_six_digits_is_not_taken_for_the_code_of_an_app(
    typed: str, *, of_an_app: bool
) -> None:
    assert is_app_code(typed) is of_an_app
