"""“This is not for me”, from the mail that invites a member to help with a theme."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.programme.service.recruiting import invite_to_mentor, who_could_help
from flashmeet.themes.models import ThemeInvitation
from tests import people
from tests.browsers import Browser
from tests.pages import client, clock, compiled, signed_in
from tests.people import NOW

__all__ = ["client", "clock", "compiled", "signed_in"]


@pytest.fixture
def invited(database: Database, links: Links) -> str:
    """Odile invited Bob, who knows the law, to help with it; returns the path of the link in his mail."""
    with database.writing() as db:
        law, odile = people.law(db), people.member(db, "Odile", administrator=True, mentee=False, locale="en")
        bob = people.member(db, "Bob", locale="en", sector="Droit")
        invite_to_mentor(db, law, bob.id, by=odile, now=NOW)
        return urlsplit(links.theme_invitation(bob.id, law.id)).path


def said(database: Database) -> list[bool]:
    with database.reading() as db:
        return [at is not None for at in db.scalars(select(ThemeInvitation.unfit_at))]


def test_one_button_says_it_without_signing_in_and_one_takes_it_back(
    client: Browser, database: Database, invited: str
) -> None:
    page = client.get(invited).text
    assert (page.count('value="unfit"'), said(database)) == (1, [False])
    assert client.send(invited, {"act": "unfit"}, page=invited).status_code == 303
    assert "not asked to help with this theme again" in client.get(invited).text
    assert said(database) == [True]
    client.send(invited, {"act": "back"}, page=invited)
    assert (client.get(invited).text.count('value="unfit"'), said(database)) == (1, [False])


def test_the_administrator_sees_who_it_is_not_for_and_does_not_find_them_again(
    client: Browser,
    database: Database,
    invited: str,
    signed_in: Callable[[Member | int], Browser],
) -> None:
    with database.reading() as db:
        theme, odile = people.law(db), db.scalars(select(Member).where(Member.administrator)).one()
    office, look = signed_in(odile.id), f"/admin/themes/{theme.id}"
    assert "said that it is not for them" not in office.get(look).text
    client.send(invited, {"act": "unfit"}, page=invited)
    assert "said that it is not for them" in office.get(look).text
    with database.reading() as db:
        assert who_could_help(db, theme, now=NOW) == []


def test_the_link_of_another_theme_or_of_whoever_was_not_invited_opens_nothing(
    client: Browser, database: Database, links: Links, invited: str
) -> None:
    with database.writing() as db:
        law, charlie = people.law(db).id, people.member(db, "Charlie").id
        bob = db.scalars(select(ThemeInvitation.member_id)).one()
    for link in (links.theme_invitation(bob, law + 1), links.theme_invitation(charlie, law)):
        assert client.get(urlsplit(link).path).status_code == 404
    assert client.send(invited, {"act": "never"}, page=invited).status_code == 422
