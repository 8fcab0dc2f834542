"""Choosing among hours: a week with its counts, each mentor's further hours, and no night unless one asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.people.models import Block
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests import people
from tests.browsers import Browser
from tests.scene import HOURLY, stage

SignedIn = Callable[[Member], Browser]
LAW = "/search?theme=droit"


def first_hours(page: str) -> list[str]:
    return re.findall(r'class="chip chip-large"[^>]*><time[^>]*>([^<]+)<', page)


def strip(page: str) -> list[int]:
    found = re.search(r'<nav class="strip".*?</nav>', page, re.S)
    assert found is not None
    return [int(count) for count in re.findall(r"<strong>(\d+)</strong>", found[0])]


def test_the_week_says_how_many_hours_each_day_has_and_a_day_shows_its_own(
    database: Database, signed_in: SignedIn
) -> None:
    bob = signed_in(stage(database).bob)
    page = bob.get(LAW).text
    whole, *counts = strip(page)
    assert len(counts) == 7
    assert whole == sum(counts)
    assert f"{sum(counts)} hours in the coming seven days, 1 mentor: here is the first of each." in page
    days = re.findall(r'href="/search\?theme=droit&amp;day=([\d-]+)#free-hours"', page)
    shown = bob.get(f"{LAW}&day={days[1]}").text
    assert re.findall(r'id="day-([\d-]+)"', shown) == [days[1]]


def test_a_card_unfolds_the_mentors_next_hours_of_which_none_overlaps(database: Database, signed_in: SignedIn) -> None:
    page = signed_in(stage(database).bob).get(LAW).text
    assert "3 other hours" in page
    assert re.findall(r'class="chip chip-words"[^>]*aria-label="Choose ([^"]*) with Alice', page)[-3:] == [
        "Tue 1 Dec, 08:00 (New York)",
        "Tue 1 Dec, 09:00 (New York)",
        "Tue 1 Dec, 10:00 (New York)",
    ]


def test_the_night_of_the_viewer_is_folded_away_until_they_ask(database: Database, signed_in: SignedIn) -> None:
    bob = signed_in(stage(database).bob)
    assert first_hours(bob.get(LAW).text) == ["07:00"]
    assert first_hours(bob.get(f"{LAW}&night=yes").text) == ["04:00"]
    assert sum(strip(bob.get(f"{LAW}&night=yes").text)) > sum(strip(bob.get(LAW).text))


def test_a_mentor_who_is_free_at_the_viewers_night_alone_has_these_hours_on_their_page(
    database: Database, signed_in: SignedIn
) -> None:
    """Six in the evening in Paris is two in the night of the day after in Tokyo."""
    with database.writing() as db:
        alice = people.mentor(
            db, rules=tuple(WeeklyRule(day, Span(18 * 60, 19 * 60)) for day in range(7)), policy=HOURLY
        )
        bob = people.member(db, "Bob", tzid="Asia/Tokyo", locale="en")
    page = signed_in(bob).get(f"/mentors/{alice.id}").text
    assert "Hours are free from 22:00 to 7:00 alone." in page
    assert "Choose Thu 10 Dec, 02:00 (Tokyo)" in page + signed_in(bob).get(f"/mentors/{alice.id}?day=2026-12-10").text
    assert "has no free hours" not in page
    assert "folded away" not in page


def test_hours_at_the_viewers_night_alone_are_shown_by_the_search_and_counted_before_signing_in(
    database: Database, client: Browser, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        people.mentor(db, rules=tuple(WeeklyRule(day, Span(18 * 60, 19 * 60)) for day in range(7)), policy=HOURLY)
        bob = people.member(db, "Bob", tzid="Asia/Tokyo", locale="en")
    page = signed_in(bob).get(LAW).text
    assert "Hours are free from 22:00 to 7:00 alone." in page
    assert first_hours(page) == ["02:00"]
    whole, *_ = strip(page)
    assert whole > 0
    assert f"{whole} hours in the coming seven days, 1 mentor" in page
    assert "folded away" not in page
    assert f'<a class="strip-day" href="{LAW.replace("&", "&amp;")}#free-hours" aria-current="true"' in page
    client.send("/zone", {"tzid": "Asia/Tokyo"})
    visitor = client.get(LAW, headers={"Accept-Language": "en"}).text
    assert f"{whole} hours are free this week in" in visitor
    assert "Hours are free from 22:00 to 7:00 alone." in visitor


def test_the_hours_of_each_day_are_the_same_beside_free_now(database: Database, signed_in: SignedIn) -> None:
    bob = signed_in(stage(database).bob)
    assert strip(bob.get(f"{LAW}&soon=yes").text) == strip(bob.get(LAW).text)


def test_hours_beyond_the_days_that_are_counted_stand_below_a_line(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        late = replace(HOURLY, notice_minutes=8 * 24 * 60)
        later = people.mentor(
            db, "Later", rules=tuple(WeeklyRule(day, Span(8 * 60, 20 * 60)) for day in range(7)), policy=late
        )
    bob = signed_in(scene.bob)
    page = bob.get(LAW).text
    line = page.index("After these seven days")
    assert page.index(f'id="hour-{scene.alice.id}"') < line < page.index(f'id="hour-{later.id}"')
    day = re.findall(r"day=([\d-]+)#free-hours", page)[0]
    assert "After these seven days" not in bob.get(f"{LAW}&day={day}").text


def test_a_part_of_the_day_that_has_no_hours_shows_none_of_the_night(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        people.mentor(db, rules=tuple(WeeklyRule(day, Span(18 * 60, 19 * 60)) for day in range(7)), policy=HOURLY)
        bob = people.member(db, "Bob", tzid="Asia/Tokyo", locale="en")
    page = signed_in(bob).get(f"{LAW}&after=08:00&before=12:00").text
    assert first_hours(page) == []
    assert "No free hours with these filters" in page


def test_who_is_hidden_from_the_viewer_is_not_counted(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        db.add(Block(by_id=scene.alice.id, other_id=scene.bob.id, at=people.NOW))
    assert sum(strip(signed_in(scene.bob).get(LAW).text)) == 0
    assert sum(strip(signed_in(scene.charlie).get(LAW).text)) > 0


def test_a_need_that_nobody_names_says_so_before_anybody_is_suggested(database: Database, signed_in: SignedIn) -> None:
    page = signed_in(stage(database).bob).get("/search?need=zzxy").text
    assert page.index("No theme is quite about that") < page.index("Free soon") < page.index('id="free-hours"')
