"""From a need to an hour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests import people
from tests.browsers import Browser
from tests.scene import HOURLY, stage

ENGLISH = {"Accept-Language": "en"}
NEED = "/search?need=The+statuts+of+my+start-up"
SignedIn = Callable[[Member], Browser]


def _hours(page: str) -> list[str]:
    return re.findall(r'class="chip chip-large"[^>]*><time[^>]*>([^<]+)<', page)


def test_a_visitor_sees_the_theme_and_its_hours_but_no_name_and_loses_nothing_on_the_way_in(
    client: Browser, database: Database
) -> None:
    stage(database)
    words = client.get(NEED, headers=ENGLISH).text
    assert "hours are free this week in Law" in words
    assert 'action="/sign-in"' in words
    assert 'name="next" value="/search?need=The+statuts+of+my+start-up"' in words
    assert "Alice" not in words
    assert "/book/" not in words


def test_a_member_sees_the_earliest_hour_of_each_mentor_in_their_own_time_with_the_zone_named(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    words = signed_in(scene.bob).get(NEED).text
    assert _hours(words) == ["07:00"]
    assert "Times are in New York time." in words
    assert "Tuesday 1 December" in words
    assert "Alice Exemple" in words
    assert "Quinze ans de droit des affaires" in words
    assert "French, English" in words
    assert (
        f'href="/book/{scene.alice.id}/20261201T1200Z?need=The+statuts+of+my+start-up&amp;theme=droit&amp;results='
        in words
    )


def test_evenings_are_those_of_the_viewer(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        people.mentor(
            db, "Dora", rules=(WeeklyRule(4, Span.parse("18:00", "21:00")),), tzid="America/Lima", policy=HOURLY
        )
    words = signed_in(scene.bob).get("/search?theme=droit&after=18:00&before=24:00").text
    assert _hours(words) == ["18:00"]
    assert "Dora" in words
    assert "Alice" not in words


def test_the_theme_can_be_changed_to_all(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    words = signed_in(scene.bob).get(f"{NEED}&theme=any").text
    assert '<option value="any" selected>' in words
    assert _hours(words) == ["07:00"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("theme=alchemy", 422, "The network has no theme called “alchemy”. Choose one from the list."),
        ("after=25:99", 422, "We could not read this time. Write it as 18:30: hours, minutes."),
        ("cursor=%F0%9F%8D%8B", 422, "We could not read"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_hours_are_shown_all_the_same(
    database: Database, signed_in: SignedIn, query: str, status: int, said: str
) -> None:
    scene = stage(database)
    answer = signed_in(scene.bob).get(f"/search?{query}")
    assert answer.status_code == status
    assert said in answer.text
    assert _hours(answer.text) == ["07:00"]


def test_where_nothing_is_free_the_page_says_what_to_do_next(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    words = signed_in(scene.bob).get("/search?theme=droit&after=22:00&before=23:00").text
    assert _hours(words) == []
    assert "No free hours with these filters" in words
    assert 'href="/search?theme=droit#free-hours"' in words and "Remove all filters" in words


def test_pages_lead_on_and_never_repeat_a_mentor(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        for number in range(22):
            people.mentor(db, f"Mentor{number}", policy=HOURLY)
    bob = signed_in(scene.bob)
    first = bob.get("/search?theme=droit").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = bob.get(onward[1].replace("&amp;", "&")).text
    names = [re.findall(r'class="hour-name">.*?<a[^>]*>([^<]+)<', page) for page in (first, second)]
    assert (len(names[0]), len(names[1]), len({*names[0], *names[1]})) == (20, 3, 23)


def test_a_need_of_any_size_and_shape_is_only_text(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    answer = signed_in(scene.bob).get("/search", query_string={"need": "<script>alert(1)</script>" + "x" * 3_000})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_mentors_page_shows_their_hours_by_day_and_by_month(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    words = bob.get(f"/mentors/{scene.alice.id}?need=bylaws").text
    assert "Alice Exemple" in words
    assert "on Paris time" in words
    assert "December 2026" in words
    assert "Wednesday 9 December: 7 free hours" in words  # five more fall into the reader’s night
    day = bob.get(f"/mentors/{scene.alice.id}?need=bylaws&day=2026-12-09").text
    assert day.count('class="chip"') == 7
    assert f'href="/book/{scene.alice.id}/20261209T1700Z?need=bylaws"' in day


@pytest.mark.parametrize(
    "query", ["month=2026-99", "month=0001-01", "month=9999-12", "day=yesterday", "day=9999-12-31"]
)
def test_a_date_that_cannot_be_read_or_lies_far_away_harms_nobody(
    database: Database, signed_in: SignedIn, query: str
) -> None:
    scene = stage(database)
    assert signed_in(scene.bob).get(f"/mentors/{scene.alice.id}?{query}").status_code == 200


def test_somebody_who_cannot_be_booked_has_no_page(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    assert bob.get(f"/mentors/{scene.charlie.id}").status_code == 404
    assert bob.get("/mentors/999999").status_code == 404


def test_an_hour_at_which_one_has_a_meeting_oneself_is_left_out_and_the_page_says_so(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    with database.writing() as db:
        people.mentor(db, "Dora", policy=HOURLY)
    bob = signed_in(scene.bob)
    before = bob.get("/search").text
    assert before.count('class="chip chip-large"') == before.count("20261201T1200Z") == 2
    assert "left out" not in before
    first = f"/book/{scene.alice.id}/20261201T1200Z"
    bob.send(first, {"need": "SAS or SARL?", "theme": "droit"}, page=first)
    after = bob.get("/search").text
    assert after.count('class="chip chip-large"') == 2
    assert "20261201T1200Z" not in after
    assert "1 hour is left out, at which you already have another." in after
