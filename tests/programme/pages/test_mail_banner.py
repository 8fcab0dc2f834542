"""A network without a mail server says so wherever an administrator looks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashmeet.app import create_app
from flashmeet.core.config import Config, Smtp
from flashmeet.core.database.session import Database
from tests import people
from tests.browsers import Browser, Clock

BANNER = "This installation sends no email"
SERVER = Smtp(host="mail.example.org", port=465, user=None, password=None, tls=True)


@pytest.mark.parametrize("path", ["/admin", "/admin/members", "/admin/messages", "/admin/settings"])
def test_in_production_every_page_of_an_administrator_says_that_no_mail_leaves(
    config: Config, database: Database, clock: Clock, path: str
) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, locale="en")

    def seen(**changes: object) -> bool:
        app = create_app(replace(config, **changes), database=database, clock=clock)  # type: ignore[arg-type]  # as asked
        page = Browser(app).sign_in(odile).get(path)
        assert page.status_code == 200
        return BANNER in page.text

    assert seen(env="production")
    assert not seen(env="production", smtp=SERVER)
    assert not seen(env="development")
