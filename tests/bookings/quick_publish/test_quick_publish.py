"""Acceptance F10 and F11: two hours this month, three taps, one encouragement; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.quick_publish import ask_for_hours, hours_on, offered_hours, publish_hours
from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Policy
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.logins import open_login
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.outreach.rules.messages import INVITED
from flashmeet.requests.service.activation import encourage, encourage_some
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.quick_publish import Room, Usual, asked_on, can_be_given, chips, usual_hours, with_hours
from flashmeet.schedule.rules.quotas import Period, QuotaRule
from flashmeet.schedule.rules.slots import require_offered
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.pauses import pause
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.models import UnmetNeed
from flashmeet.themes.service import create_theme
from tests.people import EVERY_DAY, FREE, NOW, member, mentor

PARIS = "Europe/Paris"
FIRST = datetime(2026, 12, 1, 8, tzinfo=UTC)
"""Tuesday 1 December, 9 o'clock in Paris: the first working day of the month."""
WEEK = (WeeklyRule(1, Span.parse("18:00", "20:00")), WeeklyRule(3, Span.parse("12:00", "13:00")))
BARE = Schedule(PARIS, FREE)


def mails(db: Session, kind: str) -> list[OutboxMessage]:
    return list(db.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def test_hours_are_offered_as_they_were_given_then_as_they_are_said_evenings_first() -> None:
    past = [datetime(2026, 11, day, 17, 30, tzinfo=UTC) for day in (5, 12, 18)]  # two Thursdays, a Wednesday
    usual = usual_hours(past, Schedule(PARIS, FREE, WEEK), PARIS)
    assert usual[:4] == [Usual(3, 18 * 60 + 30), Usual(2, 18 * 60 + 30), Usual(1, 18 * 60), Usual(3, 12 * 60)]


@given(
    taken=st.lists(st.tuples(st.integers(0, 28 * 24), st.integers(1, 30)), max_size=30),
    notice=st.integers(0, 4 * 24 * 60),
    tzid=st.sampled_from([PARIS, "America/New_York", "Pacific/Apia"]),
)
def test_six_chips_are_free_on_different_days_and_soon(taken: list[tuple[int, int]], notice: int, tzid: str) -> None:
    busy = [Interval(NOW + timedelta(hours=at), NOW + timedelta(hours=at + long)) for at, long in taken]
    schedule = Schedule(tzid, replace(FREE, notice_minutes=notice, horizon_days=28))
    found = chips(usual_hours([], schedule, tzid), Room(schedule, merged(busy)), now=NOW)
    assert found == sorted(found) and len(found) <= 6
    assert len({local_date(at, tzid) for at in found}) == len(found)
    for at in found:
        assert NOW + timedelta(minutes=notice) <= at < NOW + timedelta(days=28)
        assert not any(Interval(at, at + timedelta(hours=1)).overlaps(each) for each in busy)


@given(
    taken=st.lists(st.tuples(st.integers(0, 28 * 96), st.integers(1, 90)), max_size=20),
    rules=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 88), st.integers(1, 8)), max_size=6),
    every=st.sampled_from([15, 30, 60]),
    shortest=st.sampled_from([30, 60, 90]),
    buffers=st.tuples(st.sampled_from([0, 15, 45]), st.sampled_from([0, 15, 45])),
    month_used=st.integers(0, 2),
)
def test_an_hour_that_can_be_given_can_then_be_booked(
    *,
    taken: list[tuple[int, int]],
    rules: list[tuple[int, int, int]],
    every: int,
    shortest: int,
    buffers: tuple[int, int],
    month_used: int,
) -> None:
    quarter = timedelta(minutes=15)
    busy = merged([Interval(NOW + at * quarter, NOW + (at + long) * quarter) for at, long in taken])
    policy = Policy(durations=(shortest,), start_every=every, buffer_before=buffers[0], buffer_after=buffers[1])
    weekly = tuple(WeeklyRule(day, Span(at * 15, (at + long) * 15)) for day, at, long in rules)
    room = Room(Schedule(PARIS, policy, weekly), busy, {Period(QuotaRule.MENTOR_MONTH, "2026-12"): month_used})
    offered = chips(usual_hours([], room.schedule, PARIS), room, now=NOW)
    assert month_used < 2 or not any(f"{local_time(at, PARIS).at:%Y-%m}" == "2026-12" for at in offered)
    for at in offered:
        after = replace(room.schedule, overrides=with_hours(room.schedule, [at]))
        require_offered(after, starts_at=at, minutes=shortest, now=NOW)
        hour = Interval(at, at + timedelta(minutes=shortest))
        assert not any(hour.widened(policy.before, policy.after).overlaps(each) for each in busy)


