from __future__ import annotations

from tests.browsers import Browser


def test_the_sign_in_page_opens(client: Browser) -> None:
    assert client.get("/sign-in").status_code == 200
