"""The worker's step: gathers the people of campaigns under way, and writes the mails that are due.

A step is one transaction: people, counts and messages are committed together, so that a crash loses and doubles
nothing. Whoever writes holds the row of the day, which counts the mails of all campaigns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import network_settings, setting
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.outreach.models import Campaign, CampaignDay, CampaignPerson
from flashmeet.outreach.queries import CAME, GONE, addressed, can_be_written, invited_lately, running
from flashmeet.outreach.rules.campaigns import BETWEEN, USEFUL, CampaignKind, CampaignState, next_mail
from flashmeet.outreach.rules.year import ARCHIVED
from flashmeet.outreach.service.campaigns import sending_hours, subject_of
from flashmeet.outreach.service.messages import message_to
from flashmeet.outreach.service.year import bring_back
from flashmeet.schedule.service.pauses import pause

GATHERED, WRITTEN = 1_000, 50
"""Rows that one step gathers, and mails that it writes."""


def send_campaigns(db: Session, *, now: datetime, limit: int = WRITTEN) -> int:
    """Gathers some people and writes some mails that are due, and returns how many mails; in working hours only.

    Reads the campaigns under way and their due rows, whatever the network's size.
    """
    under_way = running(db)
    for campaign in under_way:
        if campaign.state == CampaignState.UNDOING:
            bring_back(db, campaign, now=now, limit=limit)
        elif campaign.gathered_to is not None:
            _gather(db, campaign, now=now)
    hours = sending_hours(db)
    if not hours.open(now) or not any(_is_due(db, campaign, now=now) for campaign in under_way):
        return 0
    day = _held_day(db, now=now)
    written = 0
    for campaign in under_way:
        room = min(limit - written, setting(db, CAMPAIGN_MAILS) - day.written)
        if room <= 0:
            break
        done = _write(db, campaign, room, now=now)
        written += done
        day.written += done
        _end_when_done(db, campaign, now=now)
    db.flush()
    return written


def _gather(db: Session, campaign: Campaign, *, now: datetime) -> None:
    """Adds the next people of the segment who may be written to; nobody twice."""
    locked = db.get(Campaign, campaign.id, with_for_update={"of": Campaign}, populate_existing=True)
    if locked is None or locked.gathered_to is None or locked.state != CampaignState.RUNNING:
        return
    tzid = network_settings(db).tzid
    segment = addressed(db, campaign.kind, campaign.fields, tzid=tzid, now=campaign.created_at)
    query = segment.where(Member.id > locked.gathered_to).order_by(Member.id).limit(GATHERED)
    ids = db.scalars(query.with_only_columns(Member.id)).all()
    wanted = segment.where(Member.id.in_(ids), *can_be_written(campaign.kind))
    if campaign.kind == CampaignKind.INVITATION:
        wanted = wanted.where(~invited_lately(now=now))
    rows = [
        {
            "campaign_id": campaign.id,
            "member_id": each,
            "added_at": campaign.created_at,
            "due_at": campaign.start_at,
            "writes": 0,
        }
        for each in sorted(db.scalars(wanted.with_only_columns(Member.id)))
    ]
    if rows:
        insert_new(db, cast(Table, CampaignPerson.__table__), rows)
    locked.gathered_to = ids[-1] if len(ids) == GATHERED else None
    db.flush()


def _is_due(db: Session, campaign: Campaign, *, now: datetime) -> bool:
    query = select(CampaignPerson.id).where(CampaignPerson.campaign_id == campaign.id, CampaignPerson.due_at <= now)
    return db.scalar(query.limit(1)) is not None


def _held_day(db: Session, *, now: datetime) -> CampaignDay:
    """Returns the row of the network's day, locked: another worker waits here."""
    day = sending_hours(db).day(now)
    insert_new(db, cast(Table, CampaignDay.__table__), [{"day": day, "written": 0}])
    return db.get_one(CampaignDay, day, with_for_update=True, populate_existing=True)


def _write(db: Session, campaign: Campaign, room: int, *, now: datetime) -> int:
    """Writes up to `room` mails that are due; who came, stopped, bounces or is gone gets none any more."""
    held = db.get(Campaign, campaign.id, with_for_update={"of": Campaign}, populate_existing=True)
    if held is None or held.state != CampaignState.RUNNING:
        return 0
    query = (
        select(CampaignPerson)
        .where(CampaignPerson.campaign_id == campaign.id, CampaignPerson.due_at <= now)
        .order_by(CampaignPerson.due_at, CampaignPerson.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    )
    due = db.scalars(query.execution_options(populate_existing=True)).all()
    wanted = _still_to_write(db, campaign, due)
    mails = []
    for person in due:
        member = wanted.get(person.member_id)
        if member is None:
            person.due_at = None
            continue
        mails.append(_mail(campaign, person, member, now=now))
        if campaign.kind == CampaignKind.ARCHIVE:
            pause(db, member, now=now, lasting=ARCHIVED)
        _note(campaign, person, now=now)
    send_all(db, mails, now=now)
    db.flush()
    return len(mails)


def _still_to_write(db: Session, campaign: Campaign, due: Sequence[CampaignPerson]) -> dict[int, Member]:
    query = (
        select(Member)
        .join(CampaignPerson, CampaignPerson.member_id == Member.id)
        .where(CampaignPerson.id.in_([person.id for person in due]), ~GONE, *can_be_written(campaign.kind))
    )
    if campaign.kind in (CampaignKind.INVITATION, CampaignKind.ARCHIVE):
        query = query.where(~CAME)
    return {each.id: each for each in db.scalars(query.execution_options(populate_existing=True))}


def _mail(campaign: Campaign, person: CampaignPerson, member: Member, *, now: datetime) -> Effect:
    return Effect(
        subject=subject_of(campaign.id),
        version=person.writes,
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=message_to(campaign, member, person),
        not_after=now + USEFUL,
    )


def _note(campaign: Campaign, person: CampaignPerson, *, now: datetime) -> None:
    """Counts the mail, and says when the next is due."""
    person.writes += 1
    person.written_at = now
    person.first_at = person.first_at or now
    after = next_mail(campaign.kind, person.writes)
    person.due_at = max(person.first_at + after, now + BETWEEN) if after is not None else None


def _end_when_done(db: Session, campaign: Campaign, *, now: datetime) -> None:
    query = select(CampaignPerson.id).where(
        CampaignPerson.campaign_id == campaign.id, CampaignPerson.due_at.is_not(None)
    )
    if campaign.state == CampaignState.RUNNING and campaign.gathered_to is None and db.scalar(query.limit(1)) is None:
        campaign.state, campaign.ended_at = CampaignState.DONE, now
