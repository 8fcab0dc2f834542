"""The slot engine: acceptance A4–A8 as values, and *listed ⇔ accepted* as a property."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval, from_ticks, merged, tick, ticks
from flashmeet.core.settings.policies import Policy
from flashmeet.core.zones import local_date, local_time
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import claimed_by_mentor
from flashmeet.schedule.rules.quotas import Period, QuotaRule, mentor_quotas
from flashmeet.schedule.rules.slots import openings, require_offered
from tests.people import FREE, schedule
from tests.thoroughness import tries

HOURLY = Policy(**{name: getattr(FREE, name) for name in FREE.__slots__} | {"start_every": 60, "horizon_days": 400})


def starts(said: Schedule, begin: str, end: str, **more: object) -> list[str]:
    span = Interval(datetime.fromisoformat(begin), datetime.fromisoformat(end))
    return [f"{each.starts_at:%Y-%m-%dT%H:%MZ}" for each in openings(said, span=span, **more)]  # type: ignore[arg-type]


def on(day: str, begin: str, end: str) -> DayOverride:
    return DayOverride(date.fromisoformat(day), Span.parse(begin, end))


def test_a_window_across_the_gap_has_only_the_hours_that_exist() -> None:
    said = schedule(HOURLY, rules=(), overrides=(on("2027-03-28", "01:00", "04:00"),))
    assert starts(said, "2027-03-27T00:00Z", "2027-03-29T00:00Z") == ["2027-03-28T00:00Z", "2027-03-28T01:00Z"]


def test_a_window_across_the_fold_has_the_hour_told_twice_twice() -> None:
    said = schedule(HOURLY, rules=(), overrides=(on("2027-10-31", "02:00", "04:00"),))
    assert starts(said, "2027-10-30T00:00Z", "2027-11-01T00:00Z") == [
        "2027-10-31T00:00Z",
        "2027-10-31T01:00Z",
        "2027-10-31T02:00Z",
    ]


def test_a_weekly_hour_keeps_its_wall_time_while_its_instant_changes() -> None:
    said = schedule(HOURLY, rules=(WeeklyRule(0, Span.parse("18:00", "19:00")),))
    found = [starts(said, f"2027-03-{day:02}T00:00Z", f"2027-03-{day + 1:02}T00:00Z") for day in (8, 22, 29)]
    assert found == [["2027-03-08T17:00Z"], ["2027-03-22T17:00Z"], ["2027-03-29T16:00Z"]]
    seen = [local_time(datetime.fromisoformat(at), "America/New_York").at for (at,) in found]
    assert [f"{each:%H:%M}" for each in seen] == ["12:00", "13:00", "12:00"]


def test_an_override_replaces_the_mentors_own_day_wherever_it_is_seen_from() -> None:
    said = schedule(
        HOURLY,
        tzid="Pacific/Auckland",
        rules=(WeeklyRule(1, Span.parse("18:00", "20:00")),),
        overrides=(on("2027-03-30", "08:00", "10:00"),),
    )
    found = starts(said, "2027-03-29T07:00Z", "2027-03-31T06:59Z")
    assert found == ["2027-03-29T19:00Z", "2027-03-29T20:00Z"]
    assert [f"{local_time(datetime.fromisoformat(at), 'America/Los_Angeles').at:%d %H:%M}" for at in found] == [
        "29 12:00",
        "29 13:00",
    ]


def test_several_overrides_of_a_day_add_up_and_closing_wins() -> None:
    twice = (on("2026-12-09", "08:00", "09:00"), on("2026-12-09", "17:00", "18:00"))
    day = ("2026-12-09T00:00Z", "2026-12-10T00:00Z")
    assert starts(schedule(HOURLY, overrides=twice), *day) == ["2026-12-09T07:00Z", "2026-12-09T16:00Z"]
    assert starts(schedule(HOURLY, overrides=(*twice, DayOverride(date(2026, 12, 9), None))), *day) == []


def test_overlapping_rules_are_one_window() -> None:
    said = schedule(
        HOURLY, rules=(WeeklyRule(2, Span.parse("09:30", "11:00")), WeeklyRule(2, Span.parse("09:00", "10:30")))
    )
    assert starts(said, "2026-12-09T00:00Z", "2026-12-10T00:00Z") == ["2026-12-09T08:00Z", "2026-12-09T09:00Z"]


def test_a_session_may_run_through_midnight_where_both_days_are_free() -> None:
    both = (WeeklyRule(2, Span.parse("23:30", "24:00")), WeeklyRule(3, Span.parse("00:00", "00:30")))
    assert starts(schedule(HOURLY, rules=both), "2026-12-09T00:00Z", "2026-12-11T00:00Z") == ["2026-12-09T22:30Z"]
    assert starts(schedule(HOURLY, rules=both[:1]), "2026-12-09T00:00Z", "2026-12-11T00:00Z") == []


def test_leave_hides_every_hour_of_its_days() -> None:
    said = schedule(HOURLY, leaves=(LeavePeriod(date(2026, 12, 21), date(2027, 1, 3)),))
    assert starts(said, "2026-12-20T23:00Z", "2027-01-03T23:00Z") == []
    assert starts(said, "2026-12-20T00:00Z", "2026-12-20T23:00Z")[-1] == "2026-12-20T18:00Z"
    assert starts(said, "2027-01-03T23:00Z", "2027-01-05T00:00Z")[0] == "2027-01-04T07:00Z"


def test_a_day_whose_quota_is_used_up_has_no_start() -> None:
    policy = Policy(**{name: getattr(HOURLY, name) for name in HOURLY.__slots__} | {"per_day": 1})
    used = {Period(QuotaRule.MENTOR_DAY, "2026-12-09"): 1}
    found = starts(schedule(policy), "2026-12-09T00:00Z", "2026-12-11T00:00Z", used=used)
    assert found[0] == "2026-12-10T07:00Z"


QUARTERS = st.integers(0, 96)
SPANS = (
    st.tuples(QUARTERS, QUARTERS)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Span(pair[0] * 15, pair[1] * 15))
)
POLICIES = st.builds(
    Policy,
    durations=st.sets(st.sampled_from([15, 30, 60, 90]), min_size=1).map(lambda found: tuple(sorted(found))),
    start_every=st.sampled_from([15, 30, 60]),
    buffer_before=st.sampled_from([0, 15, 30]),
    buffer_after=st.sampled_from([0, 15, 45]),
    notice_minutes=st.sampled_from([0, 60, 1440]),
    horizon_days=st.integers(1, 5),
    per_day=st.sampled_from([None, 1, 2]),
    per_week=st.sampled_from([None, 1, 3]),
    per_month=st.sampled_from([None, 2]),
)
# Around the changes of the clock in Paris, New York, Auckland, Lord Howe and Havana, and around nothing at all.
MONDAYS = st.sampled_from(
    [date(2027, 3, 22), date(2027, 10, 25), date(2027, 3, 8), date(2027, 11, 1), date(2027, 1, 4)]
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Schedule, list[Interval], datetime]:
    """A schedule, what is booked in it already, and a moment."""
    monday = draw(MONDAYS)
    days = st.integers(0, 7).map(lambda n: monday + timedelta(days=n))
    said = Schedule(
        draw(
            st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Tokyo"])
        ),
        draw(POLICIES),
        tuple(draw(st.lists(st.builds(WeeklyRule, st.integers(0, 6), SPANS), max_size=5))),
        tuple(draw(st.lists(st.builds(DayOverride, days, st.none() | SPANS), max_size=2))),
        tuple(LeavePeriod(day, day) for day in draw(st.lists(days, max_size=1))),
    )
    begin = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    sessions = [
        Interval(begin + timedelta(minutes=15 * n), begin + timedelta(minutes=15 * (n + 4)))
        for n in draw(st.lists(st.integers(0, 7 * 96), max_size=4))
    ]
    return said, sessions, begin + timedelta(minutes=draw(st.integers(0, 2 * 1440)))


def accepts(said: Schedule, sessions: list[Interval], start: datetime, minutes: int, *, now: datetime) -> bool:
    """Booking, as the claims and the quota rows decide it, told in the plainest way."""
    try:
        require_offered(said, starts_at=start, minutes=minutes, now=now)
    except Refusal:
        return False
    policy = said.policy
    mine = claimed_by_mentor(
        start, start + timedelta(minutes=minutes), before=policy.buffer_before, after=policy.buffer_after
    )
    held = {number for each in sessions for number in ticks(each)}
    day = local_date(start, said.tzid)
    return not held & set(ticks(mine)) and all(
        quota_used(said, sessions)[quota.period] < quota.limit for quota in mentor_quotas(policy, day)
    )


def quota_used(said: Schedule, sessions: list[Interval]) -> Counter[Period]:
    days = (local_date(each.start, said.tzid) for each in sessions)
    return Counter(quota.period for day in days for quota in mentor_quotas(said.policy, day))


@settings(max_examples=tries(400, usual=120), deadline=None)
@given(worlds())
def test_a_start_is_listed_exactly_when_it_is_accepted(world: tuple[Schedule, list[Interval], datetime]) -> None:
    said, sessions, now = world
    span = Interval(now - timedelta(days=1), now + timedelta(days=7))
    taken = from_ticks([number for each in sessions for number in ticks(each)])
    policy = said.policy
    listed = {
        (each.starts_at, minutes)
        for each in openings(said, span=span, taken=taken, used=quota_used(said, sessions))
        for minutes in policy.durations
        if each.fits(minutes) and each.starts_at - policy.horizon <= now <= each.starts_at - policy.notice
    }
    quarters = range(tick(span.start), tick(span.end))
    accepted = {
        (start, minutes)
        for start in (datetime.fromtimestamp(number * 900, UTC) for number in quarters)
        for minutes in policy.durations
        if accepts(said, sessions, start, minutes, now=now)
    }
    assert listed == accepted


@given(worlds(), st.integers(0, 6), st.integers(1, 3))
@settings(max_examples=tries(100, usual=40), deadline=None)
def test_a_part_of_the_openings_is_the_openings_of_that_part(
    world: tuple[Schedule, list[Interval], datetime], first: int, days: int
) -> None:
    said, sessions, now = world
    whole = Interval(now, now + timedelta(days=9))
    part = Interval(now + timedelta(days=first), now + timedelta(days=first + days))
    taken = merged(sessions)
    expected = [each for each in openings(said, span=whole, taken=taken) if part.start <= each.starts_at < part.end]
    assert openings(said, span=part, taken=taken) == expected
