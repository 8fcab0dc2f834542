"""The mentor's calendar at a CalDAV server, the mentee's timetable at an ICS address: one search, one booking."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import func, select

from flashmeet.app import create_app
from flashmeet.bookings.models.booking import Booking
from tests.browsers import Browser
from tests.calendars.events import HOUR, NINE, at
from tests.calendars.house import House
from tests.calendars.test_ics_reading import published

NEED = {"need": "Relire un contrat", "good_hour": "Je signe", "theme": "droit", "mode": "video"}
TEN = NINE + HOUR


@pytest.fixture
def bob(home: House) -> Browser:
    app: Flask = create_app(home.config, database=home.database, clock=lambda: home.at)
    app.test_client_class = Browser
    return cast(Browser, app.test_client()).sign_in(home.ids["Bob"])


def test_a_class_hides_an_hour_warns_before_it_is_booked_and_the_timetable_is_followed(
    home: House, bob: Browser
) -> None:
    home.server.put("dentist", at(TEN))
    home.connect()
    home.look()
    alice = home.ids["Alice"]

    def offers(start: object, **more: str) -> bool:
        query = {"theme": "droit", "day": "2026-12-09", **more}
        return f"/book/{alice}/{start:%Y%m%dT%H%MZ}" in bob.get("/search", query_string=query).get_data(as_text=True)

    assert (offers(NINE), offers(TEN)) == (True, False)
    with published(at(NINE)) as school:
        assert bob.send("/me/calendars", {"way": "ics", "url": school.url}, page="/me/calendars").status_code == 303
        home.look()
        assert (offers(NINE), offers(NINE, clashes="shown"), offers(TEN, clashes="shown")) == (False, True, False)

        page = f"/book/{alice}/{NINE:%Y%m%dT%H%MZ}"
        warned = bob.send(page, NEED, page=page)
        words = warned.get_data(as_text=True)
        assert (warned.status_code, "Relire un contrat" in words, 'name="despite"' in words) == (409, True, True)
        with home.database.reading() as db:
            assert db.scalar(select(func.count()).select_from(Booking)) == 0

        school.text = at(NINE - HOUR)
        home.at += timedelta(minutes=2)
        assert bob.send(page, NEED, page=page).status_code == 303  # read anew: the class was moved
        home.look()
        assert (offers(NINE - HOUR), offers(NINE - HOUR, clashes="shown")) == (False, True)
    with home.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == 1
