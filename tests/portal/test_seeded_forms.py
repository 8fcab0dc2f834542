"""The program and its seed agree: every seeded person can save every form unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.entries import ENTRIES
from flashmeet.identity.models import Member
from flashmeet.seed.demo import seed_demo
from flashmeet.seed.network import Plan
from tests.browsers import Browser
from tests.forms import forms_of
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
_PROBLEM = re.compile(r'class="field-problem"[^>]*>([^<]*)<')
SMALL = Plan(mentors=24, days=7, seed=1)
OF_MEMBERS = ("/me/profile", "/me/notifications")
OF_MENTORS = ("/me/availability", "/me/room")


@pytest.fixture
def people(database: Database, links: Links) -> list[Member]:
    with database.writing() as db:
        seed_demo(db, links=links, now=NOW, progress=lambda _: None, plan=SMALL)
        return list(db.scalars(select(Member).where(~Member.suspended).order_by(Member.id)))


def saved(browser: Browser, path: str) -> tuple[int, str]:
    """Sends the page's own form with nothing changed; returns the status, and what was said where it was refused."""
    page = browser.get(path).get_data(as_text=True)
    form = next(each for each in forms_of(page, path) if each.action == path)
    answer = browser.post(path, data=form.sent)
    if answer.status_code == 303:
        return 303, ""
    return answer.status_code, "; ".join(_PROBLEM.findall(answer.get_data(as_text=True))) or "?"


def test_every_seeded_person_can_save_every_form_unchanged(people: list[Member], signed_in: SignedIn) -> None:
    refused = {}
    for who in people:
        browser = signed_in(who)
        for path in (*OF_MEMBERS, *(OF_MENTORS if who.mentor else ())):
            status, words = saved(browser, path)
            if status != 303:
                refused[who.name, path] = words
    assert refused == {}


def test_the_seeded_administrator_can_save_every_setting_unchanged(people: list[Member], signed_in: SignedIn) -> None:
    (odile,) = [each for each in people if each.administrator]
    browser = signed_in(odile)
    paths = [f"/admin/settings/{entry.key}" for entry in ENTRIES]
    assert {path: words for path in paths if (words := saved(browser, path)[1])} == {}
