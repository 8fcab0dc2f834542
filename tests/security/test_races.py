"""Two at the same moment: what counts once counts once, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.errors import WrongFactor
from flashmeet.core.vault import vault_of
from flashmeet.identity.models import Member
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.service.challenges import close_challenge, open_challenge, spend_try
from flashmeet.security.service.factors import check_typed
from tests.people import NOW
from tests.security.conftest import Phone

Enrolled = Callable[[Member], Phone]
TOGETHER = 4


def that_worked(act: Callable[[], object]) -> int:
    """How many of some who do it at the same moment are let in."""
    begin = Barrier(TOGETHER)

    def one(_number: int) -> bool:
        begin.wait(20)
        try:
            act()
        except WrongFactor:
            return False
        return True

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sum(pool.map(one, range(TOGETHER)))


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_of_several_with_the_same_code_one_is_let_in(
    database: Database, config: Config, odile: Member, enrolled: Enrolled, by: str
) -> None:
    phone, vault = enrolled(odile), vault_of(config)
    code = phone.shows() if by == "app" else phone.codes[0]

    def use() -> None:
        with database.writing() as db:
            check_typed(db, odile.id, code, vault=vault, now=NOW)

    assert that_worked(use) == 1


def test_of_several_who_answer_the_same_challenge_one_is_let_in(database: Database, odile: Member) -> None:
    with database.writing() as db:
        nonce = open_challenge(db, odile.id, Purpose.SIGN_IN, now=NOW)

    def answer() -> None:
        with database.writing() as db:
            asked = spend_try(db, nonce, Purpose.SIGN_IN, now=NOW)
        with database.writing() as db:
            close_challenge(db, asked, now=NOW)

    assert that_worked(answer) == 1
