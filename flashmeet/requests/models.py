"""Tables of requests for an hour: whom they went to, the times proposed, and the hours offered to a queue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.requests.rules.requests import AskState, OfferState, RequestKind, RequestState
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.themes.models import Theme


class MentoringRequest(Base):
    """A request for an hour, to one mentor or a theme.

    `due_at` is when the present step ends by itself. With `any_time` the mentee leaves the choice of times to the
    mentor. `promised_at` is when they were told why there is no hour yet. `nearness`: how near the need is to what the
    theme's mentors said of themselves, in per cent by id, when it was asked: the worker has no model of its own. Of a
    series that is asked for outright, `rhythm_weeks` and `series_ends_on`; without the rhythm, its mentor agreed to the
    first hour only.
    """

    __tablename__ = "mentoring_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(StoredEnum(RequestKind))
    state: Mapped[RequestState] = mapped_column(StoredEnum(RequestState))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    need: Mapped[str]
    good_hour: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column(SmallInteger, default=60)
    mode: Mapped[Mode] = mapped_column(StoredEnum(Mode), default=Mode.VIDEO)
    place: Mapped[str] = mapped_column(default="")
    share_phone: Mapped[bool] = mapped_column(default=False)
    any_time: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    nearness: Mapped[dict[str, int]] = mapped_column(default=dict, server_default=text("'{}'"))
    rhythm_weeks: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    series_ends_on: Mapped[date | None]

    mentee: Mapped[Member] = relationship(foreign_keys=mentee_id, lazy="joined", innerjoin=True)
    mentor: Mapped[Member | None] = relationship(foreign_keys=mentor_id, lazy="joined")
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)
    booking: Mapped[Booking | None] = relationship(lazy="select")
    asks: Mapped[list[RequestAsk]] = relationship(
        back_populates="request", order_by="RequestAsk.id", cascade="all, delete-orphan"
    )
    times: Mapped[list[RequestTime]] = relationship(
        back_populates="request", order_by="RequestTime.starts_at", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_mentoring_request_due", "state", "due_at"),
        Index("ix_mentoring_request_mentee", "mentee_id", "state"),
        Index("ix_mentoring_request_theme", "theme_id", "created_at"),
        Index("ix_mentoring_request_created", "created_at"),
    )

    @property
    def wishes_series(self) -> bool:
        return self.rhythm_weeks > 0

    @property
    def first_only(self) -> bool:
        """Whether a series was asked for, and its mentor agreed to one hour."""
        return self.series_ends_on is not None and not self.wishes_series


class RequestAsk(Base):
    """One mentor who was asked, and the answer; response rates are computed from this table alone.

    `wave` is 0 for a mentor whom the mentee chose, else the number of the wave. `unfit`: the mentor said that the need
    is not for them, and hears no more of it. `note` is the mentor's text. `nonce` is part of the signed link.
    """

    __tablename__ = "request_ask"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    wave: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[AskState] = mapped_column(StoredEnum(AskState))
    unfit: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    nonce: Mapped[str]

    request: Mapped[MentoringRequest] = relationship(back_populates="asks", lazy="joined", innerjoin=True)
    mentor: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    question: Mapped[RequestQuestion | None] = relationship(lazy="joined", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("request_id", "mentor_id"),
        Index("ix_request_ask_mentor", "mentor_id", "asked_at"),
        Index("ix_request_ask_due", "state", "due_at"),
    )

    @property
    def waits_for_reply(self) -> bool:
        """Whether the mentor asked back and has no reply yet."""
        return self.question is not None and self.question.waits


class RequestQuestion(Base):
    """What the mentor of an ask asked back before answering, once, and what the mentee replied, "" until they do.

    Until `due_at` the mentor's time to answer stands still (`requests.rules.questions`).
    """

    __tablename__ = "request_question"

    ask_id: Mapped[int] = mapped_column(
        ForeignKey("request_ask.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]

    @property
    def waits(self) -> bool:
        """Whether there is no reply yet."""
        return self.replied_at is None


class RequestTime(Base):
    """A time that `by_id` proposed; `holder_id` holds it for as long as it can be accepted."""

    __tablename__ = "request_time"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    starts_at: Mapped[datetime]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holder.id", ondelete="SET NULL"), index=True)

    request: Mapped[MentoringRequest] = relationship(back_populates="times")

    __table_args__ = (UniqueConstraint("request_id", "by_id", "starts_at"),)


class RequestColleague(Base):
    """A mentor whom another one, who cannot help, named instead."""

    __tablename__ = "request_colleague"

    request_id: Mapped[int] = mapped_column(
        ForeignKey("mentoring_request.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


class HourOffer(Base):
    """A free hour that was offered to somebody in its theme's queue.

    `holder_id` holds the hour for them; without one it is offered to everybody in the queue, and the first takes it.
    """

    __tablename__ = "hour_offer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    starts_at: Mapped[datetime]
    state: Mapped[OfferState] = mapped_column(StoredEnum(OfferState))
    ends_at: Mapped[datetime]
    nonce: Mapped[str]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holder.id", ondelete="SET NULL"), index=True)

    request: Mapped[MentoringRequest] = relationship(lazy="joined", innerjoin=True)
    mentor: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("request_id", "mentor_id", "starts_at"),
        Index("ix_hour_offer_ends", "state", "ends_at"),
    )


class InactivityCheck(Base):
    """Asks a mentor who let several requests expire whether they are active; they are paused if silent by `due_at`."""

    __tablename__ = "still_question"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    nonce: Mapped[str]
