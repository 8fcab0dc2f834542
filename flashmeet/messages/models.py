"""The outbox, the state of its channels, and delivery reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.bell import DROP_RINGING, MAKE_RINGING
from flashmeet.core.database.types import StoredEnum
from flashmeet.core.phone_numbers import DeliveryStatus
from flashmeet.identity.models import Member
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import OutboxState

_WAITING = text("state = 'waiting'")
_DOUBTFUL = text("state IN ('sending', 'unknown')")
_ORDERED, _NAMED = text("lane IS NOT NULL"), text("provider_ref IS NOT NULL")
_TROUBLED = text("state IN ('unknown', 'refused', 'parked')")


class OutboxMessage(Base):
    """One effect on one recipient through one channel, written in the transaction that caused it.

    `state`: waiting → sending (committed before the call) → sent | waiting again | unknown | refused | dropped |
    parked.

    `payload` is what the message says: names, zones and places in it are renewed when it leaves, and nothing after.
    Rows of one `ordering_key` are sent in the order they were written. `attempt` counts leases: a worker that wakes
    late cannot settle for its successor. `tries` counts the provider's refusals, `doubts` how often it was unknown
    whether the message had arrived, and so how many duplicates it may have. `sent_to` is the address or number of the
    last try: what fails there marks that one alone. `urgency` 0 is sent before 1, 1 before 2
    (`messages.rules.kinds.urgency`).

    The columns that a lease writes, `lease_until` and `attempt`, are in no index, and each page keeps room for a row's
    next version, so that PostgreSQL updates no index for a lease. There a row that is due soon rings the workers' bell
    when it is committed (`core.database.bell`).
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str]
    version: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    channel: Mapped[ChannelName] = mapped_column(StoredEnum(ChannelName))
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    ordering_key: Mapped[str | None] = mapped_column("lane")
    state: Mapped[OutboxState] = mapped_column(StoredEnum(OutboxState), default=OutboxState.WAITING)
    urgency: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    message_key: Mapped[str] = mapped_column(unique=True)
    provider_ref: Mapped[str | None]
    sent_to: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    recipient: Mapped[Member] = relationship()

    __table_args__ = (
        UniqueConstraint("subject", "version", "recipient_id", "channel", "kind"),
        Index(
            "ix_outbox_due",
            "channel",
            "urgency",
            "due_at",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_outbox_recipient", "recipient_id", "created_at"),
        Index("ix_outbox_doubtful", "channel", "id", sqlite_where=_DOUBTFUL, postgresql_where=_DOUBTFUL),
        Index("ix_outbox_troubled", "state", "id", sqlite_where=_TROUBLED, postgresql_where=_TROUBLED),
        Index("ix_outbox_lane", "lane", "id", sqlite_where=_ORDERED, postgresql_where=_ORDERED),
        Index("ix_outbox_provider_ref", "provider_ref", sqlite_where=_NAMED, postgresql_where=_NAMED),
        {"postgresql_with": {"fillfactor": 45}},
    )


event.listen(OutboxMessage.__table__, "after_create", MAKE_RINGING)
event.listen(OutboxMessage.__table__, "after_drop", DROP_RINGING)


class ChannelState(Base):
    """The state of one channel, shared by all workers.

    `paced_until` is how far its rate is used up. While the provider is away, no worker calls it before `probe_at`;
    `away_since` is when that began.
    """

    __tablename__ = "channel_state"

    channel: Mapped[ChannelName] = mapped_column(StoredEnum(ChannelName), primary_key=True)
    paced_until: Mapped[datetime]
    away_since: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class PeriodicTaskRun(Base):
    """When a periodic task is next due, for whichever worker comes first; how far it came, where it does parts."""

    __tablename__ = "duty_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    reached: Mapped[str] = mapped_column(default="", server_default="")


class Delivery(Base):
    """The provider's delivery report on an SMS, by the provider's reference.

    It may arrive before the row is settled. `rank` never falls, because reports may arrive out of order.
    """

    __tablename__ = "delivery"

    ref: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[DeliveryStatus] = mapped_column(StoredEnum(DeliveryStatus))
    rank: Mapped[int] = mapped_column(SmallInteger)
    error: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime] = mapped_column(index=True)


class LeftReply(Base):
    """What somebody wrote back and nobody could take: `sender` and first lines, until an administrator deals with it.

    `ref` names it at its provider: the Message-ID of a mail, the id of an SMS.
    """

    __tablename__ = "left_reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[ChannelName] = mapped_column(StoredEnum(ChannelName))
    ref: Mapped[str]
    sender: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    excerpt: Mapped[str] = mapped_column(default="")
    why: Mapped[LeftWhy] = mapped_column(StoredEnum(LeftWhy))
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("channel", "ref"),)


class SwitchedOff(Base):
    """The member has switched off this category on this channel (`messages.rules.notifications`)."""

    __tablename__ = "switched_off"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[Category] = mapped_column(StoredEnum(Category), primary_key=True)
    channel: Mapped[ChannelName] = mapped_column(StoredEnum(ChannelName), primary_key=True)
