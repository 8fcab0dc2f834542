"""Browsers for the tests, with and without somebody signed in. They send forms as people do: with the page's token."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from flashmeet.calendars.rules.sources import CALENDARS, Access, CalendarSource
from flashmeet.core.limits import PARTS, Window
from flashmeet.http.services import install, service, services
from flashmeet.identity.models import Member
from flashmeet.identity.service.logins import open_login

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


_CONFIRMING = re.compile(r"<form[^>]*data-confirming>(.*?)</form>", re.S)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def asked_again(answer: TestResponse) -> MultiDict[str, str] | None:
    """Returns the fields of the form on a page that asks whether they are sure; None for any other page."""
    page = answer.status_code == 200 and answer.mimetype == "text/html"
    found = _CONFIRMING.search(answer.get_data(as_text=True)) if page else None
    return MultiDict((name, unescape(value)) for name, value in _HIDDEN.findall(found[1])) if found else None


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Browser(FlaskClient):
    """Keeps cookies; `send` posts a form with the token of the page it stands on."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        """Reads the answer to its end, as browsers do: what is left open warns."""
        return super().open(*args, **{"buffered": True, **more})

    def token(self, page: str = "/sign-in") -> str:
        found = _TOKEN.search(self.get(page, follow_redirects=True).get_data(as_text=True))
        assert found is not None, f"{page} has no form"
        return found[1]

    def send(
        self, path: str, form: dict[str, Any] | None = None, *, page: str = "/sign-in", sure: bool = True, **more: Any
    ) -> TestResponse:
        """POSTs the form; `page` is where its token comes from. Where it is asked whether they are `sure`, they are."""
        answer = self.post(path, data={**(form or {}), "csrf_token": self.token(page)}, **more)
        fields = asked_again(answer) if sure else None
        return answer if fields is None else self.post(path, data=fields, **more)

    def sign_in(self, member: Member | int) -> Browser:
        """Signs that member in without the mail."""
        member_id = member if isinstance(member, int) else member.id
        with self.application.app_context():
            here = services()
            with here.database.writing() as db:
                who = db.get_one(Member, member_id)
                secret = open_login(db, who, now=here.clock())
        with self.session_transaction() as db:
            db["_user_id"] = secret
        return self


def connections_held(app: Flask) -> list[int]:
    """Fills with how many connections are in use, whenever this application turns to somebody's calendar.

    Limits are counted as with Redis: where the database counts them, that alone would end what is being read.
    """
    with app.app_context():
        here, held = services(), list[int]()
        calendars = service(CALENDARS)

    def sources(access: Access, *, seconds: float) -> CalendarSource:
        held.append(here.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # of the pools that we use
        return calendars.sources(access, seconds=seconds)

    def count(window: Window, *, times: int) -> list[int]:
        del window
        return [times] + [0] * (PARTS - 1)

    bound = {**here.bound, CALENDARS: replace(calendars, sources=sources)}
    install(app, replace(here, bound=bound, counter=count))
    return held
