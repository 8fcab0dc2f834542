"""They did not come: from minute 10, contested for 72 hours, settled once; and what follows (F13)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.service.answers import Said, say_outcome
from flashmeet.bookings.service.booking_details import message_log
from flashmeet.bookings.service.reliability import no_shows_of
from flashmeet.conduct.service.decisions import Decided, decide
from flashmeet.conduct.service.no_shows import contest, no_show_of_link, say_absent
from flashmeet.core.errors import ContestOver, Missing, NotFound, PausedByNetwork, TooEarlyToSay, TooLateToSay
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.conduct.conftest import Scene
from tests.people import NOW

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def count(scene: Scene, *, at: datetime | None = None) -> int:
    return no_shows_of(scene.db, [scene.bob.id, scene.alice.id], at or scene.now).get(scene.bob.id, 0)


def settled(scene: Scene, row: NoShow) -> NoShow:
    scene.work(row.until)
    return row


def test_it_can_be_said_from_minute_ten_on_by_either(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    for who in (scene.alice, scene.bob):
        with pytest.raises(TooEarlyToSay):
            say_absent(scene.db, booking, who, now=scene.at(9, 9, 9, 59))
    assert say_absent(scene.db, booking, scene.alice, now=scene.at(9, 9, 10)).about_id == scene.bob.id


def test_a_week_after_its_end_it_can_no_longer_be_said(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    with pytest.raises(TooLateToSay):
        say_absent(scene.db, booking, scene.alice, now=scene.at(16, 10))
    assert say_absent(scene.db, booking, scene.alice, now=scene.at(16, 10) - SECOND).state == "said"


def test_who_is_accused_is_told_once_with_a_link_of_their_own_and_nothing_stands_on_the_sessions_page(
    scene: Scene,
) -> None:
    row = scene.missed(9)
    say_absent(scene.db, row.booking, scene.alice, now=scene.now)
    assert scene.mails(scene.bob, "absence_said") == ["absence_said"]
    facts = scene.payload(scene.bob, "absence_said")
    assert facts["until"] == (scene.at(9, 9, 10) + 3 * DAY).isoformat()
    token = scene.links.absence_token(facts["absence_id"], facts["absence_nonce"])
    assert no_show_of_link(scene.db, token, links=scene.links, viewer_id=None) is row
    with pytest.raises(NotFound):
        no_show_of_link(scene.db, token, links=scene.links, viewer_id=scene.alice.id)
    assert not [told for told in message_log(scene.db, row.booking) if "absen" in told.kind]


def test_uncontested_for_72_hours_it_stands(scene: Scene) -> None:
    row = scene.missed(9)
    scene.work(row.until - SECOND)
    assert (row.state, count(scene)) == ("said", 0)
    scene.work(row.until)
    assert (row.state, count(scene)) == ("standing", 1)
    before = scene.effects()
    scene.work(row.until + DAY)
    assert scene.effects() == before


def test_contested_in_time_a_person_decides(scene: Scene) -> None:
    row = scene.missed(9)
    with pytest.raises(Missing):
        contest(scene.db, row, " ", now=row.until - SECOND)
    contest(scene.db, row, "Train supprimé, j’avais écrit", now=row.until - SECOND)
    scene.work(row.until + DAY)
    (case,) = scene.cases("no_show")
    assert (row.state, count(scene), scene.steps(case)) == ("contested", 0, ["opened", "contested"])
    assert scene.mails(scene.odile) == ["case_opened"]
    with pytest.raises(ContestOver):
        contest(scene.db, row, "Encore", now=scene.now)


def test_after_72_hours_it_cannot_be_contested(scene: Scene) -> None:
    row = scene.missed(9)
    with pytest.raises(ContestOver):
        contest(scene.db, row, "Trop tard", now=row.until)


@pytest.mark.parametrize(("decision", "counted"), [("standing", 1), ("dropped", 0)])
def test_both_are_told_what_was_decided(scene: Scene, decision: str, counted: int) -> None:
    row = scene.missed(9)
    contest(scene.db, row, "J’étais là", now=scene.now)
    decide(scene.db, scene.odile, scene.cases("no_show")[0].id, Decided(decision=decision), now=scene.now)
    assert (row.state, count(scene)) == (decision, counted)
    for who, mine in ((scene.bob, True), (scene.alice, False)):
        told = scene.payload(who, "absence_settled")
        assert (told["action"], told["about_me"]) == (decision, mine)


@pytest.mark.parametrize("alone", [True, False])
def test_where_the_room_saw_them_it_is_contested_by_itself(scene: Scene, alone: bool) -> None:
    booking = scene.book(scene.at(9))
    scene.was_in_the_room(booking, scene.bob, scene.at(9), 10 if alone else 5)
    if not alone:
        scene.was_in_the_room(booking, scene.alice, scene.at(9), 5)
    row = say_absent(scene.db, booking, scene.alice, now=scene.at(9, 9, 10))
    assert (row.state, scene.payload(scene.bob, "absence_said")["seen"]) == ("contested", True)
    assert [scene.steps(case) for case in scene.cases("no_show")] == [["opened", "seen"]]


def test_who_comes_after_it_was_said_is_seen_when_the_time_is_over(scene: Scene) -> None:
    row = scene.missed(9)
    for who in (scene.alice, scene.bob):
        scene.was_in_the_room(row.booking, who, scene.at(9, 9, 12), 40)
    assert settled(scene, row).state == "contested"


def test_a_little_while_in_the_room_speaks_for_nobody(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    scene.was_in_the_room(booking, scene.bob, scene.at(9), 4)
    assert say_absent(scene.db, booking, scene.alice, now=scene.at(9, 9, 10)).state == "said"


def test_where_each_says_it_of_the_other_a_person_decides_on_both(scene: Scene) -> None:
    row = scene.missed(9)
    other = say_absent(scene.db, row.booking, scene.bob, now=scene.now)
    assert (row.state, other.state) == ("contested", "contested")
    assert len(scene.cases("no_show")) == 2
    assert scene.mails(scene.bob, "mentor_absent") == []


@pytest.mark.parametrize("happened", ["yes", "moved"])
def test_they_came_after_all_takes_it_back(scene: Scene, happened: str) -> None:
    row = scene.missed(9)
    contest(scene.db, row, "J’étais là", now=scene.now)
    say_outcome(scene.db, row.booking, scene.alice, Said(happened), now=scene.now)
    (case,) = scene.cases("no_show")
    assert (row.state, case.decision, scene.steps(case)[-1]) == ("withdrawn", "withdrawn", "withdrawn")
    assert scene.payload(scene.bob, "absence_settled")["action"] == "withdrawn"
    assert settled(scene, row).state == "withdrawn"
    say_absent(scene.db, row.booking, scene.alice, now=scene.now)
    assert row.state == "withdrawn"


def test_that_an_hour_did_not_take_place_accuses_nobody(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    say_outcome(scene.db, booking, scene.alice, Said("no"), now=scene.at(9, 9, 30))
    scene.work(scene.at(20))
    assert (count(scene), scene.mails(scene.bob, "absence_said")) == (0, [])


def test_it_counts_for_90_days_from_its_hour(scene: Scene) -> None:
    settled(scene, scene.missed(9))
    ninety = scene.at(9) + 90 * DAY
    assert (count(scene, at=ninety - SECOND), count(scene, at=ninety)) == (1, 0)


def test_the_mentee_of_an_absent_mentor_has_an_apology_others_and_a_person_calls(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    scene.now = scene.at(9, 9, 10)
    row = say_absent(scene.db, booking, scene.bob, now=scene.now)
    told = scene.payload(scene.bob, "mentor_absent")
    assert [each["id"] for each in told["people"]] == [scene.dora.id]
    (case,) = scene.cases("call")
    assert (case.about_id, case.by_id) == (scene.alice.id, scene.bob.id)
    decide(scene.db, scene.odile, case.id, Decided(decision="called", note="Malade"), now=scene.now)
    assert settled(scene, row).state == "standing"
    assert (scene.mails(scene.bob, "mentor_absent"), scene.alice.bookable) == (["mentor_absent"], True)


def test_a_mentor_who_contests_makes_the_call_a_decision(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    row = say_absent(scene.db, booking, scene.bob, now=scene.at(9, 9, 10))
    decide(scene.db, scene.odile, scene.cases("call")[0].id, Decided(decision="called"), now=scene.at(9, 12))
    contest(scene.db, row, "J’y étais", now=scene.at(10))
    (case,) = scene.cases("no_show")
    assert (case.closed_at, case.decision, scene.cases("call")) == (None, "", [])


def test_a_mentor_is_never_paused_however_often(scene: Scene) -> None:
    for day in (9, 13, 17, 21):
        booking = scene.book(scene.at(day))
        settled(scene, say_absent(scene.db, booking, scene.bob, now=scene.at(day, 9, 10)))
    assert (scene.cases("pause"), scene.alice.bookable) == ([], True)


def three_missed(scene: Scene) -> None:
    scene.now = NOW
    rows = [scene.book(scene.at(day)) for day in (5, 6, 7)]
    said = [say_absent(scene.db, each, scene.alice, now=each.starts_at + timedelta(minutes=10)) for each in rows]
    scene.work(said[-1].until)


def test_the_third_hour_missed_pauses_until_a_person_has_talked_to_them(scene: Scene) -> None:
    coming = scene.book(scene.at(23))
    three_missed(scene)
    (case,) = scene.cases("pause")
    with pytest.raises(PausedByNetwork):
        scene.book(scene.at(20))
    assert (coming.status, scene.mails(scene.bob, "bookings_rest")) == (BookingStatus.CONFIRMED, ["bookings_rest"])
    decide(scene.db, scene.odile, case.id, Decided(decision="lifted"), now=scene.now)
    assert scene.book(scene.at(20)).status == BookingStatus.CONFIRMED
    assert scene.payload(scene.bob, "bookings_rest")["over"] is True
    scene.work(scene.now + DAY)
    assert len(scene.cases("pause")) == 1


def test_two_hours_missed_pause_nobody(scene: Scene) -> None:
    for day in (5, 6):
        scene.missed(day)
    scene.work(scene.now + 4 * DAY)
    assert (count(scene), scene.cases("pause")) == (2, [])
    assert scene.book(scene.at(20)).status == BookingStatus.CONFIRMED
