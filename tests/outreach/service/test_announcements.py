"""Announcements: to whom, at which time, in which language, and how they are taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadDate, BadInput, BadTime, Missing, PastDay
from flashmeet.core.text import in_language
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.queries import counts_of
from flashmeet.outreach.rules.announcements import AnnouncementWords, checked_start
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState, PersonState
from flashmeet.outreach.rules.segments import Segment, SegmentRole
from flashmeet.outreach.service.campaigns import change_campaign, mails_left, start_campaign
from tests import people
from tests.outreach.conftest import DAY, MINUTE, at_most, invite, mails, newcomers, run
from tests.people import NOW

WORDS = AnnouncementWords({"fr": "La soirée"}, {"fr": "Venez."})


def announce(db: Session, by: Member, *, start: datetime | None = None, segment: Segment | None = None) -> Campaign:
    kind, kept = CampaignKind.ANNOUNCEMENT, WORDS.kept()
    return start_campaign(db, kind, segment or Segment(), kept, by=by, now=NOW, start=start)


def announced(db: Session) -> set[str]:
    return {name for name, _ in mails(db, "announced")}


def test_everybody_of_the_segment_reads_it_once_whether_or_not_they_have_come(db: Session, odile: Member) -> None:
    people.member(db, "Came", signed_in_at=NOW)
    newcomers(db, 1)
    campaign = announce(db, odile)
    for day in range(40):
        run(db, now=NOW + MINUTE + day * DAY)
    assert sorted(mails(db, "announced")) == [("Came", 0), ("Nova0", 0), ("Odile", 0)]
    assert campaign.state == CampaignState.DONE


def test_who_wants_no_news_gets_none_even_when_they_say_so_after_the_start(db: Session, odile: Member) -> None:
    before, after, _stays = newcomers(db, 3)
    switch_mail(db, before.id, Category.NEWS, on=False)
    announce(db, odile, segment=Segment(SegmentRole.MENTEE))
    run(db, now=NOW)
    switch_mail(db, after.id, Category.NEWS, on=False)
    run(db, now=NOW + MINUTE)
    assert announced(db) == {"Nova2"}


def test_it_leaves_at_the_chosen_time_and_not_before(db: Session, odile: Member) -> None:
    newcomers(db, 1)
    start = checked_start("2026-12-03", "14:30", "Europe/Paris", now=NOW)
    assert start == datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
    announce(db, odile, start=start)
    assert run(db, now=start - MINUTE) == 0
    assert run(db, now=start) == 2


@pytest.mark.parametrize(
    ("day", "at", "refused"),
    [
        ("2026-11-30", "", PastDay),
        ("soon", "", BadDate),
        ("9999-12-31", "", BadDate),
        ("2026-12-03", "25:99", BadTime),
    ],
)
def test_a_day_that_is_over_or_none_is_refused_for_what_it_is(day: str, at: str, refused: type[BadInput]) -> None:
    with pytest.raises(refused):
        checked_start(day, at, "Europe/Paris", now=NOW)


def test_of_today_what_is_past_means_now() -> None:
    later = NOW + timedelta(hours=3)
    assert checked_start("2026-12-01", "", "Europe/Paris", now=later) == later
    assert checked_start("2026-12-01", "17:00", "Europe/Paris", now=later) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_it_is_taken_back_whole_before_the_first_mail_has_left(db: Session, odile: Member) -> None:
    newcomers(db, 2)
    campaign = announce(db, odile, segment=Segment(never=True))
    run(db, now=NOW + MINUTE)
    assert mails_left(db, campaign) == 0
    change_campaign(db, campaign.id, "end", now=NOW + MINUTE)
    assert set(db.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "announced"))) == {"dropped"}
    db.expire_all()
    assert counts_of(db, campaign, now=NOW + MINUTE) == {PersonState.WAITING: 2}


def test_the_rest_can_be_stopped_once_some_have_left(db: Session, odile: Member) -> None:
    newcomers(db, 60)
    campaign = announce(db, odile, segment=Segment(never=True))
    run(db, now=NOW + MINUTE)
    first = db.scalar(select(OutboxMessage.id).where(OutboxMessage.kind == "announced").limit(1))
    db.execute(update(OutboxMessage).where(OutboxMessage.id == first).values(state="sent"))
    assert mails_left(db, campaign) == 1
    change_campaign(db, campaign.id, "end", now=NOW + MINUTE)
    change_campaign(db, campaign.id, "end", now=NOW + MINUTE)
    db.expire_all()
    assert counts_of(db, campaign, now=NOW + MINUTE) == {PersonState.WRITTEN: 1, PersonState.WAITING: 59}
    assert run(db, now=NOW + DAY) == 0


def test_the_ceiling_is_shared_with_invitations(db: Session, odile: Member) -> None:
    newcomers(db, 15)
    at_most(db, 20)
    invite(db, odile)
    announce(db, odile)
    assert run(db, now=NOW + MINUTE, steps=3) == 20
    assert (len(mails(db)), len(mails(db, "announced"))) == (15, 5)


def test_one_language_is_enough_and_half_a_language_is_not() -> None:
    words = AnnouncementWords.checked({"subject_fr": "A", "text_fr": "B"}, ("fr", "en"))
    assert (in_language(words.titles, "en"), in_language(words.text, "fr")) == ("A", "B")
    for fields in {}, {"subject_en": "A"}, {"text_fr": "B"}:
        with pytest.raises(Missing):
            AnnouncementWords.checked(fields, ("fr", "en"))
