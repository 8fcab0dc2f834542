"""A server that stops keeps nobody waiting: a poll is answered with what there is."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import requests

from flashmeet.core.links import Links
from flashmeet.rooms.pages.signalling import LONGEST_POLL
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import hour_at

CSRF = re.compile(r'data-csrf="([^"]+)"')


def test_a_poll_is_answered_when_the_server_stops(links: Links, sqlite_template: Path, tmp_path: Path) -> None:
    """It waits for longer than a server that stops would let it live: unanswered, its line would break."""
    shutil.copyfile(sqlite_template, tmp_path / "flashmeet.sqlite3")
    answers: list[int | str] = []
    with installed(f"sqlite:///{tmp_path / 'flashmeet.sqlite3'}", tmp_path) as own, requests.Session() as browser:
        link = own.base + hour_at(own, links).alices_link
        found = CSRF.search(browser.get(link, timeout=60).text)
        assert found
        browser.headers["X-CSRFToken"] = found[1]
        peer = browser.post(f"{link}/enter", json={}, timeout=60).json()["peer"]
        known = {"peer": peer, "other": "", "other_state": "", "after": 0, "wait": LONGEST_POLL}

        def poll() -> None:
            try:
                answers.append(browser.post(f"{link}/poll", json=known, timeout=60).status_code)
            except requests.ConnectionError as fault:
                answers.append(str(fault))

        waiting = threading.Thread(target=poll)
        waiting.start()
        waiting.join(2)  # until it waits
        assert answers == []
    waiting.join(60)
    assert answers == [200]