def test_what_is_open_already_or_on_leave_is_not_offered() -> None:
    at = instant(date(2026, 12, 8), 18 * 60, PARIS)
    assert can_be_given(at, Room(BARE), now=NOW)
    assert not can_be_given(at, Room(Schedule(PARIS, FREE, WEEK)), now=NOW)
    away = Schedule(PARIS, FREE, leaves=(LeavePeriod(date(2026, 12, 7), date(2026, 12, 9)),))
    assert not can_be_given(at, Room(away), now=NOW)


def test_an_hour_that_is_given_leaves_the_rest_of_its_day_as_it_is() -> None:
    said = Schedule(PARIS, FREE, WEEK, (DayOverride(date(2026, 12, 9), Span.parse("09:00", "10:00")),))
    tuesday, wednesday = instant(date(2026, 12, 8), 12 * 60, PARIS), instant(date(2026, 12, 9), 18 * 60, PARIS)
    after = replace(said, overrides=with_hours(said, [tuesday, wednesday]))
    assert after.spans_on(date(2026, 12, 8)) == [Span.parse("12:00", "13:00"), Span.parse("18:00", "20:00")]
    assert after.spans_on(date(2026, 12, 9)) == [Span.parse("09:00", "10:00"), Span.parse("18:00", "19:00")]
    assert after.spans_on(date(2026, 12, 15)) == said.spans_on(date(2026, 12, 15))


def test_an_hour_on_a_closed_day_opens_that_hour_alone() -> None:
    said = Schedule(PARIS, FREE, WEEK, (DayOverride(date(2026, 12, 8), None),))
    after = replace(said, overrides=with_hours(said, [instant(date(2026, 12, 8), 12 * 60, PARIS)]))
    assert after.spans_on(date(2026, 12, 8)) == [Span.parse("12:00", "13:00")]


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (FIRST - timedelta(seconds=1), None),
        (FIRST, "2026-12"),
        (FIRST + timedelta(days=3), None),
        (datetime(2026, 11, 1, 9, tzinfo=UTC), None),  # a Sunday, and All Saints
        (datetime(2026, 11, 2, 8, tzinfo=UTC), "2026-11"),
        (datetime(2027, 1, 4, 8, tzinfo=UTC), "2027-01"),  # after New Year's Day and a weekend
    ],
)
def test_the_mail_leaves_at_nine_on_the_first_working_day_of_the_month(now: datetime, month: str | None) -> None:
    assert asked_on(now, PARIS, "FR") == month


def test_a_mentor_with_few_open_hours_is_asked_once_a_month(db: Session) -> None:
    karim = mentor(db, "Karim", rules=())
    mentor(db, "Alice", rules=EVERY_DAY)
    away, rests = mentor(db, "Ada", rules=()), mentor(db, "Bea", rules=())
    take_leave(db, away, LeavePeriod(date(2026, 11, 30), date(2026, 12, 3)), now=NOW)
    pause(db, rests, now=NOW)
    mentor(db, "Cleo", rules=(), approved=False)
    for hours in (0, 1, 30):
        ask_for_hours(db, now=FIRST + timedelta(hours=hours))
    (mail,) = mails(db, "two_hours")
    assert mail.recipient_id == karim.id and len(mail.payload["times"]) == 6
    ask_for_hours(db, now=datetime(2027, 1, 4, 8, tzinfo=UTC))
    assert [each.payload["month"] for each in mails(db, "two_hours") if each.recipient_id == karim.id] == [
        "2026-12",
        "2027-01",
    ]


def test_whether_a_mentor_is_away_on_the_first_working_day_goes_by_their_own_day(db: Session) -> None:
    """Nine o'clock in Auckland is still the day before in UTC."""
    away = mentor(db, "Ada", tzid="Pacific/Auckland", rules=())
    back = mentor(db, "Bea", tzid="Pacific/Auckland", rules=())
    take_leave(db, away, LeavePeriod(date(2026, 12, 1), date(2026, 12, 20)), now=NOW)
    take_leave(db, back, LeavePeriod(date(2026, 11, 20), date(2026, 11, 30)), now=NOW)
    ask_for_hours(db, now=instant(date(2026, 12, 1), 9 * 60, "Pacific/Auckland"))
    assert [each.recipient_id for each in mails(db, "two_hours")] == [back.id]


