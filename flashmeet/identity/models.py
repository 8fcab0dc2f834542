"""Members, their themes, logins and tokens, and the faults of their addresses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, ForeignKey, Index, and_, event, inspect, or_
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import SortKey, StoredEnum
from flashmeet.identity.rules import (
    ROLES,
    BlockReason,
    JoiningState,
    MemberSource,
    OfficeRole,
    active_lately,
    full_name,
    text_keys,
)


def _is_paused(member: Member, now: datetime) -> bool:
    return member.paused_until is not None and member.paused_until > now


def _paused_ones(members: type[Member], now: datetime) -> ColumnElement[bool]:
    return and_(members.paused_until.is_not(None), members.paused_until > now)


def _is_available(member: Member, now: datetime) -> bool:
    return member.bookable and not member.paused(now)


def _available_ones(members: type[Member], now: datetime) -> ColumnElement[bool]:
    return and_(members.bookable, ~_paused_ones(members, now))


class Member(Base):
    """A person of the network; may be mentee, mentor and administrator at once.

    `email` is in lower case; `external_id` is the school's own key, by which a member file finds whoever has another
    address by now. `phone` is E.164; SMS are sent only when it is verified and `sms_opt_in` is set. A
    suspended member can do nothing. A member who is `joining` is suspended too. `paused_until` ends the member's own
    break; `held_at` is when an administrator withdrew a mentor's approval. `signed_in_at` is the last sign-in, kept
    when its login is deleted; `seen_on` the last day (UTC) on which a browser of theirs was
    here. `search_name`, `search_profile`, `company_key` and `sort_name` are kept by `_keep_text_keys`, whoever
    changes the texts they come from. `confirmed_at` is when they last confirmed their profile; `photo_at` identifies
    their picture, if any. `factor_at` is when they got their first second factor, None without one; until
    `factor_due_at` an administrator may do without. `link_generation` counts how often they renewed their personal
    links. `erased_at` is when they asked to be erased; soon after, the row is a tombstone (`privacy.service.wipe`),
    whom nothing shows by name. `office` is a part of what administrators do, given to somebody who is none.
    `source` is how they became a member, `source_name` the import (its file and day) or the invitation link.
    """

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    mentee: Mapped[bool] = mapped_column(default=False)
    mentor: Mapped[bool] = mapped_column(default=False)
    administrator: Mapped[bool] = mapped_column(default=False)
    office: Mapped[OfficeRole | None] = mapped_column(StoredEnum(OfficeRole))
    approved: Mapped[bool] = mapped_column(default=False)
    suspended: Mapped[bool] = mapped_column(default=False)
    joining: Mapped[JoiningState | None] = mapped_column(StoredEnum(JoiningState))
    tzid: Mapped[str]
    locale: Mapped[str]
    phone: Mapped[str | None]
    phone_verified_at: Mapped[datetime | None]
    sms_opt_in: Mapped[bool] = mapped_column(default=False)
    graduation_year: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    company: Mapped[str] = mapped_column(default="")
    sector: Mapped[str] = mapped_column(default="")
    headline: Mapped[str] = mapped_column(default="")
    degree: Mapped[str] = mapped_column(default="")
    offering: Mapped[str] = mapped_column(default="")
    seeking: Mapped[str] = mapped_column(default="")
    search_name: Mapped[str]
    search_profile: Mapped[str]
    company_key: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortKey)
    photo_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    paused_until: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    seen_on: Mapped[date | None]
    shows_activity: Mapped[bool] = mapped_column(default=True)
    factor_at: Mapped[datetime | None]
    factor_due_at: Mapped[datetime | None]
    link_generation: Mapped[int] = mapped_column(default=0)
    erased_at: Mapped[datetime | None]
    source: Mapped[MemberSource | None] = mapped_column(StoredEnum(MemberSource), default=MemberSource.ADDED)
    source_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    offers: Mapped[list[MentorTheme]] = relationship(order_by="MentorTheme.theme_id", cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_member_mentor_approved", "mentor", "approved"),
        Index("ix_member_source", "source", "source_name"),
    )

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def roles(self) -> list[str]:
        return [role for role in ROLES if getattr(self, role)]

    @hybrid_property
    def runs_network(self) -> bool:
        """Whether pages of administrators open to them, all or some: they need a second factor, and it is told of."""
        return self.administrator or self.office is not None

    @runs_network.inplace.expression
    @classmethod
    def _runs_network(cls) -> ColumnElement[bool]:
        return or_(cls.administrator, cls.office.is_not(None))

    def active_lately(self, today: date) -> bool:
        return active_lately(self.shows_activity, self.seen_on, today)

    @hybrid_property
    def bookable(self) -> bool:
        """Whether the member is a mentor, approved and not suspended.

        Whether they have an open hour is another question, decided by leave, terms and calendars
        (`schedule.service.openings`).
        """
        return self.mentor and self.approved and not self.suspended

    @bookable.inplace.expression
    @classmethod
    def _bookable(cls) -> ColumnElement[bool]:
        return and_(cls.mentor, cls.approved, ~cls.suspended)

    paused = hybrid_method(_is_paused, _paused_ones)
    """`paused(now)`: the member takes a break from every request."""
    available = hybrid_method(_is_available, _available_ones)
    """`available(now)`: bookable, and not on a break."""

    @property
    def profile_at(self) -> datetime:
        """When the member last confirmed their profile, or joined."""
        return self.confirmed_at or self.created_at

    @property
    def takes_sms(self) -> bool:
        return self.phone is not None and self.phone_verified_at is not None and self.sms_opt_in


_TEXTS = ("first_name", "last_name", "headline", "company", "sector")


@event.listens_for(Member, "before_insert")
@event.listens_for(Member, "before_update")
def _keep_text_keys(_mapper: Mapper[Member], _connection: Connection, member: Member) -> None:
    """Writes the keys whenever a text changes. Inserts that pass by here fail: the columns have no default."""
    state = inspect(member)
    if any(state.attrs[name].history.has_changes() for name in _TEXTS) or not state.has_identity:
        texts = {name: getattr(member, name) or "" for name in _TEXTS}
        for name, key in text_keys(**texts).items():
            setattr(member, name, key)


class MentorTheme(Base):
    """A theme that a mentor helps with; `proof` is one line that says why they can."""

    __tablename__ = "mentor_theme"

    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True)
    proof: Mapped[str] = mapped_column(default="")


class ThemeLead(Base):
    """A theme that a member leads, for as long as their office is `OfficeRole.THEMES`."""

    __tablename__ = "theme_lead"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True)


class SignInCode(Base):
    """A six-digit code, hashed with its row's nonce; single use, short-lived, few tries.

    An unknown address gets a row too, without a member, so that both responses cost the same. `mailbox` is the hash of
    the address by which it was asked for, so that others who ask for it can be given the code that is under way; "" for
    a code that only its own browser takes.
    """

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    nonce: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    mailbox: Mapped[str] = mapped_column(default="", index=True)
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """A login: a signed-in browser. The cookie holds the secret, the row its hash.

    `browser` is its name and system as it calls itself (`Firefox, Linux`), by which its member knows it; `seen_at` is
    kept to the hour. `proved_at` is when the member last proved here that it is them.
    """

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    proved_at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token, stored hashed; it works until `expires_at`, unless it is revoked before.

    `name` is what its member calls it; `used_at` is kept to the hour.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    read_only: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Feed(Base):
    """The hashed secret of one member's calendar feed. Without a row there is no feed; a new secret replaces it."""

    __tablename__ = "feed"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class MailFault(Base):
    """The member's mails bounce.

    `status` is the enhanced status code of RFC 3463, such as 5.1.1; `email` is the address that failed: the fault does
    not apply to another one.
    """

    __tablename__ = "mail_fault"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str]
    status: Mapped[str]
    failed_at: Mapped[datetime]


class BlockedNumber(Base):
    """No SMS is sent to this number (E.164), whoever has it."""

    __tablename__ = "blocked_number"

    phone: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[BlockReason] = mapped_column(StoredEnum(BlockReason))
    blocked_at: Mapped[datetime]
