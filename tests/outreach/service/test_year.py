"""The year's questions: whom they concern, once a year each, and what each answer does."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput, NobodyChosen
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.outreach.models import Campaign, CampaignPerson
from flashmeet.outreach.queries import answers_of, leavers
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState
from flashmeet.outreach.rules.year import YearAnswer, checked_answer, fewer, last_class
from flashmeet.outreach.service.campaigns import change_campaign
from flashmeet.outreach.service.year import answer_question, ask_of_year, not_yet_asked
from flashmeet.schedule.models import MentorPolicy, Opening
from tests import people
from tests.outreach.conftest import DAY, MINUTE, mails, run
from tests.people import NOW

LAST_YEAR = NOW - timedelta(days=400)


def ask(db: Session, kind: CampaignKind, by: Member, **more: object) -> Campaign:
    return ask_of_year(db, kind, **{"years": 2, "by": by, "now": NOW, **more})  # type: ignore[arg-type]  # each test gives one


def asked(db: Session) -> list[str]:
    return sorted(name for name, _ in mails(db, "year_asked"))


def person_of(db: Session, member: Member) -> CampaignPerson:
    return db.scalars(select(CampaignPerson).where(CampaignPerson.member_id == member.id)).one()


def test_graduates_are_mentees_whose_class_is_past(db: Session, odile: Member) -> None:
    people.member(db, "Past", graduation_year=2026)
    people.member(db, "Coming", graduation_year=2027)
    people.member(db, "Unknown")
    people.mentor(db, "Gives", rules=(), graduation_year=2020)
    ask(db, CampaignKind.GRADUATES, odile)
    run(db, now=NOW + MINUTE)
    assert asked(db) == ["Past"]
    assert (last_class(NOW.date()), last_class(NOW.date().replace(month=6))) == (2026, 2025)


def test_last_years_mentors_are_asked_and_new_and_paused_ones_are_not(db: Session, odile: Member) -> None:
    old, paused, _new = (people.mentor(db, name, rules=()) for name in ("Old", "Paused", "New"))
    old.created_at = paused.created_at = LAST_YEAR
    paused.paused_until = NOW + 30 * DAY
    db.flush()
    ask(db, CampaignKind.RENEWAL, odile)
    run(db, now=NOW + MINUTE)
    assert asked(db) == ["Old"]


def test_each_is_asked_once_a_year_and_those_who_came_later_can_be_asked_too(db: Session, odile: Member) -> None:
    people.member(db, "First", graduation_year=2020)
    campaign = ask(db, CampaignKind.GRADUATES, odile)
    run(db, now=NOW + MINUTE)
    with pytest.raises(NobodyChosen):
        ask(db, CampaignKind.GRADUATES, odile, now=NOW + DAY)
    people.member(db, "Later", graduation_year=2021)
    assert ask(db, CampaignKind.GRADUATES, odile, now=NOW + DAY).id == campaign.id
    run(db, now=NOW + 2 * DAY, steps=2)
    assert asked(db) == ["First", "Later"]
    next_year = NOW + 62 * DAY  # Monday 1 February
    assert ask(db, CampaignKind.GRADUATES, odile, now=next_year).year == 2027
    run(db, now=next_year + DAY, steps=2)
    assert asked(db) == ["First", "First", "Later", "Later"]


def test_whom_a_stop_left_unasked_is_counted_and_asked_when_it_is_asked_again(db: Session, odile: Member) -> None:
    for number in range(60):
        people.member(db, f"Past{number}", graduation_year=2020)
    campaign = ask(db, CampaignKind.GRADUATES, odile)
    assert run(db, now=NOW + MINUTE) == 50
    assert not_yet_asked(db, CampaignKind.GRADUATES, years=2, now=NOW + MINUTE) == 0
    db.execute(update(OutboxMessage).values(state="sent"))
    change_campaign(db, campaign.id, "end", now=NOW + 2 * MINUTE)
    assert not_yet_asked(db, CampaignKind.GRADUATES, years=2, now=NOW + 2 * MINUTE) == 10
    ask(db, CampaignKind.GRADUATES, odile, now=NOW + 3 * MINUTE)
    assert run(db, now=NOW + 4 * MINUTE) == 10


def test_two_administrators_at_once_ask_once(database: Database) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)
        people.member(db, "Past", graduation_year=2020)
    begin = threading.Barrier(4)

    def begin_asking() -> None:
        begin.wait()
        with database.writing() as db:
            ask(db, CampaignKind.GRADUATES, db.get_one(Member, odile.id))

    crowd = [threading.Thread(target=begin_asking) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    with database.writing() as db:
        assert db.scalar(select(func.count()).select_from(Campaign)) == 1
        run(db, now=NOW + MINUTE, steps=2)
        assert asked(db) == ["Past"]


def test_a_mentors_answers_keep_lessen_or_pause_their_hours(db: Session, odile: Member) -> None:
    alice = people.mentor(db, "Alice")
    alice.created_at = LAST_YEAR
    db.flush()
    campaign = ask(db, CampaignKind.RENEWAL, odile)
    run(db, now=NOW + MINUTE)
    person = person_of(db, alice)
    answer_question(db, person, YearAnswer.YES, now=NOW)
    assert not alice.paused(NOW)
    answer_question(db, person, YearAnswer.FEWER, now=NOW)
    answer_question(db, person, YearAnswer.FEWER, now=NOW)
    assert db.get_one(MentorPolicy, alice.id).per_month == 2
    answer_question(db, person, YearAnswer.PAUSE, now=NOW)
    assert alice.paused(NOW)
    assert db.scalar(select(func.count()).where(Opening.mentor_id == alice.id)) == 0
    answer_question(db, person, YearAnswer.YES, now=NOW)
    assert not alice.paused(NOW)
    assert answers_of(db, campaign) == {YearAnswer.YES: 1}
    assert [fewer(limit) for limit in (None, 10, 3, 1)] == [2, 5, 1, 1]
    with pytest.raises(BadInput):
        checked_answer(CampaignKind.RENEWAL, "back")


def test_a_graduate_who_says_yes_is_a_mentor_to_be_approved(db: Session, odile: Member) -> None:
    past = people.member(db, "Past", graduation_year=2020)
    ask(db, CampaignKind.GRADUATES, odile)
    run(db, now=NOW + MINUTE)
    answer_question(db, person_of(db, past), YearAnswer.YES, now=NOW)
    assert (past.mentor, past.approved, past.mentee) == (True, False, True)


def test_leavers_are_paused_told_and_brought_back_by_themselves_or_together(db: Session, odile: Member) -> None:
    away, other = people.mentor(db, "Away"), people.member(db, "Other")
    people.member(db, "Here", signed_in_at=NOW)
    for each in away, other:
        each.created_at, each.signed_in_at = NOW - timedelta(days=2_000), NOW - timedelta(days=800)
    db.flush()
    assert [each.first_name for each in leavers(db, 2, tzid="Europe/Paris", now=NOW, limit=9)] == ["Away", "Other"]
    assert list(leavers(db, 3, tzid="Europe/Paris", now=NOW, limit=9)) == []
    campaign = ask(db, CampaignKind.ARCHIVE, odile)
    run(db, now=NOW + MINUTE)
    assert (away.paused(NOW + 365 * DAY), other.paused(NOW + 365 * DAY)) == (True, True)
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "archived_notice")).all()
    assert len(rows) == 2
    assert why_not(db, rows, now=NOW + MINUTE) == {}  # the notice reaches who is paused by it
    answer_question(db, person_of(db, away), YearAnswer.BACK, now=NOW + MINUTE)
    assert (away.paused(NOW + MINUTE), other.paused(NOW + MINUTE)) == (False, True)
    change_campaign(db, campaign.id, "end", now=NOW + MINUTE)
    run(db, now=NOW + 2 * MINUTE)
    assert (campaign.state, other.paused(NOW + 2 * MINUTE)) == (CampaignState.ENDED, False)
    assert not_yet_asked(db, CampaignKind.ARCHIVE, years=2, now=NOW + DAY) == 0


def test_a_leaver_who_signs_in_before_the_notice_is_left_as_they_are(db: Session, odile: Member) -> None:
    away = people.member(db, "Away")
    away.created_at = NOW - timedelta(days=2_000)
    db.flush()
    ask(db, CampaignKind.ARCHIVE, odile)
    run(db, now=NOW)
    away.signed_in_at = NOW + MINUTE / 2
    db.flush()
    run(db, now=NOW + MINUTE)
    assert not away.paused(NOW + MINUTE)
    assert mails(db, "archived_notice") == []
