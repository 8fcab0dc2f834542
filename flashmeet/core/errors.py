"""Every refusal, one class each, by what it is about.

`code` and `status` (the HTTP status) are stable and part of the API; a class inherits those it does not set. The
sentence shown to the member is in `i18n.refusal_sentences`; `facts` are the values it needs.
"""

from __future__ import annotations

from datetime import date, datetime

# What every refusal is made of, and those that any part of the service may raise.


class Refusal(Exception):
    """The service refuses, and says why."""

    code = "refused"
    status = 422

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Forbidden(Refusal):
    """The caller may not do this, or not this way."""

    status = 403


class Conflict(Refusal):
    """The state has changed: something else came first."""

    status = 409


class Unavailable(Refusal):
    """Refused for now; trying again later helps."""

    status = 503


class BadInput(Refusal):
    """The input cannot be read as the expected value."""

    code = "invalid"

    def __init__(self, field: str, **facts: object) -> None:
        super().__init__(field=field, **facts)
        self.field = field


class NotFound(Refusal):
    """The thing does not exist or the caller may not know of it: the two look the same."""

    code = "not_found"
    status = 404


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429


class Busy(Unavailable):
    """The service is at capacity; trying again in a moment helps."""

    code = "busy"


class Unreadable(Refusal):
    """The request's body is not JSON."""

    code = "unreadable"
    status = 400


class UnknownField(BadInput):
    code = "unknown_field"


class ReadOnly(Forbidden):
    code = "read_only"


class ChangedMeanwhile(Conflict):
    """What was to be replaced is no longer what the sender had seen."""

    code = "changed_meanwhile"


class PreconditionFailed(ChangedMeanwhile):
    """The same, of what the request named in If-Match. Source: RFC 9110, 13.1.1."""

    status = 412


class IdempotencyMismatch(Refusal):
    code = "idempotency_mismatch"


class BadSignature(Forbidden):
    """A webhook was not called by the provider."""

    code = "bad_signature"


# What is typed or sent, and cannot be taken as it is.


class Missing(BadInput):
    code = "missing"


class TooLong(BadInput):
    code = "too_long"


class OutOfRange(BadInput):
    code = "out_of_range"


class UnknownZone(BadInput):
    code = "unknown_zone"

    def __init__(self, tzid: str) -> None:
        super().__init__("tzid", tzid=tzid)


class OffTheQuarter(BadInput):
    code = "off_the_quarter"


class BadDate(BadInput):
    code = "bad_date"


class BadInstant(BadDate):
    """An instant that cannot be parsed, or that has no time zone."""


class BadTime(BadInput):
    code = "bad_time"


class EndBeforeStart(BadInput):
    code = "end_before_start"


class PastDay(BadInput):
    """The day is over, or the moment has passed."""

    code = "past_day"


class BadEmail(BadInput):
    code = "bad_email"


class AccentedEmail(BadEmail):
    """It is an address, to which few mail servers deliver: letters beyond ASCII stand before its @."""

    code = "accented_email"


class RobotsMailbox(BadInput):
    """The service sends from this mailbox, or reads it: no person would see a mail there."""

    code = "robots_mailbox"


class BadPhone(BadInput):
    code = "bad_phone"


class NotMobile(BadPhone):
    """A number that cannot receive SMS."""

    code = "not_mobile"


class CountryNotServed(BadPhone):
    """The network sends no SMS to that country."""

    code = "country_not_served"


class BadAddress(BadInput):
    """The address is not the https address of a room."""

    code = "bad_address"


class BadPicture(BadInput):
    """A file that is not a readable picture, or too large."""

    code = "bad_picture"


class HeicPicture(BadPicture):
    """A telephone's HEIC file, which most browsers cannot show."""

    code = "heic_picture"


class NotPdf(BadInput):
    """A file that is not a PDF by its content, whatever it is called."""

    code = "not_pdf"


class FileTooLarge(BadInput):
    """A file of more than `most` megabytes."""

    code = "file_too_large"


class NotTicked(BadInput):
    """A mandatory commitment is not ticked."""

    code = "not_ticked"


class UnevenLines(BadInput):
    """Texts that are read side by side in several languages have different numbers of lines; `lines` says which."""

    code = "uneven_lines"


class TooFaint(BadInput):
    """Text in this colour has too little contrast on the page's background; `ratio` is its contrast."""

    code = "too_faint"


class BlanksLeft(BadInput):
    """A legal text still has blanks in brackets, so the network does not open yet."""

    code = "blanks_left"


# Signing in, being a member, and what may be sent to one.


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401


class TokenExpired(NotSignedIn):
    """The API token was good until `expired_at`."""

    code = "token_expired"


