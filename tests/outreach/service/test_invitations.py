"""Invitations: whom they reach, how often, and who is left in peace."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.engine import Database
from flashmeet.core.errors import BadInput, NobodyChosen
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.messages.outbox.unreachable import mark_mail_fault
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.outreach.models import CampaignDay, CampaignPerson
from flashmeet.outreach.queries import counts_of, people_of
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState, PersonState
from flashmeet.outreach.rules.segments import Segment, SegmentRole
from flashmeet.outreach.service import sending
from flashmeet.outreach.service.campaigns import change_campaign, reach_of
from tests import people
from tests.databases import statements_of
from tests.outreach.conftest import DAY, MINUTE, at_most, committed, invite, mails, newcomers, run
from tests.people import NOW


def test_everybody_of_the_segment_is_written_to_once(db: Session, odile: Member) -> None:
    newcomers(db, 3)
    people.member(db, "Here", signed_in_at=NOW)
    invite(db, odile)
    assert run(db, now=NOW) == 0  # it can be ended for a minute
    run(db, now=NOW + MINUTE, steps=3)
    assert mails(db) == [("Nova0", 0), ("Nova1", 0), ("Nova2", 0)]


def test_reminders_follow_after_7_and_21_days_and_no_third(db: Session, odile: Member) -> None:
    newcomers(db, 1)
    campaign = invite(db, odile)
    for day in range(60):
        run(db, now=NOW + MINUTE + day * DAY)
    sent = db.scalars(select(OutboxMessage.created_at).where(OutboxMessage.kind == "invited")).all()
    assert [(each - NOW).days for each in sent] == [0, 7, 21]
    assert campaign.state == CampaignState.DONE


def test_whoever_came_between_batch_and_reminder_gets_none(db: Session, odile: Member) -> None:
    came, _away = newcomers(db, 2)
    campaign = invite(db, odile)
    run(db, now=NOW + MINUTE)
    came.signed_in_at = NOW + DAY
    db.flush()
    run(db, now=NOW + 8 * DAY)
    assert mails(db) == [("Nova0", 0), ("Nova1", 0), ("Nova1", 1)]
    assert counts_of(db, campaign, now=NOW + 8 * DAY) == {PersonState.CAME: 1, PersonState.WRITTEN: 1}


def test_whoever_comes_while_the_mail_waits_to_leave_gets_none(db: Session, odile: Member) -> None:
    (came,) = newcomers(db, 1)
    invite(db, odile)
    run(db, now=NOW + MINUTE)
    (row,) = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invited"))
    assert why_not(db, [row], now=NOW + MINUTE) == {}
    came.signed_in_at = NOW + MINUTE
    db.flush()
    assert why_not(db, [row], now=NOW + MINUTE) == {row.id: "answered"}


def test_stop_bounce_suspension_and_erasure_end_it(db: Session, odile: Member) -> None:
    stops, bounces, suspended, erased = newcomers(db, 4)
    campaign = invite(db, odile)
    run(db, now=NOW + MINUTE)
    switch_mail(db, stops.id, Category.NEWS, on=False)
    mark_mail_fault(db, bounces, "5.1.1", address=bounces.email, now=NOW)
    suspended.suspended, erased.erased_at = True, NOW
    db.flush()
    run(db, now=NOW + 8 * DAY)
    assert len(mails(db)) == 4
    assert counts_of(db, campaign, now=NOW + 8 * DAY) == {
        PersonState.STOPPED: 1,
        PersonState.BOUNCED: 1,
        PersonState.GONE: 2,
    }


def test_stop_is_for_good(db: Session, odile: Member) -> None:
    stops, other = newcomers(db, 2)
    switch_mail(db, stops.id, Category.NEWS, on=False)
    invite(db, odile)
    run(db, now=NOW + MINUTE)
    assert mails(db) == [("Nova1", 0)]
    db.execute(update(CampaignPerson).values(due_at=None))
    invite(db, odile, now=NOW + 100 * DAY)
    run(db, now=NOW + 101 * DAY)
    assert [name for name, _ in mails(db)] == [other.first_name, other.first_name]


def test_what_happens_is_said_before(db: Session, odile: Member) -> None:
    for each in newcomers(db, 30)[:10]:
        each.mentor = True
    at_most(db, 10)
    bounces = people.member(db, "Bounces")
    mark_mail_fault(db, bounces, "5.1.1", address=bounces.email, now=NOW)
    reach = reach_of(db, CampaignKind.INVITATION, {"never": "yes"}, start=NOW, now=NOW)
    assert (reach.people, reach.mentors, reach.mentees, reach.bounced) == (30, 10, 20, 1)
    assert (reach.forecast.days, reach.forecast.first_at) == (3, NOW)
    invite(db, odile)
    run(db, now=NOW + MINUTE)
    again = reach_of(db, CampaignKind.INVITATION, {"never": "yes"}, start=NOW, now=NOW + MINUTE)
    assert (again.people, again.invited) == (0, 30)
    with pytest.raises(NobodyChosen):
        invite(db, odile, now=NOW + MINUTE)


def test_whom_another_invitation_wrote_to_is_left_out(db: Session, odile: Member) -> None:
    first, second = newcomers(db, 2)
    first.graduation_year, second.graduation_year = 2010, 2020
    db.flush()
    invite(db, odile, segment=Segment(first_year=2000, last_year=2015))
    invite(db, odile)
    run(db, now=NOW + MINUTE, steps=2)
    assert mails(db) == [("Nova0", 0), ("Nova1", 0)]


def test_whose_invitation_was_taken_back_can_be_invited_again_at_once(db: Session, odile: Member) -> None:
    newcomers(db, 2)
    slip = invite(db, odile)
    run(db, now=NOW + MINUTE)
    change_campaign(db, slip.id, "end", now=NOW + MINUTE)
    db.expire_all()
    put_right = invite(db, odile, now=NOW + MINUTE)
    assert run(db, now=NOW + 2 * MINUTE) == 2
    assert counts_of(db, put_right, now=NOW + 2 * MINUTE) == {PersonState.WRITTEN: 2}


def test_segments_narrow_by_role_theme_years_and_sign_in(db: Session, odile: Member) -> None:
    alice = people.mentor(db, "Alice", rules=(), graduation_year=2001)
    people.member(db, "Bob", graduation_year=2024)
    people.member(db, "Came", signed_in_at=NOW)

    def reached(**fields: str) -> int:
        segment = Segment.parse(fields)
        return reach_of(db, CampaignKind.INVITATION, segment.fields(), start=NOW, now=NOW).people

    assert (reached(role="mentor"), reached(role="mentee", never="yes")) == (1, 2)
    assert (reached(theme="droit"), reached(theme="nothing")) == (1, 0)
    assert (reached(**{"from": "2020"}), reached(**{"from": "2010", "to": "1990"})) == (1, 1)
    assert alice.mentor
    fields = Segment(SegmentRole.MENTOR, theme="droit", first_year=1990, last_year=2010, never=True).fields()
    assert Segment.parse(fields).fields() == fields


def test_the_ceiling_holds_over_all_campaigns_and_over_midnight_of_the_network(db: Session, odile: Member) -> None:
    newcomers(db, 25)
    at_most(db, 10)
    invite(db, odile)
    afternoon = NOW.replace(hour=16, minute=30)
    assert run(db, now=NOW + MINUTE, steps=3) == 10
    assert run(db, now=afternoon) == 0
    assert run(db, now=NOW.replace(hour=23, minute=30)) == 0  # the next day in Paris, at night
    assert run(db, now=NOW + DAY, steps=3) == 10
    assert run(db, now=NOW + 2 * DAY, steps=3) == 5


def test_a_day_is_the_networks_own_whatever_the_clocks_do(db: Session, odile: Member) -> None:
    """Auckland is a day ahead of UTC in the morning; its clocks go back on 4 April 2027."""
    newcomers(db, 25)
    at_most(db, 10)
    from flashmeet.core.settings.service import decide

    decide(db, "tzid", "Pacific/Auckland")
    decide(db, "country", "NZ")
    friday = datetime(2027, 4, 1, 20, 30, tzinfo=UTC)  # Friday 2 April, 9:30 in summer time
    invite(db, odile, now=friday)
    assert run(db, now=friday + MINUTE, steps=2) == 10
    assert run(db, now=datetime(2027, 4, 2, 4, 30, tzinfo=UTC), steps=2) == 0  # the same Friday, 17:30
    assert run(db, now=datetime(2027, 4, 4, 20, 30, tzinfo=UTC), steps=2) == 0  # Monday, 8:30 in winter time
    assert run(db, now=datetime(2027, 4, 4, 21, 30, tzinfo=UTC), steps=2) == 10
    days = db.execute(select(CampaignDay.day, CampaignDay.written).order_by(CampaignDay.day)).all()
    assert [(f"{day}", count) for day, count in days] == [("2027-04-02", 10), ("2027-04-05", 10)]


def test_pause_resume_and_end(db: Session, odile: Member) -> None:
    newcomers(db, 60)
    campaign = invite(db, odile)
    assert run(db, now=NOW + MINUTE) == 50
    change_campaign(db, campaign.id, "pause", now=NOW + MINUTE)
    assert run(db, now=NOW + 2 * MINUTE) == 0
    change_campaign(db, campaign.id, "resume", now=NOW + 2 * MINUTE)
    assert run(db, now=NOW + 3 * MINUTE) == 10
    change_campaign(db, campaign.id, "end", now=NOW + 4 * MINUTE)
    change_campaign(db, campaign.id, "resume", now=NOW + 4 * MINUTE)
    assert (campaign.state, campaign.ended_at) == (CampaignState.ENDED, NOW + 4 * MINUTE)
    assert run(db, now=NOW + 8 * DAY) == 0
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invited")).all()
    assert set(why_not(db, rows, now=NOW + 4 * MINUTE).values()) == {"answered"}
    with pytest.raises(BadInput):
        change_campaign(db, campaign.id, "away", now=NOW)


def test_many_people_are_gathered_in_steps_and_nobody_twice(
    db: Session, odile: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "GATHERED", 4)
    newcomers(db, 10)
    campaign = invite(db, odile)
    run(db, now=NOW)
    assert db.scalar(select(func.count()).select_from(CampaignPerson)) == 4
    run(db, now=NOW, steps=5)
    assert (campaign.gathered_to, db.scalar(select(func.count()).select_from(CampaignPerson))) == (None, 10)


def test_two_workers_at_once_write_each_mail_once_and_keep_the_ceiling(database: Database) -> None:
    committed(database, 30)
    with database.writing() as db:
        at_most(db, 20)
        run(db, now=NOW)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        for _ in range(3):
            with database.writing() as db:
                run(db, now=NOW + MINUTE)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    with database.reading() as db:
        sent = mails(db)
        assert (len(sent), len(set(sent))) == (20, 20)
        assert db.scalar(select(CampaignDay.written)) == 20


def test_a_worker_that_dies_in_its_step_loses_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(database, 3)
    with database.writing() as db:
        run(db, now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(sending, "_end_when_done", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError), database.writing() as db:
            run(db, now=NOW + MINUTE)
    with database.writing() as db:
        assert mails(db) == []
        assert run(db, now=NOW + 2 * MINUTE, steps=2) == 3
        assert len(set(mails(db))) == len(mails(db)) == 3


def test_a_step_takes_as_many_statements_for_ten_times_as_many_people_of_whom_none_is_due(database: Database) -> None:
    committed(database, 3)
    with database.writing() as db:
        run(db, now=NOW + MINUTE, steps=2)
    statements = statements_of(database)

    def taken() -> int:
        statements.clear()
        with database.new_writer() as db:
            assert run(db, now=NOW + 2 * MINUTE) == 0
        return len(statements)

    taken()
    few = taken()
    with database.writing() as db:
        for number in range(30):
            people.member(db, f"More{number}")
    assert taken() == few


def test_the_people_of_a_campaign_are_read_a_page_at_a_time(db: Session, odile: Member) -> None:
    newcomers(db, 3)
    campaign = invite(db, odile)
    run(db, now=NOW + MINUTE)
    found = people_of(db, campaign, PersonState.WRITTEN, now=NOW + MINUTE, limit=2)
    assert [who.first_name for _, who, _ in found] == ["Nova0", "Nova1"]
    rest = people_of(db, campaign, None, now=NOW + MINUTE, after=found[-1][0].id, limit=2)
    assert [who.first_name for _, who, _ in rest] == ["Nova2"]


def test_the_mail_says_the_themes_that_have_hours_as_it_leaves(db: Session, odile: Member, links: Links) -> None:
    newcomers(db, 1)
    invite(db, odile)
    run(db, now=NOW + MINUTE)
    people.mentor(db, "Alice")
    (row,) = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invited"))
    tell_todays_facts(db, [row])
    assert row.payload["themes"] == [{"fr": "Droit", "en": "Law"}]
    assert row.not_after is not None
    assert row.not_after - row.due_at == timedelta(days=5)
    assert links.base_url