def test_who_has_given_what_they_allow_is_not_asked_for_more(db: Session, links: Links) -> None:
    karim = mentor(db, "Karim", policy=replace(FREE, per_month=2, start_every=60, horizon_days=28))
    for days in (8, 15):
        wish = BookingRequest(
            mentor_id=karim.id, starts_at=NOW + timedelta(days=days), theme="droit", need="Mes statuts"
        )
        book_slot(db, member(db, f"Bob{days}"), wish, links=links, now=NOW)
    assert offered_hours(db, karim, now=NOW) == [] == hours_on(db, karim, date(2026, 12, 9), now=NOW)
    assert ask_for_hours(db, now=FIRST) == 0


def test_starts_within_one_hour_are_one_open_hour(db: Session) -> None:
    one = (DayOverride(date(2026, 12, 8), Span.parse("18:00", "19:30")),)
    karim = mentor(db, "Karim", rules=(), overrides=one, policy=FREE)
    two = (*one, DayOverride(date(2026, 12, 10), Span.parse("18:00", "19:00")))
    mentor(db, "Alice", rules=(), overrides=two, policy=FREE)
    ask_for_hours(db, now=FIRST)
    assert [mail.recipient_id for mail in mails(db, "two_hours")] == [karim.id]


def test_those_with_nothing_to_give_do_not_keep_others_from_being_asked(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.bookings.service.quick_publish.AT_ONCE", 2)
    for number in range(3):
        mentor(db, f"Full{number}", rules=(), policy=replace(FREE, horizon_days=1))
    late = [mentor(db, name, rules=()) for name in ("Karim", "Lina", "Mona")]
    for _ in range(2):
        ask_for_hours(db, now=FIRST)
    assert {mail.recipient_id for mail in mails(db, "two_hours")} == {each.id for each in late}


def test_hours_that_are_given_at_once_are_all_kept(database: Database) -> None:
    with database.writing() as db:
        karim = mentor(db, "Karim", rules=(), policy=replace(FREE, start_every=60)).id
        offered = offered_hours(db, db.get_one(Member, karim), now=NOW)

    def give(at: datetime) -> list[datetime]:
        with database.writing() as db:
            return publish_hours(db, db.get_one(Member, karim), [at], now=NOW)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(give, offered)) == [[at] for at in offered]
    with database.reading() as db:
        found = find_slots(db, SlotQuery(tzid=PARIS, mentor_id=karim, limit=50), now=NOW).slots
        assert [slot.starts_at for slot in found] == offered


def test_two_that_are_tapped_can_be_booked_at_once(db: Session) -> None:
    karim = mentor(db, "Karim", rules=(), policy=replace(FREE, start_every=60))
    offered = offered_hours(db, karim, now=NOW)
    assert publish_hours(db, karim, offered[:2], now=NOW) == offered[:2]
    found = find_slots(db, SlotQuery(tzid=PARIS, mentor_id=karim.id, limit=50), now=NOW).slots
    assert [slot.starts_at for slot in found] == offered[:2]
    assert not set(offered[:2]) & set(offered_hours(db, karim, now=NOW))
    assert publish_hours(db, karim, offered[:2], now=NOW) == []


def test_an_hour_that_is_taken_is_neither_offered_nor_published(db: Session, links: Links) -> None:
    karim, alice = mentor(db, "Karim", rules=(), policy=replace(FREE, start_every=60)), mentor(db, "Alice")
    day = date(2026, 12, 8)
    before = hours_on(db, karim, day, now=NOW)
    wish = BookingRequest(mentor_id=alice.id, starts_at=before[3], theme="droit", need="Mes statuts")
    book_slot(db, karim, wish, links=links, now=NOW)
    assert before[3] not in hours_on(db, karim, day, now=NOW)
    assert publish_hours(db, karim, [before[3]], now=NOW) == []


def came(db: Session, name: str, days: int, *, signed_in: bool = True, **more: Any) -> Member:
    who = member(db, name, **more)
    who.created_at = NOW - timedelta(days=days)
    if signed_in:
        open_login(db, who, now=who.created_at)
    db.flush()
    return who


def test_who_has_not_dared_gets_one_encouragement_after_a_week(db: Session) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        mentor(db, name, mentee=False)
    shy = came(db, "Camille", 7)
    early = came(db, "Early", 6)
    came(db, "Imported", 8, signed_in=False)
    open_login(db, came(db, "Long", 40), now=NOW - timedelta(days=10))
    pause(db, came(db, "Rests", 8), now=NOW)
    for hours in (0, 6, 200):
        encourage(db, now=NOW + timedelta(hours=hours))
    sent = mails(db, "encouragement")
    assert [mail.recipient_id for mail in sent] == [shy.id, early.id]
    assert len(sent[0].payload["people"]) == 3


