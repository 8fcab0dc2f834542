"""Short true pages that anybody may read."""

from __future__ import annotations

import pytest

from tests.browsers import Browser


@pytest.mark.parametrize("path", ["/help", "/privacy", "/accessibility"])
def test_anybody_may_read_help_privacy_and_accessibility(client: Browser, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_data(as_text=True).count("<h1")) == (200, 1)


def test_robots_stay_at_the_front_door(client: Browser) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert (lines[0], lines[-1], "Allow: /$" in lines) == ("User-agent: *", "Disallow: /", True)
