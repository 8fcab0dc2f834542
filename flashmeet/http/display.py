"""In which language and by which clock a page is shown, and the settings of the network that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast

from flask import g, has_request_context, request, session
from flask_babel import refresh

from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.zones import local_date, names
from flashmeet.http.admission.identity import READING_METHODS, viewer
from flashmeet.http.services import now, reading
from flashmeet.i18n.catalogue import known
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import link_followed


def init_app() -> None:
    link_followed.listen(speak_to)


def network() -> NetworkSettings:
    """Returns the network's settings, read once per request."""
    if "network" not in g:
        if g.get("without_database"):
            return NetworkSettings()
        with reading() as db:
            g.network = network_settings(db)
    return cast(NetworkSettings, g.network)


def display_tzid() -> str:
    """Returns the time zone of this page: the member's, the visitor's choice, a personal link's, or the network's."""
    return _once("tzid", _display_tzid)


def display_day() -> date:
    """Returns the day that it is in the page's time zone."""
    return local_date(now(), display_tzid())


def _display_tzid() -> str:
    who = viewer()
    if who is not None:
        return who.tzid
    chosen = session.get("tzid")
    return chosen if chosen in names() else g.get("link_tzid") or network().tzid


def speak_to(owner: Member) -> None:
    """Makes the page behind a personal link speak its owner's language and zone, unless this browser chose others."""
    if has_request_context():
        g.link_tzid, g.link_locale = owner.tzid, owner.locale
        forget_language()
        refresh()


def display_locale() -> str:
    """Returns the language of this page: the member's, the visitor's choice, a personal link's, the browser's, or the
    network's."""
    return _once("locale", _display_locale)


def _once(name: str, read: Callable[[], str]) -> str:
    """Returns what `read` says; a page, which changes nothing, asks it once for its hundred sentences."""
    here = vars(g._get_current_object())
    said: str | None = here.get(name)
    if said is None:
        said = read()
        if request.method in READING_METHODS:
            here[name] = said
    return said


def _display_locale() -> str:
    who = viewer()
    wanted = (who and who.locale) or session.get("locale") or g.get("link_locale")
    ours = network().locales
    if wanted in ours:
        return cast(str, wanted)
    first = known(network().locale)
    accepted = request.accept_languages.best_match([first, *ours], default=first)
    return known(accepted, first)


def forget_language() -> None:
    for name in ("tzid", "locale"):
        g.pop(name, None)
