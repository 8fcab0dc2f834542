"""What is written outside a request, for mails, SMS and invites, is an address that routing knows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.link_kinds import MOVE
from flashmeet.core.links import Links
from flashmeet.messages.channels.twilio import CALLBACK_PATH, callback_for
from flashmeet.messages.rendering.ics import calendar_file
from tests.messages.adapters.samples import EVERY, outgoing, renderer, session_payload
from tests.people import NOW

BASE = "https://example.org/mentorat"
LINKS = Links(BASE, "a-secret-that-is-long-enough-for-tests")
VALUES: dict[str, object] = {"LinkKind": MOVE, "datetime": NOW, "int": 7, "str": "droit"}
ADDRESS = re.compile(r"https://example\.org/[^\s\"<>)]*")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    """The addresses of an application below a path; nothing here reads a row."""
    instance = tmp_path_factory.mktemp("instance")
    config = Config(
        env="development",
        instance=instance,
        database_url=f"sqlite:///{instance / 'none.sqlite3'}",
        secret_key=LINKS.secret,
        base_url=BASE,
        mail_from="rendez-vous@example.org",
    )
    return create_app(config).url_map.bind("example.org", script_name="/mentorat")


def written(links: Links) -> dict[str, str]:
    """Every address that `Links` writes, by the name of the method."""
    made = {}
    for name, method in inspect.getmembers(links, inspect.ismethod):
        wanted = inspect.signature(method).parameters
        if name.startswith("_") or name in {"page", "token", "opens", "opened", "of"}:
            continue
        said = method(**{each.name: VALUES[str(each.annotation)] for each in wanted.values()})
        if isinstance(said, str) and said.startswith("http"):
            made[name] = said
    return made


def unknown(routes: MapAdapter, addresses: Iterable[str]) -> list[str]:
    """Those that lie outside our path, or that no route answers."""
    return [each for each in addresses if not is_known(routes, each)]


def is_known(routes: MapAdapter, address: str) -> bool:
    if not address.startswith(f"{BASE}/"):
        return False
    path = urlsplit(address).path.removeprefix("/mentorat")
    try:
        routes.match(path, "GET")
    except MethodNotAllowed:
        routes.match(path, "POST")
    except NotFound:
        return False
    return True


def test_every_address_that_links_write_is_a_route(routes: MapAdapter) -> None:
    made = written(LINKS)
    assert len(made) > 25
    assert unknown(routes, made.values()) == []
    assert unknown(routes, [f"{BASE}/nowhere", "https://example.org/me"]) == [
        f"{BASE}/nowhere",
        "https://example.org/me",
    ]


def test_every_address_in_a_mail_is_a_route_below_the_path(routes: MapAdapter) -> None:
    count = 0
    for kind, payload in EVERY.values():
        mail = renderer(LINKS).mail(outgoing(kind, payload))
        found = [unescape(each) for each in ADDRESS.findall(f"{mail.text}\n{mail.html}")]
        assert unknown(routes, found) == [], kind
        count += len(found)
    assert count > 200


@pytest.mark.parametrize("kind", ["reminder_hour", "reminder_day"])
def test_an_sms_carries_an_address_below_the_path(routes: MapAdapter, kind: str) -> None:
    found = ADDRESS.findall(renderer(LINKS).sms(outgoing(kind, channel="sms")))
    assert found and unknown(routes, found) == []


def test_an_invite_carries_addresses_below_the_path(routes: MapAdapter) -> None:
    made = renderer(LINKS).mail(outgoing("invite", session_payload(action="booked")))
    assert made.invite is not None
    found = ADDRESS.findall(calendar_file(made.invite).decode().replace("\r\n ", "").replace("\\n", "\n"))
    assert found and unknown(routes, found) == []


def test_providers_are_told_addresses_below_the_path(routes: MapAdapter) -> None:
    assert callback_for(BASE) == f"{BASE}/hooks/twilio/status"
    assert unknown(routes, [f"{BASE}{CALLBACK_PATH}", LINKS.google_hook()]) == []
