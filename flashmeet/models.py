"""The tables, by noun."""

from flashmeet.bookings.models.attendance import Presence, ProviderVisit
from flashmeet.bookings.models.booking import Booking, Coming, Seat
from flashmeet.bookings.models.calendar_reply import SeatReply
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.leave_question import LeaveQuestion
from flashmeet.bookings.models.no_shows import Confirmation, NoShow
from flashmeet.bookings.models.outcome import SessionAnswer
from flashmeet.bookings.models.series import LaterAnswer, Series
from flashmeet.bookings.models.thread import ThreadMessage
from flashmeet.calendars.models.account import CalendarEvent, CalendarQuestion
from flashmeet.calendars.models.feed import Feed
from flashmeet.core.database.base import Base
from flashmeet.core.limits import RateCount
from flashmeet.core.settings.models import Setting, SettingChange
from flashmeet.http.models import Draft, IdempotencyKey
from flashmeet.identity.models.login import ApiToken, LoginSession, SignInCode
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.identity.models.reach import BlockedNumber, MailFault
from flashmeet.messages.models.notification import SwitchedOff
from flashmeet.messages.models.outbox import ChannelState, Delivery, DutyRun, OutboxMessage
from flashmeet.people.models.conduct import Block, CaseEvent, ConductCase
from flashmeet.people.models.joining import Invitation
from flashmeet.people.models.phone import PhoneCode
from flashmeet.people.models.picture import Picture
from flashmeet.people.models.terms import Terms, TermsAcceptance
from flashmeet.programme.models.nudge import Nudge, NudgeRest
from flashmeet.programme.models.page_text import PageText
from flashmeet.programme.models.saved_view import SavedView
from flashmeet.requests.models.request import (
    HourOffer,
    MentoringRequest,
    RequestAsk,
    RequestColleague,
    RequestTime,
    StillQuestion,
)
from flashmeet.rooms.models.providers import OwnRoom
from flashmeet.rooms.models.room import LateWord, RoomMessage, RoomPeer, SecondWay
from flashmeet.schedule.models.availability import AvailabilityRule, DateOverride, Leave, MentorPolicy, Opening
from flashmeet.schedule.models.calendar import BusyTime, CalendarAccount, CalendarItem, MemberCalendar
from flashmeet.schedule.models.claim import Claim, Holder, QuotaUse
from flashmeet.themes.models.theme import Dismissal, Theme, ThemeEvent, ThemeInvitation, ThemeProposal, ThemeTerm, Unmet

__all__ = [
    "ApiToken",
    "AvailabilityRule",
    "Base",
    "Block",
    "BlockedNumber",
    "Booking",
    "BusyTime",
    "CalendarAccount",
    "CalendarEvent",
    "CalendarItem",
    "CalendarQuestion",
    "CaseEvent",
    "ChannelState",
    "Claim",
    "Coming",
    "ConductCase",
    "Confirmation",
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
    "NoShow",
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
