"""Which adapter serves which provider; `app` and `cli` bind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flashmeet.calendars.rules.sources import Access, Calendars, CalendarSource
from flashmeet.calendars.sources.caldav import CalDav
from flashmeet.calendars.sources.google import GoogleCalendars
from flashmeet.calendars.sources.ics import IcsAddress
from flashmeet.calendars.sources.microsoft import MicrosoftCalendars
from flashmeet.core.config import Config
from flashmeet.core.egress.client import Egress
from flashmeet.core.provider_faults import NotAllowed
from flashmeet.core.vault import vault_of
from flashmeet.schedule.rules.calendars import CalendarKind

Opener = Callable[[Access, float], CalendarSource]


def openers(config: Config) -> Mapping[CalendarKind, Opener]:
    """Returns the adapters by kind of account; a provider without settings has none."""
    egress = Egress(config.private_hosts)
    found: dict[CalendarKind, Opener] = {
        CalendarKind.CALDAV: lambda access, seconds: CalDav(access, egress, seconds=seconds),
        CalendarKind.ICS: lambda access, seconds: IcsAddress(access, egress, seconds=seconds),
    }
    google = config.google
    if google is not None:
        found[CalendarKind.GOOGLE] = lambda access, seconds: GoogleCalendars(google, access, seconds=seconds)
    microsoft = config.microsoft
    if microsoft is not None:
        found[CalendarKind.MICROSOFT] = lambda access, seconds: MicrosoftCalendars(microsoft, access, seconds=seconds)
    return found


class Sources:
    """The `calendars.rules.sources.CalendarSources` of this installation."""

    def __init__(self, openers: Mapping[CalendarKind, Opener]) -> None:
        self._openers = openers

    def __call__(self, access: Access, *, seconds: float) -> CalendarSource:
        """Opens the account. Raises NotAllowed for a provider that is not set up."""
        opener = self._openers.get(access.kind)
        if opener is None:
            raise NotAllowed("not set up here")
        return opener(access, seconds)


def calendars_of(config: Config) -> Calendars:
    return Calendars(sources=Sources(openers(config)), vault=vault_of(config))
