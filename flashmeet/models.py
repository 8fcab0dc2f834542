"""All tables, in alphabetical order."""

from flashmeet.audit.models import AuditEntry
from flashmeet.bookings.models.booking import (
    Booking,
    ClosedHourQuestion,
    Coming,
    LeaveQuestion,
    Seat,
    SeatReply,
    ThreadMessage,
)
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.outcome import BookingAnswer, Confirmation, NoShow, ProviderVisit, RoomVisit
from flashmeet.bookings.models.series import LaterAnswer, Series
from flashmeet.calendars.models import CalendarEvent, CalendarQuestion
from flashmeet.core.backups import BackupMade
from flashmeet.core.database.base import Base
from flashmeet.core.database.kept import Revision
from flashmeet.core.limits import RateCount
from flashmeet.core.settings.models import PageText, Setting, SettingChange
from flashmeet.directory.models import MemberNote
from flashmeet.http.models import Draft, IdempotencyKey
from flashmeet.identity.models import (
    ApiToken,
    BlockedNumber,
    Feed,
    LoginSession,
    MailFault,
    Member,
    MentorTheme,
    SignInCode,
)
from flashmeet.messages.models import ChannelState, Delivery, OutboxMessage, PeriodicTaskRun, SwitchedOff
from flashmeet.outreach.models import Campaign, CampaignDay, CampaignPerson
from flashmeet.people.models import (
    AddressChange,
    AddressCode,
    Block,
    CaseEvent,
    ConductCase,
    ErasureCode,
    Invitation,
    PhoneCode,
    Picture,
    Terms,
    TermsAcceptance,
    TermsNotice,
)
from flashmeet.privacy.models import DataCopy, Erasure
from flashmeet.programme.models import Nudge, NudgeRest, SavedView
from flashmeet.requests.models import (
    HourOffer,
    InactivityCheck,
    MentoringRequest,
    RequestAsk,
    RequestColleague,
    RequestTime,
)
from flashmeet.rooms.models import Fallback, LateWord, OwnRoom, RoomMessage, RoomPeer
from flashmeet.schedule.models import (
    AvailabilityRule,
    BrowserHold,
    BusyTime,
    CalendarAccount,
    CalendarItem,
    Claim,
    DateOverride,
    Holder,
    Leave,
    MemberCalendar,
    MentorPolicy,
    Opening,
    QuotaUse,
)
from flashmeet.security.models import AuthenticatorApp, FactorChallenge, Passkey, RecoveryCode
from flashmeet.setup.models import ChannelTrial
from flashmeet.themes.models import Dismissal, Theme, ThemeEvent, ThemeInvitation, ThemeProposal, ThemeTerm, UnmetNeed

__all__ = [
    "AddressChange",
    "AddressCode",
    "ApiToken",
    "AuditEntry",
    "AuthenticatorApp",
    "AvailabilityRule",
    "BackupMade",
    "Base",
    "Block",
    "BlockedNumber",
    "Booking",
    "BookingAnswer",
    "BrowserHold",
    "BusyTime",
    "CalendarAccount",
    "CalendarEvent",
    "CalendarItem",
    "CalendarQuestion",
    "Campaign",
    "CampaignDay",
    "CampaignPerson",
    "CaseEvent",
    "ChannelState",
    "ChannelTrial",
    "Claim",
    "ClosedHourQuestion",
    "Coming",
    "ConductCase",
    "Confirmation",
    "DataCopy",
    "DateOverride",
    "DayOffer",
    "Delivery",
    "Dismissal",
    "Draft",
    "Erasure",
    "ErasureCode",
    "FactorChallenge",
    "Fallback",
    "Feed",
    "Holder",
    "HourOffer",
    "IdempotencyKey",
    "InactivityCheck",
    "Invitation",
    "LateWord",
    "LaterAnswer",
    "Leave",
    "LeaveQuestion",
    "LoginSession",
    "MailFault",
    "Member",
    "MemberCalendar",
    "MemberNote",
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
    "Passkey",
    "PeriodicTaskRun",
    "PhoneCode",
    "Picture",
    "ProviderVisit",
    "QuotaUse",
    "RateCount",
    "RecoveryCode",
    "RequestAsk",
    "RequestColleague",
    "RequestTime",
    "Revision",
    "RoomMessage",
    "RoomPeer",
    "RoomVisit",
    "SavedView",
    "Seat",
    "SeatReply",
    "Series",
    "Setting",
    "SettingChange",
    "SignInCode",
    "SwitchedOff",
    "Terms",
    "TermsAcceptance",
    "TermsNotice",
    "Theme",
    "ThemeEvent",
    "ThemeInvitation",
    "ThemeProposal",
    "ThemeTerm",
    "ThreadMessage",
    "UnmetNeed",
]
