"""Tables of members' own calendars: our events in them, questions about them, and feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.rules.questions import QuestionAnswer, QuestionKind
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum


class CalendarEvent(Base):
    """A booking of ours in somebody's calendar: where it is, and what was written last: `sequence` and start.

    There before the first writing begins, with `remote_id` "" and the sequence -1: should its answer be lost, we know
    that something of ours may stand there. `tried` are the starts of writings that began since the last answer, by
    sequence: any of them may stand there, too.
    `conflict`: it was changed there, and we leave it alone. `followed`: its member moved it into this calendar, and
    there it stays, whichever is written to. Gone when we took it away.
    """

    __tablename__ = "calendar_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"), index=True)
    remote_id: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    conflict: Mapped[bool] = mapped_column(default=False)
    followed: Mapped[bool] = mapped_column(default=False)
    tried: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")

    booking: Mapped[Booking] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("booking_id", "calendar_id"),)


class CalendarQuestion(Base):
    """A question to a member about a change in a calendar, once for each `version` (sequence) of a booking.

    `proposed_at` is the time to which the mentor moved the event.
    """

    __tablename__ = "calendar_question"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(StoredEnum(QuestionKind))
    version: Mapped[int]
    proposed_at: Mapped[datetime | None]
    nonce: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    answer: Mapped[QuestionAnswer] = mapped_column(StoredEnum(QuestionAnswer), default=QuestionAnswer.OPEN)

    booking: Mapped[Booking] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("booking_id", "member_id", "kind", "version"),)
