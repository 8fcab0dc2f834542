"""The tables, by noun."""

from flashmeet.store.models.answer import SessionAnswer
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
from flashmeet.store.models.day import DayOffer
from flashmeet.store.models.feed import Feed
from flashmeet.store.models.identity import ApiToken, Draft, IdempotencyKey, LoginSession, RateCount, SignInCode
from flashmeet.store.models.joining import Invitation
from flashmeet.store.models.member import Member, MentorTheme
from flashmeet.store.models.notification import SwitchedOff
from flashmeet.store.models.nudge import Nudge, NudgeRest
from flashmeet.store.models.outbox import ChannelState, DutyRun, OutboxMessage
from flashmeet.store.models.page_text import PageText
from flashmeet.store.models.picture import Picture
from flashmeet.store.models.reach import BlockedNumber, Coming, Delivery, MailFault, PhoneCode
from flashmeet.store.models.reply import SeatReply
from flashmeet.store.models.request import (
    HourOffer,
    MentoringRequest,
    RequestAsk,
    RequestColleague,
    RequestTime,
    StillQuestion,
)
from flashmeet.store.models.room import LateWord, Presence, RoomMessage, RoomPeer, SecondWay
from flashmeet.store.models.saved_view import SavedView
from flashmeet.store.models.series import LaterAnswer, Series
from flashmeet.store.models.setting import Setting, SettingChange
from flashmeet.store.models.terms import Terms, TermsAcceptance
from flashmeet.store.models.theme import (
    Dismissal,
    Theme,
    ThemeEvent,
    ThemeInvitation,
    ThemeProposal,
    ThemeTerm,
    Unmet,
)
from flashmeet.store.models.thread import ThreadMessage
from flashmeet.store.models.video import OwnRoom, ProviderVisit

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
    "DayOffer",
    "Delivery",
    "Dismissal",
    "Draft",
    "DutyRun",
    "Feed",
    "Holder",
    "HourOffer",
    "IdempotencyKey",
    "Invitation",
    "LateWord",
    "LaterAnswer",
    "Leave",
    "LeaveQuestion",
    "LoginSession",
    "MailFault",
    "Member",
    "MemberCalendar",
    "MentorPolicy",
    "MentorTheme",
    "MentoringRequest",
    "Nudge",
    "NudgeRest",
    "Opening",
    "OutboxMessage",
    "OwnRoom",
    "PageText",
    "PhoneCode",
    "Picture",
    "Presence",
    "ProviderVisit",
    "QuotaUse",
    "RateCount",
    "RequestAsk",
    "RequestColleague",
    "RequestTime",
    "RoomMessage",
    "RoomPeer",
    "SavedView",
    "Seat",
    "SeatReply",
    "SecondWay",
    "Series",
    "SessionAnswer",
    "Setting",
    "SettingChange",
    "SignInCode",
    "StillQuestion",
    "SwitchedOff",
    "Terms",
    "TermsAcceptance",
    "Theme",
    "ThemeEvent",
    "ThemeInvitation",
    "ThemeProposal",
    "ThemeTerm",
    "ThreadMessage",
    "Unmet",
]
