"""Every page that can be opened, by everybody who may: nothing sticks out, is cut, or stands in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser as Chromium
from sqlalchemy import update

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import declared
from flashmeet.identity.models import Member
from tests.browsers import Browser, Clock
from tests.http.conftest import World
from tests.screens.looking import Onlooker
from tests.served import free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
PEOPLE = {
    "a visitor": ("", frozenset({"anyone"})),
    "a mentee": ("Bob", frozenset({"member", "mentee"})),
    "a mentor": ("Alice", frozenset({"mentor"})),
    "an administrator": ("Odile", frozenset({"administrator"})),
}
LOOKS = {"fr, light": ("fr", False), "en, dark": ("en", True)}
"""Every page in both languages and in both themes; each pair once."""


@pytest.fixture
def app(config: Config, database: Database, clock: Clock, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    port = free_port()
    app = create_app(replace(config, base_url=f"http://localhost:{port}"), database=database, clock=clock)
    app.jinja_env.bytecode_cache = compiled
    app.test_client_class = Browser
    with served(app, port):
        yield app


@contextmanager
def window(chromium: Chromium, app: Flask, who: int | None, language: str, *, dark: bool) -> Iterator[Onlooker]:
    """A window of theirs, in that language."""
    here = app.extensions["flashmeet"]
    with here.database.writing() as db:
        db.execute(update(Member).values(locale=language))
    base = here.config.base_url
    context = chromium.new_context(base_url=base, locale=language, timezone_id="Europe/Paris", reduced_motion="reduce")
    if who is not None:
        browser = Browser(app).sign_in(who)
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = browser.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": base}])
    try:
        yield Onlooker(context.new_page(), dark)
    finally:
        context.close()


def pages(app: Flask, world: World, who: int | None, roles: frozenset[str]) -> list[str]:
    """The addresses that these roles, and nobody with fewer, may open, and that answer with a page; one that is not."""
    browser = Browser(app).sign_in(who) if who else Browser(app)
    paths = [path for rule, path in world.paths(app, "GET") if (declared(app, rule.endpoint) or frozenset()) & roles]
    answers = ((path, browser.get(path)) for path in paths if not path.startswith("/api/"))
    html = [path for path, answer in answers if answer.status_code == 200 and b"</html>" in answer.data]
    return [*html, "/nothing"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_sticks_out_is_cut_or_has_a_barrier(
    chromium: Chromium, app: Flask, world: World, *, who: str, look: str
) -> None:
    name, roles = PEOPLE[who]
    language, dark = LOOKS[look]
    found: list[str] = []
    member = world.ids[name] if name else None
    with window(chromium, app, member, language, dark=dark) as onlooker:
        for path in pages(app, world, member, roles):
            found += [f"{path}: {fault}" for fault in onlooker.faults(path)]
    assert not found, "\n".join(found)
