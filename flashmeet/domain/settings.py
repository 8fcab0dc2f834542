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
    policy: Policy = field(default_factory=Policy)
