"""What waits on a theme goes on where the theme goes: merged into another, or retired."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.bookings.service.series_hours import givers
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.service.themes import merge_themes, retire_theme
from flashmeet.requests.models import HourOffer, MentoringRequest
from flashmeet.requests.rules.requests import RequestState
from flashmeet.requests.service.answer import accept, decline
from flashmeet.requests.service.waves import of_theme
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.waitlist import notify_waiting, notify_when_open, record_unmet_need, waits_for
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import create_theme
from tests.people import law, member, mentor
from tests.requests.conftest import Scene
from tests.scene import HOURLY


@pytest.fixture
def firms(scene: Scene) -> Theme:
    return create_theme(scene.db, names={"fr": "Sociétés", "en": "Firms"})


@pytest.fixture
def odile(scene: Scene) -> Member:
    return member(scene.db, "Odile", administrator=True)


def of_firms(scene: Scene, name: str, firms: Theme) -> Member:
    """A mentor of that theme alone, without hours of their own accord."""
    found = scene.mentor(name)
    found.offers = [MentorTheme(theme_id=firms.id, proof="Vingt sociétés")]
    scene.db.flush()
    return found


def mails(db: Session, who: Member, kind: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == who.id, OutboxMessage.kind == kind)
    return list(db.scalars(query))


def test_a_request_under_way_asks_the_mentors_of_the_theme_it_became(scene: Scene, firms: Theme, odile: Member) -> None:
    request = scene.ask(theme="Sociétés", any_time=True, times=())
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    scene.work()
    scene.db.refresh(request)
    assert (request.theme_id, request.state) == (law(scene.db).id, RequestState.OPEN)
    assert [each.mentor_id for each in request.asks] == [scene.karim.id]


def test_who_was_asked_accepts_after_the_merge(scene: Scene, firms: Theme, odile: Member) -> None:
    dora = of_firms(scene, "Dora", firms)
    request = scene.ask(theme="Sociétés")
    scene.work()
    [asked] = request.asks
    assert asked.mentor_id == dora.id
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    booking = accept(scene.db, asked, scene.at(9, 17), links=scene.links, now=scene.now)
    assert booking.theme_id == law(scene.db).id


def test_who_waits_in_a_queue_is_offered_the_hours_of_the_theme_it_became(
    scene: Scene, firms: Theme, odile: Member
) -> None:
    request = scene.ask(theme="Sociétés")
    scene.work()
    assert request.state == RequestState.QUEUED
    giver = mentor(scene.db, "Nora", policy=HOURLY)
    refresh_openings(scene.db, giver.id, now=scene.now)
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    scene.work()
    offers = scene.db.scalars(select(HourOffer).where(HourOffer.request_id == request.id)).all()
    assert [each.mentor_id for each in offers] == [giver.id]


def test_a_no_to_a_need_holds_for_the_theme_it_became(scene: Scene, firms: Theme, odile: Member) -> None:
    dora, eric = of_firms(scene, "Dora", firms), of_firms(scene, "Eric", firms)
    request = scene.ask(theme="Sociétés")
    scene.work()
    (asked,) = [each for each in request.asks if each.mentor_id == dora.id]
    asked.unfit = True
    decline(scene.db, asked, now=scene.now)
    scene.pass_time(scene.at(20, 9))
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    again = scene.ask(theme="droit", any_time=True, times=())
    found = {each.id for each in of_theme(scene.db, again, now=scene.now)}
    assert eric.id in found and dora.id not in found


@pytest.mark.parametrize("both", [False, True])
def test_who_is_to_be_told_of_an_hour_is_told_of_one_of_the_theme_it_became(
    scene: Scene, firms: Theme, odile: Member, *, both: bool
) -> None:
    """`both`: a search for the other theme came to nothing on the same day."""
    if both:
        record_unmet_need(scene.db, scene.camille, law(scene.db).id, UnmetCause.SEARCH, now=scene.now)
    notify_when_open(scene.db, scene.camille, firms, now=scene.now)
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    assert waits_for(scene.db, scene.camille, law(scene.db).id)
    refresh_openings(scene.db, mentor(scene.db, "Nora", policy=HOURLY).id, now=scene.now)
    assert notify_waiting(scene.db, now=scene.now) == 1


def test_who_was_told_already_waits_for_nothing_after_a_merge(scene: Scene, firms: Theme, odile: Member) -> None:
    notify_when_open(scene.db, scene.camille, law(scene.db), now=scene.now)
    refresh_openings(scene.db, mentor(scene.db, "Nora", policy=HOURLY).id, now=scene.now)
    assert notify_waiting(scene.db, now=scene.now) == 1
    record_unmet_need(scene.db, scene.camille, firms.id, UnmetCause.SEARCH, now=scene.now)
    merge_themes(scene.db, law(scene.db).id, firms.id, by=odile, now=scene.now)
    assert not waits_for(scene.db, scene.camille, firms.id)


def test_a_series_goes_on_under_the_theme_it_became(scene: Scene, firms: Theme, odile: Member) -> None:
    dora = of_firms(scene, "Dora", firms)
    series = Series(
        state=SeriesState.OPEN,
        mentor_id=dora.id,
        mentee_id=scene.camille.id,
        theme_id=firms.id,
        proposed_by_id=dora.id,
        goals="Avancer",
        rhythm_weeks=2,
        ends_on=date(2027, 6, 1),
        review_on=date(2027, 3, 1),
        proposed_at=scene.now,
        nonce="n",
    )
    scene.db.add(series)
    scene.db.flush()
    merge_themes(scene.db, firms.id, law(scene.db).id, by=odile, now=scene.now)
    assert [each.id for each in givers(scene.db, series)] == [dora.id]


@pytest.mark.parametrize("queued", [False, True])
def test_what_waits_on_a_theme_that_is_retired_ends_and_who_asked_is_told(
    scene: Scene, firms: Theme, odile: Member, *, queued: bool
) -> None:
    if not queued:
        of_firms(scene, "Dora", firms)
    request = scene.ask(theme="Sociétés")
    scene.work()
    assert request.state == (RequestState.QUEUED if queued else RequestState.OPEN)
    retire_theme(scene.db, firms.id, by=odile, now=scene.now)
    scene.work()
    assert scene.db.get_one(MentoringRequest, request.id).state == RequestState.DECLINED
    [told] = mails(scene.db, scene.camille, "request_ended")
    assert told.payload["action"] == "theme_closed"
    assert scene.holders("request", "offer") == 0


def test_a_request_to_one_mentor_outlives_its_theme(scene: Scene, odile: Member) -> None:
    asked = scene.ask_karim()
    retire_theme(scene.db, law(scene.db).id, by=odile, now=scene.now)
    assert accept(scene.db, asked, scene.at(9, 17), links=scene.links, now=scene.now).mentor_id == scene.karim.id
