"""Who heard, and when a pause is offered instead of one more mail (F7)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.programme.rules.nudges import Earlier, Heard, next_kind, unheeded
from tests.people import NOW


def mail(weeks_ago: float, **more: object) -> Earlier:
    return Earlier(NOW - timedelta(weeks=weeks_ago), **more)  # type: ignore[arg-type]  # facts of the test


THREE = [mail(3), mail(2), mail(1)]


def test_after_three_in_vain_a_pause_is_offered_instead_of_a_fourth() -> None:
    assert next_kind(THREE[:2], Heard()) == "nudge"
    assert next_kind(THREE, Heard()) == "pause_offer"


def test_after_the_offer_nothing_is_written_until_they_are_back() -> None:
    offered = [*THREE, mail(0.5, kind="pause_offer")]
    assert next_kind(offered, Heard()) is None
    assert next_kind(offered, Heard(signed_in_at=NOW)) == "nudge"


def test_signing_in_or_answering_begins_anew() -> None:
    between = NOW - timedelta(weeks=1.5)
    assert unheeded(THREE, Heard(signed_in_at=between)) == THREE[2:]
    assert unheeded(THREE, Heard(answered_at=between)) == THREE[2:]
    assert unheeded(THREE, Heard(signed_in_at=NOW - timedelta(weeks=9))) == THREE
    assert unheeded(THREE, Heard(signed_in_at=NOW - timedelta(weeks=9), answered_at=between)) == THREE[2:]


def test_hours_were_opened_where_there_were_none_before() -> None:
    assert unheeded([mail(3, idle=True), mail(2)], Heard(open_now=True)) == [mail(2)]
    assert unheeded(THREE, Heard(open_now=True)) == THREE
    assert unheeded([mail(3, idle=True)], Heard(open_now=False)) == [mail(3, idle=True)]


@given(st.lists(st.builds(mail, st.floats(0, 50), idle=st.booleans()), max_size=8), st.booleans())
def test_never_a_fourth_in_vain(earlier: list[Earlier], open_now: bool) -> None:
    heard = Heard(open_now=open_now)
    if len(unheeded(earlier, heard)) >= 3:
        assert next_kind(earlier, heard) == "pause_offer"


@given(st.lists(st.builds(mail, st.floats(0.1, 50)), max_size=8))
def test_whoever_signs_in_now_has_heard_everything(earlier: list[Earlier]) -> None:
    assert unheeded(earlier, Heard(signed_in_at=NOW)) == []
