"""The questions of the year: asked once a year of each person, and answered with one button."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NobodyChosen
from flashmeet.core.link_kinds import YEAR
from flashmeet.core.links import Links
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import mentor_changed
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.outreach.models import Campaign, CampaignPerson
from flashmeet.outreach.queries import addressed
from flashmeet.outreach.rules.campaigns import BEGINS, CampaignKind, CampaignState
from flashmeet.outreach.rules.year import YearAnswer, fewer
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.service.events import limits_changed
from flashmeet.schedule.service.pauses import pause, resume

YEAR_LINK = PersonalLink(
    YEAR,
    find=lambda db, number: db.get(CampaignPerson, number),
    facts=lambda person: (str(person.member_id),),
    owner=lambda person: person.member,
)


def year_of(db: Session, *, now: datetime) -> int:
    return local_date(now, network_settings(db).tzid).year


def not_yet_asked(db: Session, kind: CampaignKind, *, years: int, now: datetime) -> int:
    """Counts whom the question concerns and who has not been asked it this year.

    Of one that was ended, those to whom it had not been written are asked when it is asked again.
    """
    tzid = network_settings(db).tzid
    concerned = addressed(db, kind, {"years": str(years)}, tzid=tzid, now=now)
    written = or_(CampaignPerson.due_at.is_(None), Campaign.state != CampaignState.ENDED)
    asked = (
        select(CampaignPerson.member_id)
        .join(Campaign, Campaign.id == CampaignPerson.campaign_id)
        .where(Campaign.kind == kind, Campaign.year == year_of(db, now=now), written)
    )
    query = concerned.where(Member.id.not_in(asked)).with_only_columns(func.count())
    return db.scalar(query) or 0


def ask_of_year(db: Session, kind: CampaignKind, *, years: int, by: Member, now: datetime) -> Campaign:
    """Asks the question of everybody whom it concerns and who has not been asked this year; one campaign a year.

    `years` without a sign-in make a leaver. Raises NobodyChosen.
    """
    if not not_yet_asked(db, kind, years=years, now=now):
        raise NobodyChosen
    year = year_of(db, now=now)
    row = {
        "kind": kind,
        "state": CampaignState.RUNNING,
        "fields": {"years": str(years)},
        "words": {},
        "year": year,
        "by_id": by.id,
        "created_at": now,
        "start_at": now + BEGINS,
        "gathered_to": 0,
    }
    fresh = insert_new(db, cast(Table, Campaign.__table__), [row])
    query = select(Campaign).where(Campaign.kind == kind, Campaign.year == year)
    campaign = db.scalars(query.with_for_update(of=Campaign).execution_options(populate_existing=True)).one()
    if not fresh:
        campaign.state, campaign.ended_at, campaign.gathered_to = CampaignState.RUNNING, None, 0
        campaign.fields, campaign.created_at, campaign.start_at = {"years": str(years)}, now, now + BEGINS
        db.flush()
    return campaign


def question_behind(db: Session, token: str, *, links: Links, viewer_id: int | None) -> CampaignPerson:
    """Returns the question of a signed link. Raises NotFound, LinkRenewed, AccessSuspended."""
    return resolve_link(db, YEAR_LINK, token, links=links, viewer_id=viewer_id)


def answer_question(db: Session, person: CampaignPerson, answer: YearAnswer, *, now: datetime) -> None:
    """Does what the member answered. The same answer again does nothing; another one replaces it."""
    if person.answer == answer:
        return
    member, before = person.member, person.answer
    person.answer, person.answered_at = answer, now
    if before == YearAnswer.PAUSE or answer == YearAnswer.BACK:
        resume(db, member, now=now)
    if answer == YearAnswer.PAUSE:
        pause(db, member, now=now)
    if answer == YearAnswer.FEWER:
        _give_fewer(db, member, now=now)
    if answer == YearAnswer.YES and not member.mentor:
        member.mentor, member.approved = True, False
        mentor_changed(db, member.id, now)
    db.flush()


def _give_fewer(db: Session, member: Member, *, now: datetime) -> None:
    policy = db.get(MentorPolicy, member.id)
    if policy is not None:
        policy.per_month = fewer(policy.per_month)
        db.flush()
        limits_changed(db, [member.id], now)
        mentor_changed(db, member.id, now)


def bring_back(db: Session, campaign: Campaign, *, now: datetime, limit: int) -> int:
    """Ends the pauses of some whom an archiving paused, until none is left; returns how many."""
    archived = select(CampaignPerson).where(
        CampaignPerson.campaign_id == campaign.id,
        CampaignPerson.written_at.is_not(None),
        CampaignPerson.answer.is_(None),
    )
    query = archived.order_by(CampaignPerson.id).limit(limit).with_for_update(skip_locked=True)
    some = db.scalars(query).all()
    for person in some:
        answer_question(db, person, YearAnswer.BACK, now=now)
    if len(some) < limit:
        campaign.state, campaign.ended_at = CampaignState.ENDED, now
        db.flush()
    return len(some)
