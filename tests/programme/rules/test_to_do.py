"""Five things to do, the most urgent first; and when Monday morning is (F7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.zones import local_time
from flashmeet.programme.rules.to_do import MOST, RANKS, Thing, ToDoKey, digest_week, first_things


def things(*keys: str) -> list[Thing]:
    return [Thing(key, 1, f"/{number}") for number, key in enumerate(keys)]  # type: ignore[arg-type]  # keys of the test


def keys(found: tuple[Thing, ...]) -> list[str]:
    return [each.key for each in found]


def test_people_come_before_figures() -> None:
    found = first_things(things("stale", "idle", "theme", "waiting", "cases", "applied", "expired"))
    assert keys(found) == ["cases", "applied", "waiting", "expired", "theme"]


def test_what_concerns_nobody_is_left_out() -> None:
    assert first_things([Thing(ToDoKey.WAITING, 0, "/"), Thing(ToDoKey.IDLE, 2, "/")]) == (Thing(ToDoKey.IDLE, 2, "/"),)


def test_five_tight_themes_hide_nothing_else_and_fill_the_page_where_there_is_nothing_else() -> None:
    assert keys(first_things(things(*["theme"] * 5, "idle", "few", "stale"))) == [
        "theme",
        "theme",
        "idle",
        "few",
        "stale",
    ]
    assert keys(first_things(things(*["theme"] * 7, "idle"))) == ["theme"] * 4 + ["idle"]


def test_of_two_themes_the_tighter_comes_first() -> None:
    calm, tight = Thing(ToDoKey.THEME, 30, "/calm", weight=1.1), Thing(ToDoKey.THEME, 3, "/tight", weight=3.0)
    assert first_things([calm, tight]) == (tight, calm)


ANY = st.builds(
    Thing, st.sampled_from(RANKS), st.integers(0, 50), st.text(max_size=3), weight=st.floats(0, 9, allow_nan=False)
)


@given(st.lists(ANY, max_size=20, unique_by=lambda each: (each.key, each.path)))
def test_at_most_five_in_order_of_rank_and_never_fewer_than_there_are(found: list[Thing]) -> None:
    first, open_things = first_things(found), [each for each in found if each.count]
    assert len(first) == min(MOST, len(open_things))
    assert [RANKS.index(each.key) for each in first] == sorted(RANKS.index(each.key) for each in first)
    assert first_things(reversed(found)) == first


@pytest.mark.parametrize("tzid", ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Pacific/Apia"])
@pytest.mark.parametrize("day", [datetime(2027, 3, 29, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)])
def test_monday_is_eight_on_that_wall_right_after_the_clock_has_changed(tzid: str, day: datetime) -> None:
    week = digest_week(day, tzid)
    for at, weekday in ((week.opens, 0), (week.closes, 1)):
        here = local_time(at, tzid).at
        assert (here.weekday(), here.hour, here.minute) == (weekday, 8, 0)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(["Europe/Paris", "Asia/Tokyo", "UTC"]))  # noqa: DTZ001  # made aware below
def test_one_week_has_one_name_and_one_morning(at: datetime, tzid: str) -> None:
    week = digest_week(at.replace(tzinfo=UTC), tzid)
    for moment in (week.opens, week.closes, week.opens + timedelta(days=5)):
        assert digest_week(moment, tzid) == week
    assert digest_week(week.opens + timedelta(days=7, hours=1), tzid).name != week.name
