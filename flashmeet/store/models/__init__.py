"""The tables, by noun."""

from flashmeet.store.models.availability import (
    AvailabilityRule,
    DateOverride,
    Leave,
    LeaveQuestion,
    MentorPolicy,
    Opening,
)
from flashmeet.store.models.base import Base
from flashmeet.store.models.booking import Booking, Seat
from flashmeet.store.models.calendar import (
    BusyTime,
    CalendarAccount,
    CalendarEvent,
    CalendarItem,
    CalendarQuestion,
    MemberCalendar,
)
from flashmeet.store.models.claim import Claim, Holder, QuotaUse
from flashmeet.store.models.feed import Feed
from flashmeet.store.models.identity import ApiToken, Draft, IdempotencyKey, LoginSession, RateCount, SignInCode
from flashmeet.store.models.member import Member, MentorTheme
from flashmeet.store.models.notification import SwitchedOff
from flashmeet.store.models.outbox import ChannelState, DutyRun, OutboxMessage
from flashmeet.store.models.reach import BlockedNumber, Coming, Delivery, MailFault, PhoneCode
from flashmeet.store.models.reply import SeatReply
from flashmeet.store.models.room import RoomMessage, RoomPeer
from flashmeet.store.models.setting import Setting
from flashmeet.store.models.terms import Terms, TermsAcceptance
from flashmeet.store.models.theme import Theme, ThemeTerm

__all__ = [
    "ApiToken",
    "AvailabilityRule",
    "Base",
    "BlockedNumber",
    "Booking",
    "BusyTime",
    "CalendarAccount",
    "CalendarEvent",
    "CalendarItem",
    "CalendarQuestion",
    "ChannelState",
    "Claim",
    "Coming",
    "DateOverride",
    "Delivery",
    "Draft",
    "DutyRun",
    "Feed",
    "Holder",
    "IdempotencyKey",
    "Leave",
    "LeaveQuestion",
    "LoginSession",
    "MailFault",
    "Member",
    "MemberCalendar",
    "MentorPolicy",
    "MentorTheme",
    "Opening",
    "OutboxMessage",
    "PhoneCode",
    "QuotaUse",
    "RateCount",
    "RoomMessage",
    "RoomPeer",
    "Seat",
    "SeatReply",
    "Setting",
    "SignInCode",
    "SwitchedOff",
    "Terms",
    "TermsAcceptance",
    "Theme",
    "ThemeTerm",
]
