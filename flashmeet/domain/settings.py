"""What an administrator may decide for the network, with the shipped defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from flashmeet.domain.availability import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """One installation = one network. Minutes unless the name says otherwise; None = no limit."""

    name: str = "flashmeet"
    locale: str = "fr"
    country: str = "FR"
    tzid: str = "Europe/Paris"
    mentee_per_week: int | None = None
    sms_quiet_from: int = 20 * 60
    sms_quiet_until: int = 8 * 60
    calendars_unread: str = "closed"
    """`closed`: a mentor whose calendar cannot be read is not booked; `open`: they are."""
    calendar_gone: str = "keep"
    """What becomes of a session that its mentor deleted in a calendar and did not answer for: `keep` or `cancel`."""
    policy: Policy = field(default_factory=Policy)
