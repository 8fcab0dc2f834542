"""A member's calendars: what is connected, what each is used for, its state, and how to repair it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.calendars.pages.confirming import disconnecting
from flashmeet.calendars.rules.sources import CALENDARS, Access, RemoteCalendar
from flashmeet.calendars.rules.typed_addresses import typed_address
from flashmeet.calendars.service.accounts import (
    NewAccount,
    Switches,
    address_key,
    believe_empty,
    choose,
    connect,
    disconnect,
    renew,
    try_again,
    write_again,
)
from flashmeet.calendars.service.health import AccountHealth, health_of
from flashmeet.calendars.wording import connecting_words, reaching_words, reading_words, where_words
from flashmeet.core.errors import BadInput, Missing
from flashmeet.core.limits import Limit
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import CalendarFault, NothingThere
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.display import display_locale
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import close_reading, now, reading, service, writing
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.calendars import CalendarKind, window
from flashmeet.schedule.rules.timetables import NAMES, timetable_at
from flashmeet.schedule.service.calendar_freshness import fails_closed

bp = Blueprint("calendars", __name__)

CONNECTING = Limit(name="calendars", most=30, seconds=3600)
"""Nobody has thirty calendars; more attempts than that are probing for addresses."""


@bp.get("/me/calendars")
@access("member")
def show() -> ResponseReturnValue:
    return _page(AccountForm())


@bp.post("/me/calendars")
@access("member", keeps_draft=False)
def add() -> ResponseReturnValue:
    """Connects an account. The provider is asked with no transaction open; what it returns is stored afterwards."""
    typed = AccountForm.parse(request.form)
    try:
        checked = typed.checked()
        with reading() as db:
            you = member(db)
        spend(CONNECTING, str(you.id))
        close_reading()
        new = asked(checked, you.tzid)
        with writing() as db:
            _keep(db, member(db), new, typed.replaces)
    except BadInput as refusal:
        return _page(typed, problem=words_of(refusal), field=refusal.field), 422
    except CalendarFault as fault:
        asks_empty = isinstance(fault, NothingThere)
        problem = connecting_words(fault.code, display_locale(), vendor=_vendor(typed), kind=typed.way)
        return _page(typed, problem=problem, asks_empty=asks_empty), 422
    return _back()


def _keep(db: Session, you: Member, new: NewAccount, replaces: str) -> None:
    """Connects it, or gives the account that it replaces its new address."""
    number = number_or_none(replaces)
    if number is None:
        connect(db, you, new, now=now())
    else:
        renew(db, you, number, new, now=now())


def _vendor(typed: AccountForm) -> str:
    """Returns which timetable's address was typed, "" for any other."""
    timetable = timetable_at(typed_address(typed.url)) if typed.way == CalendarKind.ICS else None
    return timetable.vendor if timetable else ""


@bp.post("/me/calendars/<int:calendar_id>")
@access("member", keeps_draft=False)
def switch(calendar_id: int) -> ResponseReturnValue:
    ticked = set(request.form.getlist("switches"))
    wish = Switches(
        checks="checks" in ticked, writes="writes" in ticked, bare="bare" in ticked, cancels="cancels" in ticked
    )
    with writing() as db:
        choose(db, member(db), calendar_id, wish, now=now())
    return _back()


ACTS = {"look": try_again, "write": write_again, "disconnect": disconnect, "empty": believe_empty}


@bp.post("/me/calendars/accounts/<int:account_id>")
@access("member", keeps_draft=False)
@asks_first(disconnecting)
def act(account_id: int) -> ResponseReturnValue:
    said = request.form.get("act", "")
    if said not in ACTS:
        raise BadInput("act", value=said)
    with writing() as db:
        ACTS[said](db, member(db), account_id, now=now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("calendars.show"), 303)


def _page(typed: AccountForm, *, problem: str = "", field: str = "", asks_empty: bool = False) -> str:
    with reading() as db:
        you = member(db)
        return render_template(
            "calendars/accounts.html",
            you=you,
            accounts=health_of(db, you, now=now()),
            closed=fails_closed(db),
            typed=typed,
            problem=problem,
            asks_empty=asks_empty,
            problem_field=field,
            providers=[(key, name) for key, (name, _) in PROVIDERS.items()],
            reading_words=_reading,
            reaching_words=_reaching,
            where_words=lambda vendor: where_words(vendor, display_locale()),
        )


