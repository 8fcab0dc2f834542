"""Everything that can be refused, one class per refusal.

`code` and `status`, the HTTP status, are stable and part of the API: a class has its own, or those of the class above.
The sentence in the member's language is in `i18n.refusals`; `facts` are the values that it needs.
"""

from __future__ import annotations

from datetime import date, datetime


class Refusal(Exception):
    """Something the service will not do, and why."""

    code = "refused"
    status = 422

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Forbidden(Refusal):
    """Not for who asks, or not by this way."""

    status = 403


class Conflict(Refusal):
    """What it was about is no longer as it was: something else came first."""

    status = 409


class Unavailable(Refusal):
    """Not now; trying again later helps."""

    status = 503


class BadInput(Refusal):
    """What was sent cannot be read as what was asked for."""

    code = "invalid"

    def __init__(self, field: str, **facts: object) -> None:
        super().__init__(field=field, **facts)
        self.field = field


class UnknownZone(BadInput):
    code = "unknown_zone"

    def __init__(self, tzid: str) -> None:
        super().__init__("tzid", tzid=tzid)


class OffTheQuarter(BadInput):
    code = "off_the_quarter"


class BadDate(BadInput):
    code = "bad_date"


class BadInstant(BadDate):
    """An instant that cannot be read, or that has no zone."""


class BadTime(BadInput):
    code = "bad_time"


class EndBeforeStart(BadInput):
    code = "end_before_start"


class TooLong(BadInput):
    code = "too_long"


class Missing(BadInput):
    code = "missing"


class BadPhone(BadInput):
    code = "bad_phone"


class NotMobile(BadPhone):
    """A number that takes no SMS."""

    code = "not_mobile"


class CountryNotServed(BadPhone):
    """The network sends no SMS to that country."""

    code = "country_not_served"


class BadEmail(BadInput):
    code = "bad_email"


class BadAddress(BadInput):
    """Not the https address of a room."""

    code = "bad_address"


class OutOfRange(BadInput):
    code = "out_of_range"


class TooEarlyToSay(BadInput):
    """Somebody may still come: only `at` and later can it be said that a session does not take place."""

    code = "too_early_to_say"


class TooFaint(BadInput):
    """Text in this colour cannot be read on our paper; `ratio` is the contrast it has."""

    code = "too_faint"


class BadPicture(BadInput):
    """A file that is no picture we can read, or too large a one."""

    code = "bad_picture"


class NotTicked(BadInput):
    """A commitment that each has to make is not ticked."""

    code = "not_ticked"


class OtherDomain(BadInput):
    """An address of a mail domain that does not open this network (`domains` do)."""

    code = "other_domain"


class UnknownRole(BadInput):
    code = "unknown_role"


class UnknownField(BadInput):
    code = "unknown_field"


class Unreadable(Refusal):
    """The request's body is not JSON."""

    code = "unreadable"
    status = 400


class NotFound(Refusal):
    """No such thing, or not yours to know about: the two read the same."""

    code = "not_found"
    status = 404


class UnknownProvider(NotFound):
    """The same of a personal link to a room: unknown, replaced, and somebody else's."""


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401


class TermsRequired(Forbidden):
    """Who wants to book, to publish hours or to answer has not accepted the terms in force (`version`)."""

    code = "terms_required"


class ReadOnly(Forbidden):
    code = "read_only"


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429


class SmsLimit(TooManyRequests):
    """Enough codes were sent to this number, its range, or by this member for today."""

    code = "sms_limit"


class SmsOff(Unavailable):
    """The administrator has switched SMS off."""

    code = "sms_off"


class NumberBlocked(Conflict):
    """`reason` is opted_out (it answered STOP) or bad_number (the provider cannot reach it)."""

    code = "number_blocked"


class BadSignature(Forbidden):
    """A hook was called by somebody else than the provider."""

    code = "bad_signature"


class IdempotencyMismatch(Refusal):
    code = "idempotency_mismatch"


class WrongCode(Refusal):
    """The code does not open the door: wrong, used, too old or tried too often; the answer is the same."""

    code = "wrong_code"


class TooLate(Refusal):
    code = "too_late"


class BeyondHorizon(Refusal):
    code = "beyond_horizon"


class NotOffered(Refusal):
    """No window of the mentor holds this hour."""

    code = "not_offered"


class ThemeNotOffered(Refusal):
    code = "theme_not_offered"


class UnknownTheme(Refusal):
    code = "unknown_theme"


class Yourself(Refusal):
    code = "yourself"


