"""Tables of campaigns, their people, and how many mails left each day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState
from flashmeet.outreach.rules.year import YearAnswer

_RUNNING, _DUE = text("state IN ('running', 'undoing')"), text("due_at IS NOT NULL")


class Campaign(Base):
    """Mails to a segment, written in steps from `start_at` on.

    `fields` is the segment (`rules.segments`), `words` what the mail says. Its people are gathered in the order of
    their ids: `gathered_to` is the last one looked at, None once all are in. A question of the year has its `year`:
    there is one of each kind in a year.
    """

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[CampaignKind] = mapped_column(StoredEnum(CampaignKind))
    state: Mapped[CampaignState] = mapped_column(StoredEnum(CampaignState))
    fields: Mapped[dict[str, str]]
    words: Mapped[dict[str, Any]]
    year: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    start_at: Mapped[datetime]
    gathered_to: Mapped[int | None] = mapped_column(Id)
    ended_at: Mapped[datetime | None]

    by: Mapped[Member | None] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("kind", "year"),
        Index("ix_campaign_running", "id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )


class CampaignPerson(Base):
    """One person of a campaign, once: the next mail is due at `due_at`, None when there is none.

    `writes` counts the mails written, the first of them at `first_at`, the last at `written_at`. `answer` is what they
    said to a question of the year.
    """

    __tablename__ = "campaign_person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    added_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    writes: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    answer: Mapped[YearAnswer | None] = mapped_column(StoredEnum(YearAnswer))
    answered_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    member: Mapped[Member] = relationship()

    __table_args__ = (
        UniqueConstraint("campaign_id", "member_id"),
        Index("ix_campaign_person_due", "campaign_id", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_campaign_person_member", "member_id"),
    )


class CampaignDay(Base):
    """How many mails all campaigns wrote on one day of the network's zone; whoever writes holds the row."""

    __tablename__ = "campaign_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    written: Mapped[int] = mapped_column(default=0)