class TokenRevoked(NotSignedIn):
    """The API token was taken back, by its member or by an administrator."""

    code = "token_revoked"


class TooManyTokens(Refusal):
    """The member has as many API tokens (`most`) as one may make."""

    code = "too_many_tokens"


class WrongCode(Refusal):
    """The code is wrong, used, expired or tried too often; all get the same answer."""

    code = "wrong_code"


class WrongFactor(Refusal):
    """The code, passkey or recovery code is wrong, used, or too late; all get the same answer."""

    code = "wrong_factor"


class LastFactor(Conflict):
    """An administrator needs a second step: the last one is replaced, not removed."""

    code = "last_factor"


class FactorRequired(Forbidden):
    """An administrator without a second step enters no administrator's page."""

    code = "factor_required"


class ProofRequired(Forbidden):
    """The member has to prove first that it is them: the last proof in this browser is too old."""

    code = "proof_required"


class ConsentOver(Refusal):
    """The provider's consent was not requested from here, or too long ago."""

    code = "consent_over"


class AccessSuspended(NotFound):
    """A personal link that is genuine, of a member who is suspended: said in words, and nothing opens."""


class LinkRenewed(NotFound):
    """A personal link that is genuine, from before its member renewed their links: said in words, and nothing opens."""

    code = "link_renewed"
    status = 410


class TermsRequired(Forbidden):
    """The member has not accepted the terms in force (`version`), which booking, publishing and answering need."""

    code = "terms_required"


class JoiningClosed(Forbidden):
    """Self-registration is closed, or the invitation has ended."""

    code = "joining_closed"


class OtherDomain(BadInput):
    """The address's mail domain does not admit to this network; `domains` do."""

    code = "other_domain"


class NotOpenYet(Forbidden):
    """Mentors come first: the network is not open yet to members who are only mentees."""

    code = "not_open_yet"


class PausedByNetwork(Forbidden):
    """The member may not book until an administrator has talked to them."""

    code = "paused_by_network"


class AddressTaken(Conflict):
    """Another member has that mail address. Only said to somebody who may know it."""

    code = "address_taken"


class SameAddress(Refusal):
    """The member has that mail address already."""

    code = "same_address"


class UnknownRole(BadInput):
    code = "unknown_role"


class SmsOff(Unavailable):
    """The administrator has switched SMS off."""

    code = "sms_off"


class SmsLimit(TooManyRequests):
    """The daily limit of codes for this number, its range or this member is reached."""

    code = "sms_limit"


class NumberBlocked(Conflict):
    """`reason` is opted_out: it answered STOP, and only START takes that back."""

    code = "number_blocked"


# Booked hours and days: booking, moving, ending, meeting, and what follows.


class Yourself(Refusal):
    code = "yourself"


class NotBookable(NotFound):
    """An hour already known to the caller cannot be had any more: its mentor gives none, or one of the two cannot
    come. The same to a program as an unknown mentor; the caller that shows it looks up `alternatives` by others."""


class NotOffered(Refusal):
    """No availability of the mentor contains this hour."""

    code = "not_offered"


class OnLeave(NotOffered):
    """The hour falls into the mentor's leave, or into their pause."""


class ThemeNotOffered(Refusal):
    code = "theme_not_offered"


class WayNotOffered(BadInput):
    """The mentor does not meet in this way."""

    code = "way_not_offered"


class UnknownTheme(Refusal):
    code = "unknown_theme"


class TooLate(Refusal):
    code = "too_late"


class TooLateTonight(Refusal):
    """Hours at short notice take place between `first` and `last` o'clock, and there is no hour left."""

    code = "too_late_tonight"


class BeyondHorizon(Refusal):
    code = "beyond_horizon"


class SlotTaken(Conflict):
    """Somebody else was first. The caller that shows the refusal looks up `alternatives` afresh."""

    code = "slot_taken"

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at=starts_at)
        self.starts_at = starts_at


class YouAreBusy(Conflict):
    """The caller has something else at that hour."""

    code = "you_are_busy"

    def __init__(self, booking_id: int | None) -> None:
        super().__init__(booking_id=booking_id)
        self.booking_id = booking_id


class OwnCalendarBusy(Conflict):
    """The caller's own calendar has something else at that hour, and they asked not to be booked over it."""

    code = "own_calendar_busy"


class QuotaReached(Refusal):
    """`rule` is mentor_day, mentor_week, mentor_month or mentee_week."""

    code = "quota_reached"

    def __init__(self, rule: str, limit: int) -> None:
        super().__init__(rule=rule, limit=limit)
        self.rule = rule


class TooOften(TooManyRequests):
    """This member has booked or moved hours with this person as often today as anybody may."""

    code = "too_often"


class CalendarUnavailable(Unavailable):
    code = "calendar_unavailable"


