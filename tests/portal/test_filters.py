"""The filters of the results: kept in the address, shown as chips, counted truly, and the way back to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy
from tests import people
from tests.browsers import Browser
from tests.scene import HOURLY, Scene, stage

SignedIn = Callable[[Member], Browser]
LAW = "/search?theme=droit"


@pytest.fixture
def scene(database: Database) -> Scene:
    """Alice speaks French and English, Dora German, by telephone alone."""
    scene = stage(database)
    with database.writing() as db:
        dora = people.mentor(db, "Dora", policy=HOURLY, languages=["de"], graduation_year=2004, company="Société Rive")
        db.get_one(MentorPolicy, dora.id).ways = ["phone"]
    return scene


@pytest.fixture
def bob(scene: Scene, signed_in: SignedIn) -> Browser:
    return signed_in(scene.bob)


def names(page: str) -> list[str]:
    return re.findall(r'<p class="hour-name">.*?<a href="[^"]*">(\w+)', page)


def chips(page: str) -> dict[str, str]:
    found = re.search(r'<ul class="chips chosen".*?</ul>', page, re.S)
    return {
        unescape(words).strip(): unescape(href)
        for href, words in re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', found[0] if found else "")
    }


def test_results_are_filtered_by_language_and_by_way_of_meeting(bob: Browser) -> None:
    assert set(names(bob.get(LAW).text)) == {"Alice", "Dora"}
    assert names(bob.get(f"{LAW}&language=de").text) == ["Dora"]
    assert names(bob.get(f"{LAW}&way=video").text) == ["Alice"]
    assert names(bob.get(f"{LAW}&way=phone&language=fr").text) == ["Alice"]


def options(page: str, name: str) -> dict[str, str]:
    """What may be chosen in a filter, with how many hours it says there are."""
    field = re.search(rf'<select[^>]* name="{name}">.*?</select>', page, re.S)
    return dict(re.findall(r">([^<(]+?) \((\d+)\)</option>", unescape(field[0]) if field else ""))


def test_results_are_filtered_by_class_and_by_company_however_it_is_written(bob: Browser) -> None:
    assert names(bob.get(f"{LAW}&graduated=2004").text) == ["Dora"]
    assert names(bob.get(f"{LAW}&company=SOCIETE+rive").text) == ["Dora"]
    assert names(bob.get(f"{LAW}&company=Rive").text) == []
    page = bob.get(f"{LAW}&graduated=2004&company=Société+Rive").text
    assert list(chips(page)) == ["class of 2004", "Société Rive", "Remove all"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("graduated", "2004", "2004"),
        ("company", "societe rive", "Société Rive"),
        ("language", "de", "German"),
        ("way", "phone", "By phone"),
    ],
)
def test_what_a_filter_counts_is_what_it_finds_beside_any_other(
    bob: Browser, name: str, value: str, words: str
) -> None:
    for other in ("", "&day=2026-12-02", "&graduated=2004", "&company=societe+rive", "&language=de"):
        if name in other:
            continue
        counted = options(bob.get(f"{LAW}{other}").text, name)[words]
        told = re.search(r"(\d+) hours (?:in the coming|on these)", bob.get(f"{LAW}{other}&{name}={value}").text)
        assert told is not None and told[1] == counted


def test_visitors_learn_nothing_about_one_class_or_company(app: Flask, scene: Scene) -> None:
    del scene
    visitor = Browser(app)
    told = [
        re.findall(r"<h1>(.*?)</h1>", visitor.get(f"{LAW}{more}").text, re.S)
        for more in ("", "&graduated=2004", "&company=societe+rive")
    ]
    assert told[0] == told[1] == told[2]


def test_each_filter_is_a_chip_that_takes_itself_away(bob: Browser) -> None:
    page = bob.get(f"{LAW}&language=de&way=phone&after=06:00&before=12:00&day=2026-12-02").text
    shown = chips(page)
    assert list(shown) == ["Wed 2 Dec", "Mornings", "German", "By phone", "Remove all"]
    assert "language" not in shown["German"]
    assert "way=phone" in shown["German"]
    assert chips(bob.get(shown["Remove all"]).text) == {}


def test_the_form_needs_no_scripts_and_several_days_hold_in_one_address(bob: Browser) -> None:
    page = bob.get(f"{LAW}&day=2026-12-02&day=2026-12-04&part=06:00-12:00").text
    assert list(chips(page)) == ["Wed 2 Dec", "Fri 4 Dec", "Mornings", "Remove all"]
    assert re.findall(r'id="day-([\d-]+)"', page) == ["2026-12-02"]
    assert page.count(" checked>") >= 2


def test_what_is_counted_signed_out_is_what_is_seen_signed_in(bob: Browser, scene: Scene, signed_in: SignedIn) -> None:
    del scene
    told = re.search(r"(\d+) hours in the coming seven days", bob.get(LAW).text)
    assert told is not None
    chip = re.search(r"Law<span[^>]*>(\d+) hours", bob.get("/search?need=droit").text)
    assert chip is not None and chip[1] == told[1]
    bob.post("/sign-out")


def test_an_unknown_filter_is_no_filter(bob: Browser) -> None:
    page = bob.get(f"{LAW}&way=pigeon&language=klingonish&day=yesterday&order=random").text
    assert set(names(page)) == {"Alice", "Dora"}
    assert chips(page) == {}


def test_the_best_match_says_why_on_each_card(bob: Browser) -> None:
    page = bob.get(f"{LAW}&order=best").text
    assert names(page)[0] == "Alice"
    assert 'class="hour-why' in page
    assert "Best match first" in page


@pytest.mark.parametrize("page", ["/book/{id}/20261209T1700Z", "/mentors/{id}"])
def test_the_results_are_a_link_away_with_all_they_had(bob: Browser, scene: Scene, page: str) -> None:
    address = page.format(id=scene.alice.id)
    listed = bob.get(f"{LAW}&language=fr&order=best").text
    kept = re.search(rf'href="/mentors/{scene.alice.id}\?([^"]*)"', listed)
    assert kept is not None
    back = re.search(r'class="way-back[^>]*><a href="([^"]*)"', bob.get(f"{address}?{unescape(kept[1])}").text)
    assert back is not None
    assert unescape(back[1]) == f"/search?theme=droit&language=fr&order=best#hour-{scene.alice.id}"


@pytest.mark.parametrize(
    "results", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "a=1#//evil", "%0d%0aX"]
)
def test_no_way_back_leads_out_of_the_house(bob: Browser, scene: Scene, results: str) -> None:
    page = bob.get(f"/mentors/{scene.alice.id}", query_string={"results": results}).text
    for href in re.findall(r'class="way-back[^>]*><a href="([^"]*)"', page):
        assert href.startswith("/search?")


def test_a_month_opens_where_the_first_hour_is(bob: Browser, scene: Scene) -> None:
    assert "December 2026" in bob.get(f"/mentors/{scene.alice.id}").text


def test_who_does_not_meet_that_way_is_not_booked_that_way(bob: Browser, scene: Scene, database: Database) -> None:
    with database.writing() as db:
        db.get_one(MentorPolicy, scene.alice.id).ways = ["phone", "on_site"]
    page = bob.get(scene.page).text
    assert 'value="video"' not in page
    refused = bob.send(scene.page, {"need": "SAS?", "theme": "droit", "mode": "video"}, page=scene.page)
    assert refused.status_code == 422
    assert "does not meet in that way" in refused.text
