"""What is counted is what is shown: the week's counts by day, part of day, language and way of meeting."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date
from flashmeet.identity.models import MentorTheme
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.schedule.service import week as service
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.slots import MOST, SlotQuery, find_slots
from flashmeet.schedule.service.week import Week, week_of
from flashmeet.themes.service import create_theme
from tests import people
from tests.people import FREE, NOW

pytestmark = pytest.mark.both_databases
HOURLY = replace(FREE, start_every=60)
PARIS = "Europe/Paris"
MORNING, EVENING = (6 * 60, 12 * 60), (18 * 60, 24 * 60)
TUESDAY, THURSDAY = date(2026, 12, 1), date(2026, 12, 3)


@pytest.fixture
def network(db: Session) -> Session:
    """Five mentors in two zones, of three languages and two ways, one of whom gives half hours only."""
    people.mentor(db, "Alice", policy=HOURLY, languages=["fr", "en"], graduation_year=2010)
    people.mentor(db, "Dora", policy=HOURLY, languages=["de", "en"], graduation_year=1990)
    people.mentor(db, "Emil", policy=HOURLY, languages=["fr"], tzid="America/New_York", graduation_year=2022)
    _meets(db, people.mentor(db, "Fanny", policy=HOURLY, languages=["fr"]).id, [Mode.PHONE])
    people.mentor(db, "Short", policy=replace(HOURLY, durations=(30,)), languages=["fr"])
    db.flush()
    return db


def _meets(db: Session, mentor_id: int, ways: list[Mode]) -> None:
    db.get_one(MentorPolicy, mentor_id).ways = list(ways)


BUSY = BusyTimes((Interval(NOW + timedelta(days=1), NOW + timedelta(days=2)),))
QUERY = SlotQuery(tzid=PARIS, waking=True)
QUERIES = {
    "all": QUERY,
    "elsewhere": replace(QUERY, tzid="America/Toronto"),
    "nights too": replace(QUERY, waking=False),
    "mornings": replace(QUERY, waking=False, after=MORNING[0], before=MORNING[1]),
    "over midnight": replace(QUERY, waking=False, after=20 * 60, before=2 * 60),
    "French": replace(QUERY, language="fr"),
    "a language nobody speaks": replace(QUERY, language="ja"),
    "by phone": replace(QUERY, way="phone"),
    "on video, in German": replace(QUERY, way="video", language="de"),
    "peers": replace(QUERY, relation=Relation.PEER, viewer_year=2012),
    "younger ones": replace(QUERY, relation=Relation.REVERSE, viewer_year=2012),
    "elder ones": replace(QUERY, relation=Relation.CLASSIC, viewer_year=2012),
    "of who says no year": replace(QUERY, relation=Relation.PEER),
    "beside a calendar": replace(QUERY, avoids=BUSY),
    "two days": replace(QUERY, days=[TUESDAY, THURSDAY]),
    "two evenings": replace(QUERY, waking=False, days=[TUESDAY, THURSDAY], after=EVENING[0], before=EVENING[1]),
}


def listed(db: Session, query: SlotQuery) -> list[tuple[date, int]]:
    """Day and mentor of each hour of the coming seven days that the search shows, over all its pages."""
    found, cursor = [], None
    last = local_date(NOW, query.tzid) + timedelta(days=6)
    while True:
        page = find_slots(db, replace(query, limit=MOST, cursor=cursor), now=NOW)
        found += [(local_date(slot.starts_at, query.tzid), slot.mentor_id) for slot in page.slots]
        cursor = page.next_cursor
        if cursor is None or (found and found[-1][0] > last):
            return [each for each in found if each[0] <= last]


def week(db: Session, query: SlotQuery) -> Week:
    return week_of(db, query, now=NOW, parts=(MORNING, EVENING))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_count_is_what_the_search_lists(network: Session, query: SlotQuery) -> None:
    counted = week(network, query)
    shown = listed(network, query)
    assert counted.hours == len(shown)
    assert counted.mentors == len({mentor_id for _, mentor_id in shown})
    by_day = Counter(day for day, _ in listed(network, replace(query, days=())))
    assert dict(counted.days) == {day: by_day[day] for day, _ in counted.days}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_many_hours_are_counted_by_day_and_by_night_and_said_to_be_at_least_so_many(
    network: Session, monkeypatch: pytest.MonkeyPatch, query: SlotQuery
) -> None:
    monkeypatch.setattr(service, "MANY", 5)
    monkeypatch.setattr(service, "SOME", 2)
    counted = week(network, query)
    by_day = Counter(day for day, _ in listed(network, replace(query, days=())))
    for said, there in [
        (counted.hours, len(listed(network, query))),
        *((hours, by_day[day]) for day, hours in counted.days),
        *(
            (hours, len(listed(network, replace(query, after=part[0], before=part[1], waking=False))))
            for part, hours in counted.parts.items()
        ),
    ]:
        assert 2 <= said <= there if counted.at_least(said) else said == there


def test_the_hours_of_few_are_exact_beside_many_others_whose_languages_are_told_without_counts(
    network: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = replace(QUERY, language="de")
    found = listed(network, query)
    monkeypatch.setattr(service, "MANY", 5)
    monkeypatch.setattr(service, "SOME", max(Counter(day for day, _ in found).values()) + 1)
    counted = week(network, query)
    assert (counted.hours, counted.more, counted.sampled) == (len(found), False, True)
    assert {code for code, _ in counted.languages} == {"de", "en", "fr"}


@pytest.mark.parametrize("name", ["all", "French", "by phone", "beside a calendar", "two days", "mornings"])
def test_the_count_beside_a_choice_is_what_choosing_it_lists(network: Session, name: str) -> None:
    query = QUERIES[name]
    counted = week(network, query)
    assert counted.languages
    for code, hours in counted.languages:
        assert (code, hours) == (code, len(listed(network, replace(query, language=code))))
    for way in Mode:
        assert (way, counted.ways.get(way, 0)) == (way, len(listed(network, replace(query, way=way))))
    for part in (MORNING, EVENING):
        assert counted.parts[part] == len(listed(network, replace(query, after=part[0], before=part[1], waking=False)))


def test_the_first_page_counts_what_a_search_without_filters_lists(network: Session) -> None:
    for tzid in (PARIS, "America/Toronto"):
        told = open_hours(network, tzid=tzid, now=NOW)
        theme = people.law(network).id
        assert told.total == told.by_theme[theme] == len(listed(network, replace(QUERY, tzid=tzid, theme_id=theme)))


def test_the_first_page_counts_themes_of_many_hours_by_day_and_says_there_are_at_least_so_many(
    network: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.MANY", 100)
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.SOME", 9)
    law, rare = people.law(network), create_theme(network, names={"fr": "Rare", "en": "Rare"})
    rosa = people.mentor(network, "Rosa", policy=HOURLY)
    rosa.offers = [MentorTheme(theme_id=rare.id, proof="")]
    network.flush()
    refresh_openings(network, rosa.id, now=NOW)
    told = open_hours(network, tzid=PARIS, now=NOW)
    assert told.by_theme[rare.id] == len(listed(network, replace(QUERY, theme_id=rare.id)))
    by_day = Counter(day for day, _ in listed(network, replace(QUERY, theme_id=law.id)))
    assert told.by_theme[law.id] == sum(min(9, each) for each in by_day.values()) < by_day.total()
    assert max(told.by_theme.values()) <= told.total < by_day.total()
    assert told.more
    assert told.with_more == {law.id}


def test_there_are_in_all_no_fewer_than_of_one_theme_that_is_counted_exactly(
    network: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = people.law(network).id
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.themes_by_size", lambda *_, **__: {0: True, law: False})
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.SOME", 2)
    told = open_hours(network, tzid=PARIS, now=NOW)
    assert told.more
    assert told.total == told.by_theme[law] == len(listed(network, replace(QUERY, theme_id=law)))


def test_a_mentor_who_looks_does_not_count_their_own_hours(network: Session) -> None:
    bob = people.mentor(network, "Bob", policy=HOURLY, languages=["fr"])
    told = open_hours(network, tzid=PARIS, viewer_id=bob.id, now=NOW)
    assert told.total == len(listed(network, replace(QUERY, viewer_id=bob.id)))
