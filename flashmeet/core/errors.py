"""Everything that can be refused, one class per refusal.

`code` is stable and part of the API. The sentence in the member's language and the HTTP status are given where a
refusal is shown (`i18n.refusals`, `http.problems`); `facts` are the values the sentence needs.
"""

from __future__ import annotations

from datetime import datetime


class Refusal(Exception):
    """Something the service will not do, and why."""

    code = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


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


class NotFound(Refusal):
    """No such thing, or not yours to know about: the two read the same."""

    code = "not_found"


class NoSuchDoor(NotFound):
    """The same of a personal link to a room: unknown, replaced, and somebody else's."""


class NotSignedIn(Refusal):
    code = "not_signed_in"


class TermsRequired(Refusal):
    """Who wants to book, to publish hours or to answer has not accepted the terms in force (`version`)."""

    code = "terms_required"


class ReadOnly(Refusal):
    code = "read_only"


class TooManyRequests(Refusal):
    code = "too_many_requests"


class SmsLimit(TooManyRequests):
    """Enough codes were sent to this number, its range, or by this member for today."""

    code = "sms_limit"


class SmsOff(Refusal):
    """The administrator has switched SMS off."""

    code = "sms_off"


class NumberBlocked(Refusal):
    """`reason` is opted_out (it answered STOP) or bad_number (the provider cannot reach it)."""

    code = "number_blocked"


class BadSignature(Refusal):
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


class SlotTaken(Refusal):
    """Someone was first. `alternatives` are filled in by whoever shows the refusal, with a fresh look."""

    code = "slot_taken"

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at=starts_at)
        self.starts_at = starts_at


class YouAreBusy(Refusal):
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


class CalendarUnavailable(Refusal):
    code = "calendar_unavailable"


class JoiningClosed(Refusal):
    """Nobody joins here by themselves, or the invitation has ended."""

    code = "joining_closed"


class LastAdministrator(Refusal):
    code = "last_administrator"


class ConsentOver(Refusal):
    """A provider's permission that was not asked for from here, or too long ago."""

    code = "consent_over"


class AlreadyOver(Refusal):
    """A session that is cancelled, completed or has begun can be neither moved nor cancelled."""

    code = "already_over"


class RoomClosed(Refusal):
    """`reason` is early, late, cancelled, pending or elsewhere (`rooms.rules.room.DoorState`), replaced or left."""

    code = "room_closed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class Busy(Refusal):
    """The service has no room for this right now; trying again in a moment helps."""

    code = "busy"