class SlotTaken(Conflict):
    """Someone was first. `alternatives` are filled in by whoever shows the refusal, with a fresh look."""

    code = "slot_taken"

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at=starts_at)
        self.starts_at = starts_at


class YouAreBusy(Conflict):
    """The one who asks has something else at that hour."""

    code = "you_are_busy"

    def __init__(self, booking_id: int | None) -> None:
        super().__init__(booking_id=booking_id)
        self.booking_id = booking_id


class QuotaReached(Refusal):
    """`rule` is mentor_day, mentor_week, mentor_month or mentee_week."""

    code = "quota_reached"

    def __init__(self, rule: str, limit: int) -> None:
        super().__init__(rule=rule, limit=limit)
        self.rule = rule


class CalendarUnavailable(Unavailable):
    code = "calendar_unavailable"


class JoiningClosed(Forbidden):
    """Nobody joins here by themselves, or the invitation has ended."""

    code = "joining_closed"


class LastAdministrator(Refusal):
    code = "last_administrator"


class ConsentOver(Refusal):
    """A provider's permission that was not asked for from here, or too long ago."""

    code = "consent_over"


class AlreadyOver(Conflict):
    """A session that is cancelled, completed or has begun can be neither moved nor cancelled."""

    code = "already_over"


class RoomClosed(Forbidden):
    """`reason` is early, late, cancelled, pending or elsewhere (`rooms.rules.room.DoorState`), replaced or left."""

    code = "room_closed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class Busy(Unavailable):
    """The service has no room for this right now; trying again in a moment helps."""

    code = "busy"


class PausedByNetwork(Forbidden):
    """Books nothing until an administrator has talked to them."""

    code = "paused_by_network"


class TooLateToSay(BadInput):
    """So long after the hour nobody is said any more not to have come."""

    code = "too_late_to_say"


class ContestOver(Conflict):
    """It could be contested until then, or it is decided already."""

    code = "contest_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class ConfirmationOver(Conflict):
    """The hour was to be confirmed until then."""

    code = "confirmation_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class CaseClosed(Conflict):
    """Somebody has decided this case."""

    code = "case_closed"


class BreakOutside(BadInput):
    """A break that does not lie inside the day, or runs into another one."""

    code = "break_outside"


class DayGone(Conflict):
    """The day can no longer be asked for: `standing` says why (`domain.days`)."""

    code = "day_gone"

    def __init__(self, standing: str) -> None:
        super().__init__(standing=standing)
        self.standing = standing


class DayAsked(Conflict):
    """Somebody has asked for the day, or has it: what they were told cannot change."""

    code = "day_asked"


class DayStays(Conflict):
    """A day is not moved: it is cancelled, and another one asked for."""

    code = "day_stays"


class TooManyDays(Refusal):
    """Enough days of this mentor wait to be asked for (`most`)."""

    code = "too_many_days"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class TooLateToUndo(Conflict):
    """The mail has left."""

    code = "too_late_to_undo"


class NobodyChosen(Refusal):
    """A mail for nobody."""

    code = "nobody_chosen"


class NothingServed(Refusal):
    """No hour of that year counts, so that there is nothing to attest."""

    code = "nothing_served"
    status = 404

    def __init__(self, year: int) -> None:
        super().__init__(year=year)


class MentorAway(Refusal):
    """Nobody can be asked while they are away; `until` is their last day, where they said it."""

    code = "mentor_away"

    def __init__(self, until: date | None) -> None:
        super().__init__(until=until)


class AskedAlready(Conflict):
    """The same mentor, or theme, is being asked by the same mentee (`request_id`)."""

    code = "asked_already"

    def __init__(self, request_id: int) -> None:
        super().__init__(request_id=request_id)


class RequestOver(Conflict):
    """Nothing is to be answered any more: `state` says what became of it (`domain.requests`)."""

    code = "request_over"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class TimeGone(Conflict):
    """A proposed time that is no longer kept: it passed, or something else came there."""

    code = "time_gone"


class ThemeExists(Refusal):
    """A theme of that name is there already, perhaps retired."""

    code = "theme_exists"


class TooManyThemes(Refusal):
    """The 13th active theme and on: not without being asked again."""

    code = "too_many_themes"


class ThreadClosed(Conflict):
    """Nothing more is written there: the hour never was agreed, or is over for a month."""

    code = "thread_closed"


class TooLateToSolve(Refusal):
    """The hour is so near that the other counts on it; it begins at `starts_at`."""

    code = "too_late_to_solve"
