"""An hour on site is told by the clock of the place first: on its page, in the lists, in the mail, in the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from flashmeet.bookings.mails.hour import hour_of
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.browsers import Browser
from tests.scene import Scene, bookings, stage

SignedIn = Callable[[Member], Browser]
THERE, HERE = "Wed 9 Dec, 18:00–\u206019:00 (Paris)", "Wed 9 Dec, 12:00–\u206013:00 (New York)"


def booked(database: Database, signed_in: SignedIn) -> tuple[Scene, Browser, str]:
    scene = stage(database)
    bob = signed_in(scene.bob)
    said = {"need": "SAS?", "theme": "droit", "mode": "on_site", "place": "Café de la Gare, Lyon"}
    assert bob.send(scene.page, said, page=scene.page).status_code == 303
    return scene, bob, f"/bookings/{bookings(database)[0].id}"


def test_pages_lead_with_the_clock_of_the_place(database: Database, signed_in: SignedIn) -> None:
    _, bob, page = booked(database, signed_in)
    for address in (page, f"{page}/cancel", "/me"):
        words = re.sub(r"<[^>]+>", "", bob.get(address).text)
        assert words.index(THERE) < words.index(HERE), address
        assert words.count(THERE) == 1


def test_the_page_of_the_hour_to_be_booked_says_whose_clock_counts_on_site(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    assert f"On site the clock of the place counts: {THERE}" in signed_in(scene.bob).get(scene.page).text


def test_mail_and_calendar_entry_lead_with_the_clock_of_the_place(
    database: Database, signed_in: SignedIn, links: Links
) -> None:
    scene, _, _ = booked(database, signed_in)
    with database.reading() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == scene.bob.id)).all()
        payload = next(row.payload for row in rows if row.kind == "invite")
        told = hour_of(payload, locale="en", tzid="America/New_York", links=links)
        assert (told.when.full, told.when.mine, told.when.theirs) == (THERE, HERE, "")
        mentors = hour_of({**payload, "other_tzid": "America/New_York"}, locale="en", tzid="Europe/Paris", links=links)
        assert (mentors.when.full, mentors.when.mine, mentors.when.theirs) == (THERE, "", HERE)
