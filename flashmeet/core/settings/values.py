"""The network's settings as the rules read them; `core.settings.entries` declares each one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flashmeet.core.phone_numbers import COUNTRIES
from flashmeet.core.settings.policies import Conformity, DeletedHour, JoiningMode, Policy, RoomTimes, UnreadCalendar
from flashmeet.core.settings.vocabulary import Vocabulary

OUR_ACCENT, OUR_ACCENT_DARK = "#b0431a", "#ff9f73"
"""The shipped colours on light and dark backgrounds; `static/css/tokens.css` repeats them for pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """The settings of the installation's one network. Minutes unless the name says otherwise; None = no limit.

    SMS are limited per UTC day: codes by member, number and range; all but reminders by number; and everything
    together.
    """

    name: str = "flashmeet"
    locale: str = "fr"
    languages: str = "fr,en"
    country: str = "FR"
    tzid: str = "Europe/Paris"
    accent: str = OUR_ACCENT
    accent_dark: str = OUR_ACCENT_DARK
    contact_name: str = ""
    contact_mail: str = ""
    """A mailbox that people read: the contact of the programme; "" while none is named."""
    accessibility: Conformity = Conformity.NONE
    joining: JoiningMode = JoiningMode.CLOSED
    mentors_first: bool = False
    """The network is not open yet to members who are only mentees; `/setup` alone switches that on and off."""
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
    """When the logo was made, as used in its address; empty without a logo."""

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self.languages.split(","))

    @property
    def contact(self) -> str:
        """Returns the contact in one line, `Odile Roux (odile@example.org)`; "" while none is named."""
        if not self.contact_name or not self.contact_mail:
            return self.contact_mail
        return f"{self.contact_name} ({self.contact_mail})"

    @property
    def look(self) -> str:
        """Returns a key of the colours; empty when they are the shipped ones."""
        ours = (self.accent, self.accent_dark) == (OUR_ACCENT, OUR_ACCENT_DARK)
        return "" if ours else f"{self.accent[1:]}-{self.accent_dark[1:]}"
