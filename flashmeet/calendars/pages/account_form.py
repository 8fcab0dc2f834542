"""What is typed to connect a calendar, and asking the provider whether it lets us in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flashmeet.calendars.rules.sources import CALENDARS, Access, RemoteCalendar
from flashmeet.calendars.service.accounts import NewAccount
from flashmeet.core.errors import BadInput, Missing
from flashmeet.http.services import now, service
from flashmeet.schedule.rules.calendars import window

CONNECT_SECONDS = 20.0
LONGEST = 500
PROVIDERS: Mapping[str, tuple[str, str]] = {
    "nextcloud": ("Nextcloud", ""),
    "icloud": ("iCloud", "https://caldav.icloud.com/"),
    "fastmail": ("Fastmail", "https://caldav.fastmail.com/"),
    "zimbra": ("Zimbra", ""),
    "sogo": ("SOGo", ""),
    "caldav": ("CalDAV", ""),
}
"""Their names, and the address of those that have one for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`password` is never shown again."""

    way: str = "caldav"
    provider: str = "nextcloud"
    url: str = ""
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Typed:
        names = ("way", "provider", "url", "user", "password")
        return cls(**{name: form[name].strip()[:LONGEST] for name in names if name in form})

    def checked(self) -> Typed:
        """Raises BadInput kinds."""
        if self.way not in ("caldav", "ics") or self.provider not in PROVIDERS:
            raise BadInput("way", value=self.way)
        url = self.url or (PROVIDERS[self.provider][1] if self.way == "caldav" else "")
        if not url:
            raise Missing("url")
        if self.way == "caldav":
            for name, value in (("user", self.user), ("password", self.password)):
                if not value:
                    raise Missing(name)
        url = url if "://" in url else f"https://{url}"
        return Typed(way=self.way, provider=self.provider, url=url, user=self.user, password=self.password)


def asked(typed: Typed, tzid: str) -> NewAccount:
    """Lets the provider show its calendars. No transaction may be open. Raises CalendarFault kinds."""
    if typed.way == "ics":
        return _ics(typed, tzid)
    settings, secrets = {"url": typed.url, "user": typed.user}, {"password": typed.password}
    found = _list(Access(kind="caldav", tzid=tzid, settings=settings, secrets=secrets))
    label = f"{typed.user} · {PROVIDERS[typed.provider][0] if typed.provider != 'caldav' else _host(typed.url)}"
    return NewAccount(
        kind="caldav", label=label, settings=settings, secret=service(CALENDARS).vault.shut(secrets), found=found
    )


def _ics(typed: Typed, tzid: str) -> NewAccount:
    """The address is a secret: who knows it reads the calendar. Only its host is shown."""
    secrets = {"url": typed.url}
    access = Access(kind="ics", tzid=tzid, secrets=secrets)
    source = service(CALENDARS).sources(access, seconds=CONNECT_SECONDS)
    try:
        found = source.list_calendars()
        source.sync(found[0].remote_id, cursor="", window=window(now()), known={})
    finally:
        source.close()
    host = _host(typed.url)
    named = [RemoteCalendar(remote_id=each.remote_id, name=host, writable=False) for each in found]
    return NewAccount(
        kind="ics", label=f"{host} · ICS", settings={}, secret=service(CALENDARS).vault.shut(secrets), found=named
    )


def _list(access: Access) -> list[RemoteCalendar]:
    source = service(CALENDARS).sources(access, seconds=CONNECT_SECONDS)
    try:
        return list(source.list_calendars())
    finally:
        source.close()


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