class AlreadyOver(Conflict):
    """A booking that is cancelled, completed or has begun can be neither moved nor cancelled."""

    code = "already_over"


class ConfirmationOver(Conflict):
    """The deadline for confirming the booking (`until`) has passed."""

    code = "confirmation_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class TooLateToSolve(Refusal):
    """The booking, which begins at `starts_at`, is too near: the other person counts on it."""

    code = "too_late_to_solve"


class BreakOutside(BadInput):
    """A break that lies outside the day, or overlaps another one."""

    code = "break_outside"


class TooManyDays(Refusal):
    """The mentor already offers the maximum number of days (`most`)."""

    code = "too_many_days"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class DayGone(Conflict):
    """The day can no longer be requested; `standing` says why (`bookings.rules.days`)."""

    code = "day_gone"

    def __init__(self, standing: str) -> None:
        super().__init__(standing=standing)
        self.standing = standing


class DayAsked(Conflict):
    """The day is requested or taken, so its published details cannot change."""

    code = "day_asked"


class DayStays(Conflict):
    """A day cannot be moved: it is cancelled, and another one requested."""

    code = "day_stays"


class UnknownRoomLink(NotFound):
    """A personal link to a room is unknown, replaced or somebody else's: all look the same."""


class RoomClosed(Forbidden):
    """`reason` is early, late, cancelled, pending or elsewhere (`rooms.rules.room.DoorState`), replaced or left."""

    code = "room_closed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class ThreadClosed(Conflict):
    """The thread takes no more messages: the booking was never agreed, or ended a month ago."""

    code = "thread_closed"


class TooEarlyToSay(BadInput):
    """The other may still come: a no-show can only be reported from `at` on."""

    code = "too_early_to_say"


class TooLateToSay(BadInput):
    """Too long after the booking to report a no-show."""

    code = "too_late_to_say"


class ContestOver(Conflict):
    """The deadline for contesting (`until`) has passed, or the case is decided."""

    code = "contest_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class NothingServed(Refusal):
    """No hour of that year counts, so there is nothing to attest."""

    code = "nothing_served"
    status = 404

    def __init__(self, year: int) -> None:
        super().__init__(year=year)


# Requests to one mentor or to a theme.


class MentorAway(Refusal):
    """The mentor is away and cannot be asked; `until` is the last day of the leave, if given."""

    code = "mentor_away"

    def __init__(self, until: date | None) -> None:
        super().__init__(until=until)


class AskedAlready(Conflict):
    """The mentee already has an open request (`request_id`) to this mentor, or for this theme."""

    code = "asked_already"

    def __init__(self, request_id: int) -> None:
        super().__init__(request_id=request_id)


class RequestOver(Conflict):
    """The request can no longer be answered; `state` says why (`requests.rules.requests`)."""

    code = "request_over"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class AskedBackAlready(Conflict):
    """The mentor has asked the one question that may come before an answer."""

    code = "asked_back_already"


class RepliedAlready(Conflict):
    """The mentor's question has an answer already."""

    code = "replied_already"


class TimeGone(Conflict):
    """A proposed time is no longer held: it has passed, or is taken."""

    code = "time_gone"


# What administrators do.


class LastAdministrator(Refusal):
    code = "last_administrator"


class NotYourOffice(Forbidden):
    """The caller has a part of an administrator's office, and this is another part."""

    code = "not_your_office"


class KeyTaken(BadInput):
    """Another member has the school's key."""

    code = "key_taken"
    status = 409


class MergeRefused(Conflict):
    """The two rows cannot become one; `reason` is administers, one_suspended, have_met or same_time."""

    code = "merge_refused"


class NobodyConcerned(Refusal):
    """An act on many members would change nothing about anybody."""

    code = "nobody_concerned"


class BulkUnderWay(Conflict):
    """The act on many members goes on, was undone, or was done too long ago."""

    code = "bulk_not_undoable"


class CameAlready(Conflict):
    """The member has signed in: nothing is left to invite them to."""

    code = "came_already"


class NobodyChosen(Refusal):
    """The mail has no recipients."""

    code = "nobody_chosen"


class TooLateToUndo(Conflict):
    """The mail has been sent."""

    code = "too_late_to_undo"


class CaseClosed(Conflict):
    """The case is already decided."""

    code = "case_closed"


class TermsInForce(Conflict):
    """The version is in force, so it cannot be withdrawn; a next one can be announced."""

    code = "terms_in_force"


class ThemeExists(Refusal):
    """A theme of that name exists, perhaps retired."""

    code = "theme_exists"


class TooManyThemes(Refusal):
    """The thirteenth active theme or a later one, which needs a confirmation."""

    code = "too_many_themes"