def test_encouragement_looks_at_few_people_in_one_transaction_and_comes_to_all_of_them(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        mentor(db, name, mentee=False)
    everybody = [came(db, f"Camille{number}", 8).id for number in range(5)]
    monkeypatch.setattr("flashmeet.requests.service.activation.LOOKED_AT", 2)
    reached, mailed = "", [0]
    while reached or len(mailed) == 1:
        reached = encourage_some(db, reached, now=NOW)
        mailed.append(len(mails(db, "encouragement")))
    assert mailed == [0, 2, 4, 5]
    assert sorted(mail.recipient_id for mail in mails(db, "encouragement")) == everybody


def test_who_was_imported_comes_when_they_first_sign_in(db: Session) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        mentor(db, name, mentee=False)
    camille = came(db, "Camille", 300, signed_in=False)
    open_login(db, camille, now=NOW - timedelta(days=6))
    assert encourage(db, now=NOW) == 0
    assert encourage(db, now=NOW + timedelta(days=1)) == 1


def test_who_was_invited_and_never_signed_in_is_encouraged_once_a_week_after_the_invitation(db: Session) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        mentor(db, name, mentee=False)
    camille, lost = (came(db, name, 300, signed_in=False) for name in ("Camille", "Lost"))
    said: Any = {"campaign_id": 1, "note": {}}
    for who, state in ((camille, OutboxState.SENT), (lost, OutboxState.REFUSED)):
        send(
            db,
            subject="campaign:1",
            version=0,
            recipient_id=who.id,
            channel=ChannelName.MAIL,
            message=INVITED.saying(said),
            now=NOW,
        )
        db.flush()
        db.execute(
            update(OutboxMessage).where(OutboxMessage.recipient_id == who.id).values(state=state, settled_at=NOW)
        )
    sent = [encourage(db, now=NOW + timedelta(days=days)) for days in (6, 7, 8, 27)]
    assert sent == [0, 1, 0, 0]
    assert [mail.recipient_id for mail in mails(db, "encouragement")] == [camille.id]


def test_who_joined_and_signed_out_is_encouraged_too(db: Session) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        mentor(db, name, mentee=False)
    camille = came(db, "Camille", 7, signed_in=False)
    camille.confirmed_at = camille.created_at
    db.flush()
    assert encourage(db, now=NOW) == 1


def test_a_theme_of_their_own_without_three_who_are_free_gives_way_to_one_that_has(db: Session) -> None:
    mentors = [mentor(db, name, mentee=False) for name in ("Ada", "Bea", "Cleo")]
    own = create_theme(db, names={"fr": "Fiscalité", "en": "Tax"}, synonyms=[])
    for each in (*mentors[:2], mentor(db, "Dina", mentee=False, rules=())):
        each.offers.append(MentorTheme(theme_id=own.id, proof="Dix ans de fiscalité"))
    camille = came(db, "Camille", 8)
    db.add(UnmetNeed(member_id=camille.id, theme_id=own.id, cause="search", day=NOW.date(), at=NOW))
    db.flush()
    assert encourage(db, now=NOW) == 1
    assert [mail.payload["slug"] for mail in mails(db, "encouragement")] == ["droit"]


def test_nobody_is_encouraged_where_fewer_than_three_could_help(db: Session) -> None:
    for name in ("Ada", "Bea"):
        mentor(db, name, mentee=False)
    came(db, "Camille", 8)
    assert encourage(db, now=NOW) == 0


def test_who_had_an_hour_needs_no_encouragement(db: Session, links: Links) -> None:
    ada, *_ = (mentor(db, name, mentee=False) for name in ("Ada", "Bea", "Cleo"))
    camille = came(db, "Camille", 8)
    wish = BookingRequest(mentor_id=ada.id, starts_at=NOW + timedelta(days=3), theme="droit", need="Mes statuts")
    book_slot(db, camille, wish, links=links, now=NOW)
    assert encourage(db, now=NOW) == 0


def test_policies_of_the_network_hold_for_who_said_nothing_yet() -> None:
    assert Policy().notice == timedelta(hours=12)
    assert not can_be_given(NOW + timedelta(hours=11), Room(Schedule(PARIS, Policy())), now=NOW)
    assert local_time(NOW, PARIS).at.hour == 10
