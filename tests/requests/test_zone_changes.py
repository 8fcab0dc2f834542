"""Times that were proposed keep their place on the clock while they wait for an answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from flashmeet.core.zones import data_version
from flashmeet.messages.models import OutboxMessage
from flashmeet.periodic_tasks import TASKS
from flashmeet.requests.models import HourOffer, RequestTime
from flashmeet.requests.service.answer import accept, propose
from flashmeet.requests.service.counter_offer import choose
from flashmeet.requests.service.times.kept import kept_times
from flashmeet.schedule.models import Claim, Holder, MentorPolicy
from flashmeet.schedule.rules.booked_hour import HolderKind
from tests.requests.conftest import Scene
from tests.zone_data import zone_data

CASABLANCA = "Africa/Casablanca"
OLD = {CASABLANCA: "Etc/GMT-1"}
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.karim.tzid = scene.db.get_one(MentorPolicy, scene.karim.id).tzid = CASABLANCA
    scene.db.flush()
    return scene


def follow(scene: Scene) -> None:
    next(task for task in TASKS if task.name == "follow_zone_data").act(scene.db, scene.now)
    scene.db.expire_all()


def test_times_that_the_mentee_proposed_move_with_the_mentors_clock_and_are_accepted_there(
    scene: Scene, tmp_path: Path
) -> None:
    with zone_data(tmp_path, OLD):
        ask = scene.ask_karim(times=(scene.at(9, 17), scene.at(9, 18)))
        claimed = scene.claimed(scene.camille), scene.claimed(scene.karim)
    for _ in range(2):
        follow(scene)
    times = [scene.at(9, 18), scene.at(9, 19)]
    assert list(kept_times(scene.db, ask.request, now=scene.now)) == times
    assert [each.starts_at for each in ask.request.times] == times
    assert (scene.claimed(scene.camille), scene.claimed(scene.karim)) == claimed
    assert set(scene.db.scalars(select(Holder.zone_data).where(Holder.wall != ""))) == {data_version()}
    booking = accept(scene.db, ask, times[0], links=scene.links, now=scene.now)
    assert (booking.starts_at, booking.agreed_wall[:16]) == (times[0], "2026-12-09T18:00")


def test_mails_about_them_that_have_not_left_name_the_times_of_today(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        scene.ask_karim(times=(scene.at(9, 17),))
    follow(scene)
    rows = scene.db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == scene.karim.id)).all()
    assert {time for row in rows for time in row.payload.get("times", ())} == {scene.at(9, 18).isoformat()}


def test_times_that_the_mentor_proposed_move_and_the_mentee_chooses_one(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        ask = scene.ask_karim(any_time=True, times=())
        propose(scene.db, ask, (scene.at(11, 9),), now=scene.now)
    follow(scene)
    booking = choose(scene.db, ask.request, scene.at(11, 10), links=scene.links, now=scene.now)
    assert booking.starts_at == scene.at(11, 10)


def test_times_for_a_theme_follow_the_mentees_clock(scene: Scene, tmp_path: Path) -> None:
    scene.camille.tzid = CASABLANCA
    scene.db.flush()
    with zone_data(tmp_path, OLD):
        request = scene.ask(times=(scene.at(9, 17),))
    follow(scene)
    assert list(kept_times(scene.db, request, now=scene.now)) == [scene.at(9, 18)]


def test_a_time_whose_new_place_is_taken_stays_and_can_still_be_accepted(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        ask = scene.ask_karim(times=(scene.at(9, 17),))
        mina = scene.mentor("Mina")
        other = scene.ask(mentor_id=mina.id, times=(scene.at(9, 18),)).asks[0]
    for _ in range(2):
        follow(scene)
    assert list(kept_times(scene.db, ask.request, now=scene.now)) == [scene.at(9, 17)]
    assert list(kept_times(scene.db, other.request, now=scene.now)) == [scene.at(9, 18)]
    assert accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now).starts_at == scene.at(9, 17)


def test_an_hour_that_is_kept_for_somebody_in_a_queue_moves_with_its_offer(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        ask = scene.ask_karim(times=(scene.at(9, 17),))
        holder = scene.db.scalars(select(Holder).where(Holder.kind == HolderKind.PROPOSAL)).one()
        holder.kind, holder.expires_at = HolderKind.OFFER, scene.at(5, 9)
        scene.db.delete(scene.db.scalars(select(RequestTime)).one())
        offer = HourOffer(
            request=ask.request,
            mentor_id=scene.karim.id,
            starts_at=scene.at(9, 17),
            state="open",
            ends_at=scene.at(5, 9),
            nonce="n",
            holder_id=holder.id,
        )
        scene.db.add(offer)
        scene.db.flush()
    follow(scene)
    assert (offer.starts_at, holder.starts_at, holder.expires_at) == (scene.at(9, 18), scene.at(9, 18), scene.at(5, 9))
    ticks = scene.db.scalars(select(Claim.tick).where(Claim.member_id == scene.camille.id).order_by(Claim.tick)).all()
    assert ticks[0] == int(scene.at(9, 18).timestamp()) // 900
