"""The response rate counts what it promises to count, and nothing else (F4)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.requests.rules.requests import ANSWERED, AskState
from flashmeet.requests.rules.responses import AskedMentor, responses
from tests.people import NOW


def asked(state: str, *, wave: int = 0, hours: float | None = None) -> AskedMentor:
    took = hours if hours is not None else 1.0 if state in ANSWERED else None
    return AskedMentor(AskState(state), wave, NOW, None if took is None else NOW + timedelta(hours=took))


def many(**states: int) -> list[AskedMentor]:
    return [asked(state) for state, count in states.items() for _ in range(count)]


def test_ten_of_eleven_are_91_per_cent() -> None:
    found = responses(many(accepted=7, declined=2, countered=1, expired=1, withdrawn=1, asked=2))
    assert (found.answered, found.of, found.percent, found.received) == (10, 11, 91, 14)


def test_under_three_that_count_somebody_is_new() -> None:
    found = responses(many(accepted=1, expired=1, withdrawn=5, asked=5))
    assert (found.new, found.percent) == (True, None)
    assert responses(many(accepted=2, expired=1)).percent == 67


def test_a_wave_that_nobody_answered_is_nobodys_fault_and_an_answered_one_counts() -> None:
    found = responses([*many(accepted=3), asked("expired", wave=1), asked("closed", wave=2), asked("solved", wave=1)])
    assert (found.answered, found.expired, found.received, found.percent) == (4, 0, 4, 100)


def test_the_median_is_of_answers_alone() -> None:
    found = responses(
        [asked("accepted", hours=2), asked("declined", hours=4), asked("solved", hours=30), asked("asked")]
    )
    assert found.median == timedelta(hours=4)
    assert responses(many(expired=3)).median is None


ANY = st.builds(
    asked, st.sampled_from(AskState), wave=st.integers(0, 3), hours=st.none() | st.floats(0.1, 200, allow_nan=False)
)


@given(st.lists(ANY, max_size=30), st.randoms(use_true_random=False))
def test_the_order_says_nothing(found: list[AskedMentor], random: object) -> None:
    turned = list(found)
    random.shuffle(turned)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert responses(turned) == responses(found)


@given(st.lists(ANY, max_size=30))
def test_the_rate_lies_between_nothing_and_all_and_an_expiry_never_raises_it(found: list[AskedMentor]) -> None:
    before, after = responses(found), responses([*found, asked("expired")])
    assert before.percent is None or 0 <= before.percent <= 100
    if before.percent is not None and after.percent is not None:
        assert after.percent <= before.percent
    assert before.received >= before.of


@given(st.lists(ANY, max_size=30), st.sampled_from(["asked", "withdrawn", "closed"]), st.integers(0, 2))
def test_what_is_open_taken_back_or_passed_on_changes_no_rate(found: list[AskedMentor], state: str, wave: int) -> None:
    before, after = responses(found), responses([*found, asked(state, wave=wave)])
    assert (after.percent, after.of, after.median) == (before.percent, before.of, before.median)
