"""A theme is asked: small waves, then the queue, then "we tell you"; each person is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.conduct.service.blocks import block
from flashmeet.core.errors import QuotaReached, Refusal, RequestOver, TimeGone
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import Block
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.service.answer import accept, decline, propose
from flashmeet.requests.service.counter_offer import none_suits
from flashmeet.requests.service.overview import named_colleagues
from flashmeet.requests.service.queue import offer_stands, pass_offer, take_offer
from flashmeet.schedule.rules.availability import LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.free_now import begin_free_now
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.waitlist import waits_for
from tests.messages.adapters.samples import outgoing, renderer
from tests.people import EVERY_DAY, FREE, law, member
from tests.requests.conftest import NO_RULES, Scene

FIRST = date(2026, 12, 1)
WEDNESDAYS = (WeeklyRule(2, Span.parse("17:00", "20:00")),)


def asked_by(scene: Scene, request: MentoringRequest, wave: int = 0) -> list[RequestAsk]:
    return [ask for ask in request.asks if wave in (0, ask.wave)]


def many(scene: Scene, count: int) -> list[Member]:
    """Karim and others, all for law."""
    return [scene.karim, *(scene.mentor(f"M{number}") for number in range(1, count))]


def test_a_theme_claims_the_mentee_once_and_a_mentor_only_on_acceptance(scene: Scene) -> None:
    mentors = many(scene, 4)
    request = scene.ask()
    scene.work()
    assert len(request.asks) == 3 and scene.claimed(scene.camille) == 8
    assert [scene.claimed(each) for each in mentors] == [0, 0, 0, 0]
    ask = request.asks[1]
    booking = accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    assert booking.mentor_id == ask.mentor_id
    assert (scene.claimed(scene.camille), scene.claimed(ask.mentor)) == (4, 4)


def test_the_first_to_accept_has_it_and_the_others_need_not_answer(scene: Scene) -> None:
    many(scene, 3)
    request = scene.ask()
    scene.work()
    first, second, third = request.asks
    accept(scene.db, first, scene.at(9, 17), links=scene.links, now=scene.now)
    assert [second.state, third.state] == ["closed", "closed"]
    with pytest.raises(RequestOver):
        accept(scene.db, second, scene.at(9, 17), links=scene.links, now=scene.now)


def test_three_small_waves_then_the_queue(scene: Scene) -> None:
    many(scene, 12)
    request = scene.ask(any_time=True, times=())
    waves = []
    for _ in range(4):
        scene.work()
        waves.append(len(request.asks))
        scene.pass_time(timedelta(days=2), step=timedelta(days=2))
    assert waves == [3, 6, 9, 9]
    assert request.state == "queued" and {ask.state for ask in request.asks} == {"expired"}
    assert scene.mails(scene.camille, "request_queued", "request_ended") == ["request_queued"]
    assert scene.payload(scene.camille, "request_queued")["asked"] == 9


def test_when_all_of_a_wave_say_no_the_next_is_asked_at_once(scene: Scene) -> None:
    many(scene, 6)
    request = scene.ask()
    scene.work()
    for ask in list(request.asks):
        decline(scene.db, ask, now=scene.now)
    scene.work()
    assert len(request.asks) == 6 and scene.mails(scene.camille) == []


def test_waves_ask_a_mentor_once_in_seven_days_and_twice_in_a_small_theme(scene: Scene) -> None:
    many(scene, 6)
    for name, expected in (("Ana", 3), ("Ben", 3), ("Cem", 0)):
        request = scene.ask(member(scene.db, name), any_time=True, times=())
        scene.work()
        assert len(request.asks) == expected, name
    scene.pass_time(timedelta(days=7), step=timedelta(days=1))
    request = scene.ask(member(scene.db, "Dan"), any_time=True, times=())
    scene.work()
    assert len(request.asks) == 3


def test_in_a_theme_of_few_a_mentor_is_asked_twice_in_seven_days(scene: Scene) -> None:
    for expected in (1, 1, 0):
        request = scene.ask(member(scene.db, f"A{expected}{len(scene.mails(scene.karim))}"), any_time=True, times=())
        scene.work()
        assert len(request.asks) == expected


def test_waves_are_nobodys_expiry(scene: Scene) -> None:
    for name in ("Ana", "Ben", "Cem"):
        request = scene.ask(member(scene.db, name), any_time=True, times=())
        scene.work()
        assert scene.mails(scene.karim, "asked_again") == []
        scene.pass_time(timedelta(days=8), step=timedelta(days=1))
        assert [ask.state for ask in request.asks] == ["expired"]
    assert scene.mails(scene.karim, "asked_again", "still_with_us") == []


def test_who_is_busy_at_all_the_times_is_not_asked(scene: Scene) -> None:
    bob = member(scene.db, "Bob")
    ask = scene.ask(bob, mentor_id=scene.karim.id, times=(scene.at(9, 17),)).asks[0]
    accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    request = scene.ask(times=(scene.at(9, 17),))
    scene.work()
    assert request.asks == [] and request.state == "queued"


def imported(scene: Scene, count: int, **more: Any) -> list[Member]:
    """Approved mentors of law from a member file without lines of proof."""
    found = [scene.mentor(f"I{number}", **more) for number in range(count)]
    for each in found:
        each.offers[0].proof = ""
    scene.db.flush()
    return found


def test_waves_reach_mentors_who_have_not_said_yet_what_they_offer_after_those_who_have(scene: Scene) -> None:
    seven = {each.id for each in imported(scene, 7)}
    request = scene.ask(any_time=True, times=())
    scene.work()
    first = {ask.mentor_id for ask in request.asks}
    assert len(first) == 3 and scene.karim.id in first and first - {scene.karim.id} < seven
    assert next(ask.mentor_id for ask in asked_by(scene, request, 1)) == scene.karim.id
    scene.pass_time(timedelta(days=2), step=timedelta(days=2))
    assert len(request.asks) == 6


def test_the_blocked_full_paused_unapproved_and_those_without_a_common_language_are_never_asked(scene: Scene) -> None:
    bob, carla = member(scene.db, "Bob"), member(scene.db, "Carla")
    imported(scene, 1, languages=["de"])
    scene.mentor("Unapproved", approved=False)
    scene.mentor("Paused").paused_until = scene.now + timedelta(days=9)
    blocked = scene.mentor("Blocked")
    for each in (scene.camille, bob):
        block(scene.db, each, blocked.id, cancel=False, now=scene.now)
    full = scene.mentor("Full", policy=replace(FREE, per_month=1))
    ask = scene.ask(carla, mentor_id=full.id, times=(scene.at(9, 17),)).asks[0]
    accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    for who, times in ((scene.camille, (scene.at(11, 17),)), (bob, ())):
        request = scene.ask(who, times=times, any_time=not times)
        scene.work()
        assert [each.mentor.first_name for each in request.asks] == ["Karim"]


@pytest.mark.parametrize(
    ("mentee", "tzid", "hour", "asked"),
    [
        ("America/Toronto", "Europe/Paris", 3, False),  # whose day off has begun, on the mentee's 30 November
        ("Europe/Paris", "America/Toronto", 3, True),  # it has not yet
        ("Europe/Paris", "Pacific/Auckland", 12, True),  # and there it is over
    ],
)
def test_whether_a_mentor_is_on_leave_goes_by_their_own_day(
    scene: Scene, mentee: str, tzid: str, hour: int, asked: bool
) -> None:
    scene.camille.tzid, scene.karim.tzid = mentee, tzid
    scene.now = scene.at(1, hour)
    take_leave(scene.db, scene.karim, LeavePeriod(FIRST, FIRST), now=scene.now)
    request = scene.ask()
    scene.work()
    assert [each.mentor.first_name for each in request.asks] == ["Karim"] * asked


def test_a_wave_that_could_ask_nobody_says_so_in_its_own_words(scene: Scene) -> None:
    scene.karim.paused_until = scene.now + timedelta(days=300)
    request = scene.ask(any_time=True, times=())
    scene.work()
    assert (request.state, request.asks) == ("queued", [])
    payload = scene.payload(scene.camille, "request_queued")
    assert payload["asked"] == 0
    told = renderer().mail(outgoing("request_queued", payload)).text
    assert "There was nobody to ask yet" in told and "Nobody could" not in told


def test_an_expired_request_names_imported_mentors_with_a_free_hour(scene: Scene) -> None:
    for each in imported(scene, 3):
        open_hours(scene, each)
    scene.ask_karim(any_time=True)
    scene.pass_time(timedelta(days=8), step=timedelta(hours=12))
    ended = scene.payload(scene.camille, "request_ended")
    assert ended["action"] == "expired" and len(ended["people"]) == 3


def test_a_colleague_who_was_named_is_asked_next(scene: Scene) -> None:
    many(scene, 8)
    request = scene.ask()
    scene.work()
    named = scene.db.scalars(select(Member).where(Member.first_name == "M7")).one()
    for ask in list(request.asks):
        decline(scene.db, ask, colleagues=[named.id], now=scene.now)
    scene.work()
    assert named.id in {ask.mentor_id for ask in asked_by(scene, request, 2)}
    assert named_colleagues(scene.db, request) == [named.id]
    scene.db.add(Block(by_id=named.id, other_id=scene.camille.id, at=scene.now))
    scene.db.flush()
    assert named_colleagues(scene.db, request) == []


def test_a_mentor_of_the_theme_may_propose_other_times_and_if_none_suits_it_goes_on(scene: Scene) -> None:
    many(scene, 5)
    request = scene.ask()
    scene.work()
    propose(scene.db, request.asks[0], [scene.at(15, 9)], now=scene.now)
    assert (request.state, scene.claimed(scene.camille)) == ("proposed", 4)
    none_suits(scene.db, request, now=scene.now)
    scene.work()
    assert request.state == "open" and len(request.asks) == 5


def queued(scene: Scene, *names: str) -> list[MentoringRequest]:
    """Nobody could: these wait, in this order. Karim gives no hour yet."""
    scene.karim.paused_until = scene.now + timedelta(days=300)
    found = []
    for name in names:
        found.append(scene.ask(member(scene.db, name), any_time=True, times=()))
        scene.work()
        scene.now += timedelta(minutes=1)
    scene.karim.paused_until = None
    assert [each.state for each in found] == ["queued"] * len(found)
    return found


def open_hours(scene: Scene, mentor: Member) -> None:
    save_availability(scene.db, mentor, tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=FREE, now=scene.now)


def close_hours(scene: Scene, mentor: Member) -> None:
    save_availability(scene.db, mentor, tzid="Europe/Paris", rules=NO_RULES, overrides=(), policy=FREE, now=scene.now)


def offers(scene: Scene) -> list[HourOffer]:
    return list(scene.db.scalars(select(HourOffer).order_by(HourOffer.id)))


def wednesdays(scene: Scene, mentor: Member) -> None:
    """Three hours each Wednesday, days ahead: each is kept for one person."""
    policy = replace(FREE, notice_minutes=3 * 24 * 60, per_day=1, start_every=60)
    save_availability(
        scene.db, mentor, tzid="Europe/Paris", rules=WEDNESDAYS, overrides=(), policy=policy, now=scene.now
    )


def test_freed_hours_are_offered_in_order_each_to_one(scene: Scene) -> None:
    first, second = queued(scene, "Ana", "Ben")
    wednesdays(scene, scene.karim)
    scene.work()
    made = offers(scene)
    assert [offer.request_id for offer in made] == [first.id, second.id]
    assert len({(offer.mentor_id, offer.starts_at) for offer in made}) == 2
    assert scene.holders("offer") == 2
    assert scene.mails(first.mentee, "hour_offered") == ["hour_offered"]


def test_who_has_an_hour_to_answer_about_is_offered_no_other_meanwhile(scene: Scene) -> None:
    queued(scene, "Ana")
    for each in (scene.karim, scene.mentor("Ada"), scene.mentor("Eve")):
        wednesdays(scene, each)
    for _ in range(3):
        scene.work()
    assert (len(offers(scene)), scene.holders("offer")) == (1, 1)


def test_an_hour_offered_to_all_of_which_somebody_has_a_half_is_offered_no_longer(scene: Scene) -> None:
    policy = replace(FREE, durations=(30, 60), start_every=30)
    queued(scene, "Ana")
    save_availability(
        scene.db, scene.karim, tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=policy, now=scene.now
    )
    scene.work()
    (offer,) = offers(scene)
    assert offer_stands(scene.db, offer, now=scene.now)
    half = BookingRequest(
        mentor_id=scene.karim.id,
        starts_at=offer.starts_at + timedelta(minutes=30),
        theme="droit",
        need="Mes statuts",
        minutes=30,
    )
    book_slot(scene.db, member(scene.db, "Ben"), half, links=scene.links, now=scene.now)
    assert not offer_stands(scene.db, offer, now=scene.now)


def test_an_offer_that_is_taken_is_an_hour(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    wednesdays(scene, scene.karim)
    scene.work()
    booking = take_offer(scene.db, offers(scene)[0], links=scene.links, now=scene.now)
    assert (booking.status, request.state, request.booking_id) == (BookingStatus.CONFIRMED, "accepted", booking.id)
    assert (scene.holders("offer", "request"), scene.claimed(request.mentee)) == (0, 4)
    with pytest.raises(RequestOver):
        take_offer(scene.db, offers(scene)[0], links=scene.links, now=scene.now)


def test_after_two_hours_by_day_the_hour_goes_to_the_next(scene: Scene) -> None:
    first, second = queued(scene, "Ana", "Ben")
    wednesdays(scene, scene.karim)
    scene.work()
    one = offers(scene)[0]
    second_had = next(offer for offer in offers(scene) if offer.request_id == second.id)
    pass_offer(scene.db, second_had, now=scene.now)
    scene.now = one.ends_at
    with pytest.raises(TimeGone):
        take_offer(scene.db, one, links=scene.links, now=scene.now)
    scene.work()
    scene.work()
    assert scene.db.get(HourOffer, one.id).state == "lapsed"  # type: ignore[union-attr]
    assert any(offer.request_id == second.id and offer.starts_at == one.starts_at for offer in offers(scene))
    assert scene.mails(first.mentee, "hour_offered").count("hour_offered") <= 2


def test_an_hour_under_a_day_ahead_is_offered_to_all_and_the_first_has_it(scene: Scene) -> None:
    first, second = queued(scene, "Ana", "Ben")
    open_hours(scene, scene.karim)
    scene.work()
    made = offers(scene)
    assert {offer.request_id for offer in made} == {first.id, second.id}
    assert {offer.starts_at for offer in made} == {made[0].starts_at} and scene.holders("offer") == 0
    take_offer(scene.db, made[1], links=scene.links, now=scene.now)

    with pytest.raises(Refusal):
        take_offer(scene.db, made[0], links=scene.links, now=scene.now)


def test_an_hour_offered_to_all_that_somebody_has_is_offered_no_longer_and_another_is(scene: Scene) -> None:
    first, second = queued(scene, "Ana", "Ben")
    open_hours(scene, scene.karim)
    scene.work()
    one, other = offers(scene)
    booking = take_offer(scene.db, one, links=scene.links, now=scene.now)
    assert (offer_stands(scene.db, other, now=scene.now), first.state) == (False, "accepted")
    ada = scene.mentor("Ada", rules=EVERY_DAY)
    scene.work()
    scene.work()
    assert (other.state, second.state) == ("lapsed", "queued")
    assert (offers(scene)[-1].request_id, offers(scene)[-1].mentor_id) == (second.id, ada.id)
    assert booking.mentor_id == scene.karim.id


def test_an_hour_offered_to_all_is_offered_until_it_can_be_booked_no_more(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    policy = replace(FREE, notice_minutes=12 * 60)
    save_availability(
        scene.db, scene.karim, tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=policy, now=scene.now
    )
    scene.work()
    (offer,) = offers(scene)
    assert offer.ends_at == offer.starts_at - timedelta(hours=12)
    assert scene.payload(request.mentee, "hour_offered")["due_at"] == offer.ends_at.isoformat()
    scene.now = offer.ends_at - timedelta(minutes=1)
    assert offer_stands(scene.db, offer, now=scene.now)
    scene.now += timedelta(minutes=2)
    assert not offer_stands(scene.db, offer, now=scene.now)
    scene.work()
    assert offer.state == "lapsed"


def test_an_hour_that_is_kept_for_somebody_is_theirs_until_then_though_two_weeks_are_over(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    scene.now += timedelta(days=14, minutes=-30)
    wednesdays(scene, scene.karim)
    scene.work()
    (offer,) = offers(scene)
    scene.now += timedelta(hours=1)
    scene.work()
    assert (request.state, offer.state) == ("queued", "open")
    scene.now = offer.ends_at
    close_hours(scene, scene.karim)
    scene.work()
    assert (request.state, offer.state) == ("untaken", "lapsed")


def test_a_mentor_who_is_free_at_once_is_not_asked_about_an_hour_that_the_queue_takes(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    karim = scene.karim
    karim.phone, karim.phone_verified_at, karim.sms_opt_in = "+33612345678", scene.now, True
    asks = replace(FREE, confirm=Confirm.ASK)
    save_availability(scene.db, karim, tzid="Europe/Paris", rules=NO_RULES, overrides=(), policy=asks, now=scene.now)
    begin_free_now(scene.db, karim, now=scene.now)
    scene.work()
    booking = take_offer(scene.db, offers(scene)[0], links=scene.links, now=scene.now)
    assert (booking.status, request.state) == (BookingStatus.CONFIRMED, "accepted")
    texts = select(OutboxMessage.kind).where(OutboxMessage.channel == "sms", OutboxMessage.recipient_id == karim.id)
    assert scene.db.scalars(texts).all() == ["reminder_hour"]


def test_after_two_weeks_in_the_queue_they_are_told_of_the_next_open_hour(scene: Scene) -> None:
    (request,) = queued(scene, "Ana")
    scene.now += timedelta(days=14)
    scene.work()
    assert request.state == "untaken" and waits_for(scene.db, request.mentee, law(scene.db).id)
    assert scene.payload(request.mentee, "request_ended")["action"] == "untaken"
    assert scene.holders("request") == 0


def test_on_the_seventh_day_who_waits_is_shown_why_once(scene: Scene) -> None:
    many(scene, 3)
    request = scene.ask(any_time=True, times=())
    scene.pass_time(timedelta(days=7, minutes=-1), step=timedelta(days=1))
    assert scene.mails(scene.camille, "week_passed") == []
    scene.pass_time(timedelta(days=2), step=timedelta(hours=12))
    assert scene.mails(scene.camille, "week_passed") == ["week_passed"]
    assert scene.payload(scene.camille, "week_passed")["asked"] == len(request.asks) == 3


def test_who_waits_no_more_on_the_seventh_day_is_told_nothing(scene: Scene) -> None:
    accept(scene.db, scene.ask_karim(), scene.at(9, 17), links=scene.links, now=scene.now)
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    assert scene.mails(scene.camille, "week_passed") == []


def told_why(scene: Scene) -> str:
    """The mail of the seventh day to Camille."""
    payload = scene.payload(scene.camille, "week_passed")
    return renderer().mail(outgoing("week_passed", payload)).text


def test_nothing_is_promised_where_fewer_than_three_could_help_and_why_is_told_all_the_same(scene: Scene) -> None:
    scene.ask(any_time=True, times=())
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    told = told_why(scene)
    assert "promised" not in told and "1 mentor did not answer." in told and "You are in the queue" in told


def test_on_the_seventh_day_it_says_who_said_no_and_who_did_not_answer(scene: Scene) -> None:
    many(scene, 3)
    request = scene.ask(any_time=True, times=())
    scene.work()
    for ask in request.asks[:2]:
        decline(scene.db, ask, now=scene.now)
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    told = told_why(scene)
    assert "We promised an answer" in told
    assert "2 mentors said no." in told and "1 mentor did not answer." in told


@pytest.mark.parametrize(
    ("karim", "times", "words"),
    [
        ({"languages": ["de"]}, False, "speaks a language that you have named"),
        ({"suspended": True}, False, "No mentor of this theme is there"),
        ({}, True, "free at the times you proposed"),
    ],
)
def test_where_nobody_could_be_asked_it_says_why_in_particular(
    scene: Scene, karim: dict[str, Any], times: bool, words: str
) -> None:
    for name, value in karim.items():
        setattr(scene.karim, name, value)
    if times:
        ask = scene.ask(member(scene.db, "Bob"), mentor_id=scene.karim.id, times=(scene.at(20, 17),)).asks[0]
        accept(scene.db, ask, scene.at(20, 17), links=scene.links, now=scene.now)
    scene.ask(times=(scene.at(20, 17),))
    scene.pass_time(timedelta(days=8), step=timedelta(days=1))
    told = told_why(scene)
    assert words in told and "said no" not in told and "You are in the queue" in told


def test_a_theme_is_asked_once_at_a_time_and_counts_as_an_open_request(scene: Scene) -> None:
    scene.ask(any_time=True, times=())
    scene.ask_karim(any_time=True)
    ada = scene.mentor("Ada")
    with pytest.raises(QuotaReached), scene.db.begin_nested():
        scene.ask(mentor_id=ada.id, any_time=True)


def test_a_cancelled_hour_is_offered_to_the_queue(scene: Scene) -> None:
    wednesdays(scene, scene.karim)
    bob = member(scene.db, "Bob")
    ask = scene.ask(bob, mentor_id=scene.karim.id, times=(scene.at(9, 16),)).asks[0]
    booking = accept(scene.db, ask, scene.at(9, 16), links=scene.links, now=scene.now)
    close_hours(scene, scene.karim)
    (request,) = queued(scene, "Ana")
    scene.work()
    assert offers(scene) == []
    wednesdays(scene, scene.karim)
    cancel_booking(scene.db, bob, booking.id, reason="", now=scene.now)
    scene.work()
    assert [offer.request_id for offer in offers(scene)] == [request.id]
