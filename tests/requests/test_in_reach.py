"""Nobody is told of an hour that they cannot take: at night, beside another, with whom they cannot talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from flashmeet.conduct.service.cases import open_case
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.people.models import ConductCase
from flashmeet.people.rules.cases import CaseKind
from flashmeet.requests.rules.requests import RequestState
from flashmeet.requests.service.answer import say_unfit
from flashmeet.requests.service.lifecycle import end_request
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.dismissals import dismiss
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.schedule.service.waitlist import (
    notify_some,
    notify_waiting,
    notify_when_open,
    record_unmet_need,
)
from flashmeet.themes.rules.changes import UnmetCause
from tests.people import FREE, law, member, timetable
from tests.requests.conftest import Scene
from tests.requests.test_waves import WEDNESDAYS, offers, queued, wednesdays


def friday_too(scene: Scene, mentor: Member) -> None:
    """Wednesday evenings and Friday mornings: where it is night in Tokyo, and where it is day."""
    rules = (*WEDNESDAYS, WeeklyRule(4, Span.parse("08:00", "09:00")))
    save_availability(scene.db, mentor, tzid="Europe/Paris", rules=rules, overrides=(), policy=FREE, now=scene.now)


def test_nobody_in_the_queue_is_offered_an_hour_in_their_night(scene: Scene) -> None:
    (request,) = queued(scene, "Ken")
    request.mentee.tzid = "Asia/Tokyo"
    friday_too(scene, scene.karim)
    scene.work()
    assert [offer.starts_at for offer in offers(scene)] == [scene.at(4, 7)]


def test_who_proposed_a_time_at_night_is_offered_hours_at_night(scene: Scene) -> None:
    ken = member(scene.db, "Ken", tzid="Asia/Tokyo")
    scene.karim.paused_until = scene.now + timedelta(days=300)
    request = scene.ask(ken, times=(scene.at(9, 17),))
    scene.work()
    scene.karim.paused_until = None
    friday_too(scene, scene.karim)
    scene.work()
    assert (request.state, [offer.starts_at for offer in offers(scene)]) == ("queued", [scene.at(2, 16)])


def test_the_queue_offers_nothing_that_clashes_with_the_mentee_s_own_calendar(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    timetable(scene.db, request.mentee, Interval(scene.at(2, 15), scene.at(2, 19)))
    friday_too(scene, scene.karim)
    scene.work()
    assert [offer.starts_at for offer in offers(scene)] == [scene.at(4, 7)]


def test_the_queue_offers_no_hour_of_who_shares_no_language_or_was_turned_down(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    other = scene.mentor("John", languages=["en"])
    dismiss(scene.db, request.mentee, scene.karim.id, now=scene.now)
    for each in (scene.karim, other):
        wednesdays(scene, each)
    scene.work()
    assert offers(scene) == []
    other.languages = ["en", "fr"]
    scene.work()
    assert {offer.mentor_id for offer in offers(scene)} == {other.id}


def test_a_wave_does_not_ask_whom_the_mentee_does_not_want_suggested(scene: Scene) -> None:
    other = scene.mentor("Lea")
    dismiss(scene.db, scene.camille, scene.karim.id, now=scene.now)
    request = scene.ask()
    scene.work()
    assert [ask.mentor_id for ask in request.asks] == [other.id]


def test_who_waits_for_a_theme_is_told_only_of_an_hour_by_day_on_their_clock(scene: Scene) -> None:
    ken = member(scene.db, "Ken", tzid="Asia/Tokyo")
    notify_when_open(scene.db, ken, law(scene.db), now=scene.now)
    wednesdays(scene, scene.karim)
    assert notify_waiting(scene.db, now=scene.now) == 0
    friday_too(scene, scene.karim)
    assert notify_waiting(scene.db, now=scene.now) == 1


def test_who_waits_for_a_theme_is_told_only_of_an_hour_at_which_they_have_nothing_else(scene: Scene) -> None:
    lea, others = scene.mentor("Lea"), [scene.at(day, 15) for day in (2, 16, 23)]
    wednesdays(scene, lea)
    notify_when_open(scene.db, scene.camille, law(scene.db), now=scene.now)
    timetable(scene.db, scene.camille, *(Interval(at, at + timedelta(hours=5)) for at in others))
    asked = scene.ask(mentor_id=scene.karim.id, times=(scene.at(9, 16), scene.at(9, 17), scene.at(9, 18)))
    assert notify_waiting(scene.db, now=scene.now) == 0
    end_request(scene.db, asked, RequestState.WITHDRAWN, now=scene.now)
    assert notify_waiting(scene.db, now=scene.now) == 1


def test_who_searched_in_vain_is_told_of_an_hour_only_where_they_asked_to_be(scene: Scene) -> None:
    ines, asks = member(scene.db, "Inès"), member(scene.db, "Noé")
    for each in (ines, asks):
        record_unmet_need(scene.db, each, law(scene.db).id, UnmetCause.SEARCH, now=scene.now)
    notify_when_open(scene.db, asks, law(scene.db), now=scene.now)
    wednesdays(scene, scene.karim)
    assert notify_waiting(scene.db, now=scene.now) == 1
    assert (len(scene.mails(ines, "theme_open")), len(scene.mails(asks, "theme_open"))) == (0, 1)


def test_those_who_wait_are_looked_at_some_at_a_time_and_told_once(scene: Scene) -> None:
    waiting = [member(scene.db, f"M{number}", languages=["fr" if number % 2 else "en"]) for number in range(230)]
    for each in waiting:
        notify_when_open(scene.db, each, law(scene.db), now=scene.now)
    wednesdays(scene, scene.karim)
    reached, steps = "", 0
    while reached or not steps:
        reached, steps = notify_some(scene.db, reached, now=scene.now), steps + 1
    assert steps == 3
    assert sum(len(scene.mails(each, "theme_open")) for each in waiting) == 115
    assert notify_waiting(scene.db, now=scene.now) == 0


def test_who_said_that_a_need_is_not_for_them_is_not_suggested_for_its_theme_again(scene: Scene) -> None:
    wednesdays(scene, scene.karim)
    assert [each.mentor for each in suggestions(scene.db, scene.camille, theme=law(scene.db), now=scene.now)] == [
        scene.karim
    ]
    request = scene.ask(any_time=True, times=())
    scene.work()
    say_unfit(scene.db, request.asks[0], now=scene.now)
    assert suggestions(scene.db, scene.camille, theme=law(scene.db), now=scene.now) == []
    assert len(suggestions(scene.db, member(scene.db, "Ana"), theme=law(scene.db), now=scene.now)) == 1


def must_talk_first(scene: Scene, who: Member) -> None:
    """An administrator has to talk to them before they may book again."""
    open_case(scene.db, key=f"pause:{who.id}", kind=CaseKind.PAUSE, about=who, now=scene.now)
    scene.db.flush()


def takes_a_break(scene: Scene, who: Member) -> None:
    who.paused_until = scene.now + timedelta(days=90)


@pytest.mark.parametrize("stop", [must_talk_first, takes_a_break])
def test_an_hour_is_kept_for_nobody_who_could_not_take_it_and_goes_to_the_next(
    scene: Scene, stop: Callable[[Scene, Member], None]
) -> None:
    first, second = queued(scene, "Ana", "Ben")
    stop(scene, first.mentee)
    wednesdays(scene, scene.karim)
    scene.work()
    assert {offer.request_id for offer in offers(scene)} == {second.id}


@pytest.mark.parametrize("stop", [must_talk_first, takes_a_break])
def test_who_could_not_take_an_hour_is_told_of_one_once_they_can(
    scene: Scene, stop: Callable[[Scene, Member], None]
) -> None:
    notify_when_open(scene.db, scene.camille, law(scene.db), now=scene.now)
    wednesdays(scene, scene.karim)
    stop(scene, scene.camille)
    assert notify_waiting(scene.db, now=scene.now) == 0
    scene.camille.paused_until = None
    scene.db.execute(update(ConductCase).values(closed_at=scene.now))
    assert notify_waiting(scene.db, now=scene.now) == 1


def test_no_mentor_is_asked_for_somebody_who_may_not_book(scene: Scene) -> None:
    request = scene.ask(any_time=True, times=())
    must_talk_first(scene, scene.camille)
    scene.work()
    assert scene.mails(scene.karim, "asked") == []
    assert request.state == RequestState.QUEUED
