"""Reads of segments, of campaigns, and of what became of their people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.zones import instant, local_date
from flashmeet.identity.models import MailFault, Member
from flashmeet.identity.queries import of_facts
from flashmeet.messages.models import SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.outreach.models import Campaign, CampaignDay, CampaignPerson
from flashmeet.outreach.rules.campaigns import BETWEEN, REST, CampaignKind, CampaignState, PersonState
from flashmeet.outreach.rules.segments import Segment, SegmentRole
from flashmeet.outreach.rules.year import YearAnswer, away_years, last_class
from flashmeet.themes.service import offers

SHOWN = 100

STOPPED = exists().where(
    SwitchedOff.member_id == Member.id,
    SwitchedOff.category == Category.NEWS,
    SwitchedOff.channel == ChannelName.MAIL,
)
BOUNCES = exists().where(MailFault.member_id == Member.id, MailFault.email == Member.email)
GONE = or_(Member.suspended, Member.erased_at.is_not(None), Member.joining.is_not(None))
CAME = and_(Member.signed_in_at.is_not(None), Member.signed_in_at >= CampaignPerson.added_at)


def segment_of(db: Session, segment: Segment) -> Select[Member]:
    """Selects the active members of the segment, whether or not they may be written to."""
    query = select(Member).where(~GONE, *of_facts(segment))
    if segment.role == SegmentRole.MENTOR:
        query = query.where(Member.mentor)
    if segment.role == SegmentRole.MENTEE:
        query = query.where(Member.mentee)
    return query.where(offers(db, segment.theme)) if segment.theme else query


def addressed(
    db: Session, kind: CampaignKind, fields: Mapping[str, str], *, tzid: str, now: datetime
) -> Select[Member]:
    """Selects whom a campaign of that kind is for: its segment, or those whom a question of the year concerns.

    `now` is when the campaign was begun. Whoever is archived hears of it whatever mails they want.
    """
    query, today = segment_of(db, Segment.parse(fields)), local_date(now, tzid)
    if kind == CampaignKind.GRADUATES:
        return query.where(Member.mentee, ~Member.mentor, Member.graduation_year <= last_class(today))
    if kind == CampaignKind.RENEWAL:
        new_year = instant(today.replace(month=1, day=1), 0, tzid)
        return query.where(Member.available(now), Member.created_at < new_year)
    if kind == CampaignKind.ARCHIVE:
        years = timedelta(days=365 * away_years(fields.get("years", "")))
        last_here = func.coalesce(Member.signed_in_at, Member.created_at)
        return query.where(~Member.administrator, ~Member.paused(now), last_here < now - years)
    return query


def can_be_written(kind: CampaignKind) -> tuple[ColumnElement[bool], ...]:
    """Returns what holds for each `Member` whom a mail of that kind may reach."""
    return () if kind == CampaignKind.ARCHIVE else (~STOPPED, ~BOUNCES)


def invited_lately(*, now: datetime) -> ColumnElement[bool]:
    """Whether another invitation waits for the `Member`, or wrote to them within `REST` and was not taken back."""
    under_way = Campaign.state.in_((CampaignState.RUNNING, CampaignState.PAUSED))
    waits = and_(CampaignPerson.due_at.is_not(None), under_way)
    wrote = and_(CampaignPerson.writes > 0, CampaignPerson.written_at > now - REST)
    return exists().where(
        CampaignPerson.member_id == Member.id,
        Campaign.id == CampaignPerson.campaign_id,
        Campaign.kind == CampaignKind.INVITATION,
        or_(waits, wrote),
    )


def running(db: Session) -> Sequence[Campaign]:
    """Returns the campaigns that a worker has something to do for."""
    at_work = Campaign.state.in_((CampaignState.RUNNING, CampaignState.UNDOING))
    query = select(Campaign).where(at_work).order_by(Campaign.id)
    return db.scalars(query).all()


def campaigns(db: Session, *, kinds: Sequence[CampaignKind]) -> Sequence[Campaign]:
    """Returns the latest campaigns, newest first."""
    query = select(Campaign).where(Campaign.kind.in_(kinds)).order_by(Campaign.id.desc()).limit(SHOWN)
    return db.scalars(query).all()


def waiting_ahead(db: Session, *, now: datetime) -> int:
    """Counts the mails that are due by now in campaigns under way."""
    query = select(func.count()).select_from(CampaignPerson).join(Campaign, Campaign.id == CampaignPerson.campaign_id)
    due = query.where(Campaign.state == CampaignState.RUNNING, CampaignPerson.due_at <= now)
    return db.scalar(due) or 0


def written_on(db: Session, day: date) -> int:
    return db.scalar(select(CampaignDay.written).where(CampaignDay.day == day)) or 0


def state_of(kind: CampaignKind, *, now: datetime) -> ColumnElement[str]:
    """Says what became of a `CampaignPerson`, joined with its `Member`."""
    came = CAME if kind == CampaignKind.INVITATION else false()
    return case(
        (came, PersonState.CAME),
        (STOPPED, PersonState.STOPPED),
        (BOUNCES, PersonState.BOUNCED),
        (GONE, PersonState.GONE),
        (CampaignPerson.writes == 0, PersonState.WAITING),
        (or_(CampaignPerson.due_at.is_not(None), CampaignPerson.written_at > now - BETWEEN), PersonState.WRITTEN),
        else_=PersonState.SILENT if kind == CampaignKind.INVITATION else PersonState.WRITTEN,
    )


def counts_of(db: Session, campaign: Campaign, *, now: datetime) -> dict[PersonState, int]:
    """Counts the people of a campaign by what became of them."""
    state = state_of(campaign.kind, now=now).label("state")
    rows = select(state).join_from(CampaignPerson, Member, Member.id == CampaignPerson.member_id)
    each = rows.where(CampaignPerson.campaign_id == campaign.id).subquery()
    found = db.execute(select(each.c.state, func.count()).group_by(each.c.state))
    return {PersonState(name): count for name, count in found}


def people_of(
    db: Session, campaign: Campaign, state: PersonState | None, *, now: datetime, after: int = 0, limit: int
) -> list[tuple[CampaignPerson, Member, PersonState]]:
    """Returns the campaign's people in that state, those after row `after`, in the order they were added."""
    said = state_of(campaign.kind, now=now)
    query = select(CampaignPerson, Member, said).join(Member, Member.id == CampaignPerson.member_id)
    query = query.where(CampaignPerson.campaign_id == campaign.id, CampaignPerson.id > after)
    if state is not None:
        query = query.where(said == state)
    found = db.execute(query.order_by(CampaignPerson.id).limit(limit))
    return [(person, member, PersonState(name)) for person, member, name in found]


def answers_of(db: Session, campaign: Campaign) -> dict[YearAnswer, int]:
    """Counts the answers to a question of the year."""
    answered = select(CampaignPerson.answer, func.count()).where(
        CampaignPerson.campaign_id == campaign.id, CampaignPerson.answer.is_not(None)
    )
    found = db.execute(answered.group_by(CampaignPerson.answer))
    return {answer: count for answer, count in found if answer is not None}


def of_year(db: Session, year: int) -> dict[CampaignKind, Campaign]:
    """Returns the questions that were asked in that year."""
    return {each.kind: each for each in db.scalars(select(Campaign).where(Campaign.year == year))}


def leavers(db: Session, years: int, *, tzid: str, now: datetime, after: int = 0, limit: int) -> Sequence[Member]:
    """Returns those who have not signed in for so many years, in the order of their ids, those after `after`."""
    query = addressed(db, CampaignKind.ARCHIVE, {"years": str(years)}, tzid=tzid, now=now)
    return db.scalars(query.where(Member.id > after).order_by(Member.id).limit(limit)).all()
