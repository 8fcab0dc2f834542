"""Programs that speak to the API, each with one member's token."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

PREFIX = "/api/v1"
NEED = "Relire mes statuts avant le dépôt."


class Caller:
    """`bob.get("/me")`; `bob.id` is the member. Without a token, nobody."""

    def __init__(self, app: Flask, *, token: str | None = None, member_id: int = 0) -> None:
        self.id = member_id
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = app.test_client(use_cookies=False)

    def __call__(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self._client.open(PREFIX + path, method=method, headers=headers, **more)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self("GET", path, query_string=query)

    def post(self, path: str, body: object = None, *, key: str | None = None) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return self("POST", path, headers=headers, json={} if body is None else body)

    def put(self, path: str, body: object) -> TestResponse:
        return self("PUT", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self("DELETE", path)

    def book(self, mentor_id: int, at: str, *, key: str | None = None, **more: Any) -> TestResponse:
        """Books an hour about law, unless told otherwise; a field given as None is left out."""
        body = {"mentor_id": mentor_id, "starts_at": at, "theme": "Droit", "need": NEED, **more}
        return self.post("/bookings", {name: value for name, value in body.items() if value is not None}, key=key)

    def starts(self, **query: Any) -> list[str]:
        """Every start on all pages, in order."""
        return [slot["starts_at"] for slot in self.slots(**query)]

    def slots(self, **query: Any) -> list[dict[str, Any]]:
        """Every slot on all pages, in order."""
        found: list[dict[str, Any]] = []
        while True:
            page = told(self.get("/slots", **query))
            found += page["slots"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer that has this status."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def refused(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a refusal."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    problem = answer.get_json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    assert problem["title"]
    return problem["status"], problem["code"]
