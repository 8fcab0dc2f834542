"""Which days a report is about, and what its figures say and do not say."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.programme.rules.reports import FACETS, Held, Period, Tally, asked_year, figures
from flashmeet.requests.rules.responses import Responses

TODAY = date(2028, 2, 29)


def held(minutes: int = 60, *, theme: str = "law", clearer: int | None = None, mentee_id: int = 2) -> Held:
    return Held(
        theme=theme,
        format="flash",
        relation="peer",
        mode="video",
        month="2028-01",
        mentor_id=1,
        mentee_id=mentee_id,
        minutes=minutes,
        clearer=clearer,
    )


def test_this_year_is_as_much_as_there_has_been_beside_the_same_days_of_last_year() -> None:
    period = Period.parse({}, today=TODAY)
    assert period == Period(date(2028, 1, 1), TODAY)
    assert period.year_before == Period(date(2027, 1, 1), date(2027, 2, 28))
    assert Period.parse({"year": "2027"}, today=TODAY) == Period(date(2027, 1, 1), date(2027, 12, 31))


def test_days_that_nobody_can_read_or_that_lie_ahead_are_not_said() -> None:
    this = Period.parse({}, today=TODAY)
    for fields in ({"from": "x"}, {"from": "2028-02-02", "to": "2028-02-01"}, {"from": "2029-01-01"}, {"year": "9999"}):
        assert Period.parse(fields, today=TODAY) == this
    assert Period.parse({"from": "2027-09-01", "to": "2030-01-01"}, today=TODAY) == Period(date(2027, 9, 1), TODAY)
    assert asked_year("١٢٣٤", today=TODAY) == 2028
    assert (asked_year("2000", today=TODAY), asked_year("1999", today=TODAY)) == (2000, 2028)
    assert Period.parse({"from": "2000-01-01", "to": "2000-03-01"}, today=TODAY).first == date(2000, 1, 1)
    assert Period.parse({"from": "1999-12-31", "to": "2000-03-01"}, today=TODAY) == this


def test_days_that_are_asked_for_are_those_that_are_reported() -> None:
    asked = {"from": "2027-09-01", "to": "2027-09-30"}
    assert Period.parse(asked, today=TODAY) == Period(date(2027, 9, 1), date(2027, 9, 30))
    assert Period.parse({"from": "2027-09-01", "to": "2027-09-01"}, today=TODAY).last == date(2027, 9, 1)
    assert Period.parse({"from": "2028-02-29"}, today=TODAY) == Period(TODAY, TODAY)
    ahead = {"from": "2029-01-01", "to": "2029-02-01"}
    assert Period.parse(ahead, today=TODAY) == Period.parse({}, today=TODAY)


def test_of_a_year_that_has_not_begun_there_is_its_first_day_alone() -> None:
    assert Period.of_year(2029, today=TODAY) == Period(date(2029, 1, 1), date(2029, 1, 1))


def test_a_day_of_the_period_is_a_day_on_the_wall() -> None:
    span = Period(date(2027, 3, 28), date(2027, 3, 28)).span("Europe/Paris")
    assert (span.start, span.end) == (
        datetime(2027, 3, 27, 23, tzinfo=UTC),
        datetime(2027, 3, 28, 22, tzinfo=UTC),
    )


def test_how_clear_things_are_is_hidden_under_five_answers() -> None:
    four = figures([held(clearer=4)] * 4, Responses())
    assert (four.clarity.n, four.clarity.mean) == (4, None)
    five = figures([held(clearer=4)] * 4 + [held(clearer=5, theme="tax")], Responses())
    assert (five.clarity.n, five.clarity.mean) == (5, 4.2)
    assert five.clarity_by_theme["law"].mean is None


def test_how_clear_things_are_is_told_of_each_theme_by_its_own_answers() -> None:
    sessions = [*[held(clearer=4)] * 5, *[held(clearer=1, theme="tax")] * 6, held(theme="art")]
    told = figures(sessions, Responses()).clarity_by_theme
    assert {theme: (each.n, each.mean) for theme, each in told.items()} == {"law": (5, 4.0), "tax": (6, 1.0)}


def test_an_hour_that_did_not_take_place_counts_nowhere_but_there() -> None:
    found = figures([held(), held(0, mentee_id=3)], Responses())
    assert (found.served, found.not_served, found.mentees) == (Tally(60, 1), 1, 1)


@given(
    st.lists(
        st.builds(held, st.sampled_from([0, 30, 60, 90]), theme=st.sampled_from("abc"), mentee_id=st.integers(2, 5)),
        max_size=20,
    )
)
def test_every_fact_splits_the_same_hours(sessions: list[Held]) -> None:
    found = figures(sessions, Responses())
    assert found.served.bookings + found.not_served == len(sessions)
    for facet in FACETS:
        tallies = found.by[facet].values()
        assert sum(each.minutes for each in tallies) == found.served.minutes
        assert sum(each.bookings for each in tallies) == found.served.bookings
