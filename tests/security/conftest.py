"""An installation as in production: administrators need a second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.vault import vault_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.service.challenges import spend_try
from flashmeet.security.service.factors import add_app, begin_app, secret_being_added
from tests import people
from tests.browsers import Clock
from tests.people import NOW


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, second_factor_required=True)


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's authenticator app, and the recovery codes that came with it."""

    secret: str
    codes: list[str]
    clock: Clock

    def shows(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or self.clock.at)


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


@pytest.fixture
def bob(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Bob", locale="en")


@pytest.fixture
def enrolled(database: Database, config: Config, clock: Clock) -> Callable[[Member], Phone]:
    """`enrolled(odile)` has added an app an hour ago."""

    def enrol(member: Member) -> Phone:
        vault, at = vault_of(config), NOW.replace(hour=NOW.hour - 1)
        with database.writing() as db:
            nonce = begin_app(db, member.id, vault=vault, now=at)
            secret = secret_being_added(db, nonce, member.id, vault=vault, now=at)
            assert secret is not None
            challenge = spend_try(db, nonce, Purpose.APP, now=at)
            you = db.get_one(Member, member.id)
            codes = add_app(db, you, challenge, pyotp.TOTP(secret).at(at), vault=vault, now=at)
            return Phone(secret, codes, clock)

    return enrol


@dataclass(frozen=True, slots=True)
class Mailbox:
    database: Database

    def code(self, kind: str = "sign_in_code") -> str:
        """The code of the mail that was written last."""
        with self.database.reading() as db:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
            return str(db.scalars(query.limit(1)).one().payload["code"])

    def kinds(self) -> list[str]:
        with self.database.reading() as db:
            return list(db.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


@pytest.fixture
def mailbox(database: Database, app: Flask) -> Mailbox:
    return Mailbox(database)
