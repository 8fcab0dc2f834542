"""What an administrator may decide for the network, as the rules read it; `core.settings.entries` says each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flashmeet.core.phone_numbers import COUNTRIES
from flashmeet.core.settings.policies import DeletedHour, JoiningMode, Policy, RoomTimes, UnreadCalendar
from flashmeet.core.settings.vocabulary import Vocabulary

OUR_ACCENT, OUR_ACCENT_DARK = "#b0431a", "#ff9f73"
"""Our own colours, on light paper and on dark; `static/css/tokens.css` has them for pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """One installation = one network. Minutes unless the name says otherwise; None = no limit.

    What SMS may cost is counted per UTC day: codes by member, number and range, all that is no reminder by number, and
    everything together.
    """

    name: str = "flashmeet"
    locale: str = "fr"
    languages: str = "fr,en"
    country: str = "FR"
    tzid: str = "Europe/Paris"
    accent: str = OUR_ACCENT
    accent_dark: str = OUR_ACCENT_DARK
    joining: JoiningMode = JoiningMode.CLOSED
    mentee_per_week: int | None = None
    sms_quiet_from: int = 20 * 60
    sms_quiet_until: int = 8 * 60
    answer_days: int = 3
    sms_on: bool = True
    sms_countries: Sequence[str] = COUNTRIES
    sms_codes_per_member: int = 5
    sms_codes_per_number: int = 5
    sms_codes_per_range: int = 30
    sms_per_number: int = 20
    sms_per_day: int = 20_000
    calendar_fails: UnreadCalendar = UnreadCalendar.CLOSED
    calendar_vanished: DeletedHour = DeletedHour.KEEP
    policy: Policy = field(default_factory=Policy)
    room: RoomTimes = field(default_factory=RoomTimes)
    words: Vocabulary = field(default_factory=Vocabulary)
    logo: str = ""
    """When the logo was made, as it stands in its address; empty where there is none."""

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self.languages.split(","))

    @property
    def look(self) -> str:
        """What the colours are known by; empty where they are ours."""
        ours = (self.accent, self.accent_dark) == (OUR_ACCENT, OUR_ACCENT_DARK)
        return "" if ours else f"{self.accent[1:]}-{self.accent_dark[1:]}"
