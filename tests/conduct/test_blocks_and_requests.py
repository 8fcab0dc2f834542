"""Who is kept apart is neither asked nor offered anything of the other, whichever way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.rules.series import Plan
from flashmeet.bookings.service.answers import complete_over
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.series import answer_series, propose_series
from flashmeet.conduct.service.blocks import block
from flashmeet.core.errors import NotFound
from flashmeet.requests.models import HourOffer
from flashmeet.requests.service.answer import propose
from flashmeet.schedule.service.availability import save_availability
from tests.people import EVERY_DAY, FREE, mentor
from tests.requests.conftest import NO_RULES, Scene, scene

__all__ = ["scene"]


def keep_apart(scene: Scene) -> None:
    block(scene.db, scene.karim, scene.camille.id, cancel=True, now=scene.now)


def test_a_wave_asks_nobody_who_is_kept_apart(scene: Scene) -> None:
    ada = scene.mentor("Ada")
    scene.ask_karim(any_time=True)
    keep_apart(scene)
    request = scene.ask(any_time=True, times=())
    scene.work()
    assert [ask.mentor_id for ask in request.asks] == [ada.id]


def test_who_is_kept_apart_reads_as_unknown_when_asked(scene: Scene) -> None:
    scene.ask_karim(any_time=True)
    keep_apart(scene)
    with pytest.raises(NotFound):
        scene.ask_karim(any_time=True)


def test_an_hour_of_theirs_is_not_offered_to_the_queue(scene: Scene) -> None:
    asked = scene.ask_karim(any_time=True)
    keep_apart(scene)
    assert asked.request.state != "open"
    request = scene.ask(any_time=True, times=())
    scene.work()
    assert request.state == "queued"
    save_availability(
        scene.db, scene.karim, tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=FREE, now=scene.now
    )
    scene.work()
    assert scene.db.scalars(select(HourOffer)).all() == []


def test_times_that_they_proposed_are_let_go_of_and_the_theme_is_asked_on(scene: Scene) -> None:
    ada = scene.mentor("Ada", rules=NO_RULES)
    request = scene.ask()
    scene.work()
    ask = next(each for each in request.asks if each.mentor_id == scene.karim.id)
    propose(scene.db, ask, [scene.at(14, 9)], now=scene.now)
    assert request.state == "proposed" and scene.claimed(scene.karim) == 4
    keep_apart(scene)
    assert (request.state, scene.claimed(scene.karim), scene.claimed(scene.camille)) == ("open", 0, 0)
    assert ada.id in {each.mentor_id for each in request.asks}


def test_a_series_of_theirs_ends_without_a_word(scene: Scene) -> None:
    db = scene.db
    alice = mentor(db, "Alice", policy=replace(FREE, horizon_days=60))
    wish = BookingRequest(mentor_id=alice.id, starts_at=scene.at(2, 9), theme="droit", need="Mes statuts")
    booking = book_slot(db, scene.camille, wish, links=scene.links, now=scene.now)
    later = booking.ends_at + timedelta(hours=1)
    complete_over(db, now=later)
    plan = Plan(goals="Trouver un associé", rhythm_weeks=2, ends_on=date(2027, 2, 28))
    series = propose_series(db, scene.camille, booking.id, plan, now=later)
    answer_series(db, series, alice, accept=True, now=later)
    told = len(scene.mails(scene.camille)), len(scene.mails(alice))
    block(db, alice, scene.camille.id, cancel=True, now=later)
    assert series.state == "ended"
    assert len(scene.mails(scene.camille)) <= told[0] and len(scene.mails(alice)) <= told[1]
