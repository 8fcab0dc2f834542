"""Odile runs the network in English."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


@pytest.fixture
def office(odile: Member, signed_in: Callable[[Member | int], Browser]) -> Browser:
    return signed_in(odile)