def _reading(fault: str, it: AccountHealth) -> str:
    return reading_words(fault, display_locale(), vendor=it.vendor, kind=it.account.kind)


def _reaching(it: AccountHealth) -> str:
    return reaching_words(it.vendor, it.reaches, display_locale(), past=it.is_past) if it.reaches else ""


CONNECT_SECONDS = 20.0
LONGEST = 2_000
PROVIDERS: Mapping[str, tuple[str, str]] = {
    "nextcloud": ("Nextcloud", ""),
    "icloud": ("iCloud", "https://caldav.icloud.com/"),
    "fastmail": ("Fastmail", "https://caldav.fastmail.com/"),
    "zimbra": ("Zimbra", ""),
    "sogo": ("SOGo", ""),
    "caldav": ("CalDAV", ""),
}
"""Display names, and the address of providers that have one for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """The form as typed; `password` is never shown again. `empty`: the member says that nothing in it takes time.

    `replaces` is the account of which this is the new address, by its id.
    """

    way: str = CalendarKind.CALDAV
    provider: str = "nextcloud"
    url: str = ""
    user: str = ""
    password: str = ""
    empty: str = ""
    replaces: str = ""

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> AccountForm:
        names = ("way", "provider", "url", "user", "password", "empty", "replaces")
        return cls(**{name: form[name].strip()[:LONGEST] for name in names if name in form})

    def checked(self) -> AccountForm:
        """Returns the form, cleaned. Raises BadInput and its subclasses."""
        if self.way not in (CalendarKind.CALDAV, CalendarKind.ICS):
            raise BadInput("way", value=self.way)
        if self.provider not in PROVIDERS:
            raise BadInput("provider", value=self.provider)
        url = self.url or (PROVIDERS[self.provider][1] if self.way == CalendarKind.CALDAV else "")
        if not url:
            raise Missing("url")
        if self.way == CalendarKind.CALDAV:
            for name, value in (("user", self.user), ("password", self.password)):
                if not value:
                    raise Missing(name)
        url = typed_address(url) if self.way == CalendarKind.ICS else url
        url = url if "://" in url else f"https://{url}"
        return replace(self, url=url)


def asked(typed: AccountForm, tzid: str) -> NewAccount:
    """Lists the account's calendars at the provider; no transaction may be open. Raises CalendarFault subclasses."""
    if typed.way == CalendarKind.ICS:
        return _ics(typed, tzid)
    settings, secrets = {"url": typed.url, "user": typed.user}, {"password": typed.password}
    found = _list(Access(kind=CalendarKind.CALDAV, tzid=tzid, settings=settings, secrets=secrets))
    label = f"{typed.user} · {PROVIDERS[typed.provider][0] if typed.provider != 'caldav' else _host(typed.url)}"
    return NewAccount(
        kind=CalendarKind.CALDAV,
        label=label,
        settings=settings,
        secret=service(CALENDARS).vault.shut(secrets),
        found=found,
    )


def _ics(typed: AccountForm, tzid: str) -> NewAccount:
    """Reads an ICS address, which is a secret: whoever knows it can read the calendar. Only its host is shown."""
    secrets, timetable = {"url": typed.url}, timetable_at(typed.url)
    settings, empty = {"address": address_key(typed.url)} | (timetable.settings if timetable else {}), bool(typed.empty)
    access = Access(kind=CalendarKind.ICS, tzid=tzid, settings=settings, secrets=secrets, may_be_empty=empty)
    source = service(CALENDARS).sources(access, seconds=CONNECT_SECONDS)
    try:
        found = source.list_calendars()
        source.sync(found[0].remote_id, cursor="", window=window(now()), known={})
    finally:
        source.close()
    host = _host(typed.url)
    label = f"{NAMES[timetable.vendor]} · {host}" if timetable else f"{host} · ICS"
    named = [RemoteCalendar(remote_id=each.remote_id, name=host, writable=False) for each in found]
    return NewAccount(
        kind=CalendarKind.ICS,
        label=label,
        settings=settings,
        secret=service(CALENDARS).vault.shut(secrets),
        found=named,
        may_be_empty=empty,
    )


def _list(access: Access) -> list[RemoteCalendar]:
    source = service(CALENDARS).sources(access, seconds=CONNECT_SECONDS)
    try:
        return list(source.list_calendars())
    finally:
        source.close()


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
