"""What counts as a passkey's answer, by an authenticator made of plain cryptography."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.config import Config
from flashmeet.core.errors import WrongFactor
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.security.adapters.passkeys import WebauthnCheck
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.rules.messages import FACTOR_ADDED
from flashmeet.security.rules.passkeys import MOST_PASSKEYS, new_challenge
from flashmeet.security.service.challenges import open_one, spend_try
from flashmeet.security.service.passkeys import add_passkey, begin_passkey, creation_options, use_passkey
from tests import people
from tests.people import NOW

BASE, DOMAIN = "https://meet.example.org", "meet.example.org"


def b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


@dataclass(kw_only=True)
class Authenticator:
    """Makes one passkey; what it says can be bent for a test."""

    origin: str = BASE
    domain: str = DOMAIN
    verifies: bool = True
    count: int = 1
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"0123456789abcdef"

    def makes(self, challenge: str) -> str:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        made = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(0x40) + made}
        client = self._client("webauthn.create", challenge)
        return self._said({"clientDataJSON": b64(client), "attestationObject": b64(cbor2.dumps(attestation))})

    def answers(self, challenge: str) -> str:
        client, data = self._client("webauthn.get", challenge), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said({"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)})

    def _data(self, flags: int) -> bytes:
        flags |= 0x01 | (0x04 if self.verifies else 0)
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _said(self, response: dict[str, str]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})


@pytest.fixture
def check(config: Config) -> WebauthnCheck:
    return WebauthnCheck(replace(config, base_url=BASE))


Added = Callable[[Member, Authenticator], list[str]]


@pytest.fixture
def added(db: Session, check: WebauthnCheck) -> Added:
    """`added(member, authenticator)` adds its passkey; returns recovery codes."""

    def add(member: Member, authenticator: Authenticator) -> list[str]:
        nonce = begin_passkey(db, member.id, now=NOW)
        asked = open_one(db, nonce, Purpose.PASSKEY, now=NOW)
        assert asked is not None
        challenge_id = spend_try(db, nonce, Purpose.PASSKEY, now=NOW)
        return add_passkey(db, member, challenge_id, authenticator.makes(asked.secret), "Phone", check=check, now=NOW)

    return add


@pytest.fixture
def odile(db: Session) -> Member:
    return people.member(db, "Odile", administrator=True)


def test_the_first_passkey_brings_recovery_codes_and_the_second_does_not(
    db: Session, added: Added, odile: Member
) -> None:
    assert len(added(odile, Authenticator())) == 10
    assert added(odile, Authenticator(id=b"another")) == []
    assert odile.factor_at == NOW


def test_a_passkey_answers_the_challenge_that_it_was_asked(
    db: Session, added: Added, check: WebauthnCheck, odile: Member
) -> None:
    device, challenge = Authenticator(), new_challenge()
    added(odile, device)
    device.count += 1
    use_passkey(db, odile, challenge, device.answers(challenge), check=check, now=NOW)
    with pytest.raises(WrongFactor):
        use_passkey(db, odile, new_challenge(), device.answers(challenge), check=check, now=NOW)


def test_a_copied_passkey_proves_nothing_once_the_true_one_has_counted_on(
    db: Session, added: Added, check: WebauthnCheck, odile: Member
) -> None:
    device = Authenticator()
    added(odile, device)
    device.count += 1
    true, copied = new_challenge(), new_challenge()
    use_passkey(db, odile, true, device.answers(true), check=check, now=NOW)
    with pytest.raises(WrongFactor):
        use_passkey(db, odile, copied, device.answers(copied), check=check, now=NOW)


def test_a_new_passkey_is_told_by_mail_with_its_name(db: Session, added: Added, odile: Member) -> None:
    added(odile, Authenticator())
    told = db.scalars(select(OutboxMessage)).one()
    assert (told.kind, told.payload["label"]) == (FACTOR_ADDED, "Phone")


def test_a_member_has_ten_passkeys_and_no_more(added: Added, odile: Member) -> None:
    for number in range(MOST_PASSKEYS):
        added(odile, Authenticator(id=f"passkey {number}".encode()))
    with pytest.raises(WrongFactor):
        added(odile, Authenticator(id=b"one more"))


def test_a_passkey_is_asked_of_whom_it_is_to_belong_to_and_of_nobody_else(
    db: Session, check: WebauthnCheck, odile: Member
) -> None:
    bob, device = people.member(db, "Bob"), Authenticator()
    nonce = begin_passkey(db, odile.id, now=NOW)
    asked = open_one(db, nonce, Purpose.PASSKEY, now=NOW)
    assert asked is not None
    shown = [creation_options(db, nonce, who, check=check, network="Essor", now=NOW) for who in (odile, bob)]
    assert [each is not None for each in shown] == [True, False]
    with pytest.raises(WrongFactor):
        add_passkey(db, bob, asked.id, device.makes(asked.secret), "Phone", check=check, now=NOW)


BENT: dict[str, dict[str, object]] = {
    "another site": {"origin": "https://meet.example.com"},
    "another relying party": {"domain": "example.com"},
    "a person not verified": {"verifies": False},
    "a count that stands still": {"count": 1},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
    "another passkey": {"id": b"unknown"},
}


@pytest.mark.parametrize("bent", BENT)
def test_an_answer_that_is_not_quite_right_proves_nothing(
    db: Session, added: Added, check: WebauthnCheck, odile: Member, bent: str
) -> None:
    device, challenge = Authenticator(), new_challenge()
    added(odile, device)
    device.count += 1
    for name, value in BENT[bent].items():
        setattr(device, name, value)
    with pytest.raises(WrongFactor):
        use_passkey(db, odile, challenge, device.answers(challenge), check=check, now=NOW)


def test_a_members_device_need_not_verify_them(db: Session, added: Added, check: WebauthnCheck) -> None:
    bob, challenge = people.member(db, "Bob"), new_challenge()
    device = Authenticator(verifies=False, count=0)
    added(bob, device)
    use_passkey(db, bob, challenge, device.answers(challenge), check=check, now=NOW)


def test_an_administrators_passkey_has_to_verify_them_from_the_start(added: Added, odile: Member) -> None:
    with pytest.raises(WrongFactor):
        added(odile, Authenticator(verifies=False))


def test_a_passkey_belongs_to_one_member(db: Session, added: Added, check: WebauthnCheck, odile: Member) -> None:
    bob, device, challenge = people.member(db, "Bob"), Authenticator(), new_challenge()
    added(odile, device)
    with pytest.raises(WrongFactor):
        added(bob, device)
    device.count += 1
    with pytest.raises(WrongFactor):
        use_passkey(db, bob, challenge, device.answers(challenge), check=check, now=NOW)


@pytest.mark.parametrize("said", ["", "{}", "[]", "null", "1", '{"id": 3}', "x" * 16_001, '{"id":"_","rawId":"_"}'])
def test_what_is_no_answer_is_refused_in_words(check: WebauthnCheck, said: str) -> None:
    with pytest.raises(WrongFactor):
        check.credential_in(said)
    with pytest.raises(WrongFactor):
        check.created(said, challenge=new_challenge(), verified=True)


@pytest.mark.parametrize(
    ("base", "offered"),
    [(BASE, True), ("http://localhost:8000", True), ("http://meet.example.org", False), ("https://192.0.2.7", False)],
)
def test_passkeys_are_offered_where_browsers_take_them(config: Config, base: str, offered: bool) -> None:
    assert WebauthnCheck(replace(config, base_url=base)).offered == offered
