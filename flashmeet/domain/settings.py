"""What an administrator may decide for the network, with the shipped defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flashmeet.domain.availability import Policy
from flashmeet.domain.sms import COUNTRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """One installation = one network. Minutes unless the name says otherwise; None = no limit.

    What SMS may cost is counted per UTC day: codes by member, number and range, all that is no reminder by number, and
    everything together.
    """

    name: str = "flashmeet"
    locale: str = "fr"
    country: str = "FR"
    tzid: str = "Europe/Paris"
    mentee_per_week: int | None = None
    sms_quiet_from: int = 20 * 60
    sms_quiet_until: int = 8 * 60
    sms_on: bool = True
    sms_countries: Sequence[str] = COUNTRIES
    sms_codes_per_member: int = 5
    sms_codes_per_number: int = 5
    sms_codes_per_range: int = 30
    sms_per_number: int = 20
    sms_per_day: int = 20_000
    policy: Policy = field(default_factory=Policy)
