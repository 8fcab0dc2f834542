"""What every template can use: the viewer, zone and language, and filters for names."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus

from babel.numbers import format_decimal
from flask import Blueprint, request, url_for
from flask_babel import gettext

from flashmeet.core.text import in_language
from flashmeet.http.admission.access import may_open
from flashmeet.http.admission.identity import viewer
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.forms import redirects
from flashmeet.http.forms.done import done
from flashmeet.http.forms.drafts import form_page
from flashmeet.i18n.catalogue import language_name
from flashmeet.i18n.numbers import grouped
from flashmeet.identity.rules import MemberSource
from flashmeet.people.wording import SOURCES
from flashmeet.themes.models import Theme
from flashmeet.themes.service import KnownTheme

bp = Blueprint("look", __name__)

LANGUAGES = {"fr": "Français", "en": "English"}
FACES = 8


@bp.app_context_processor
def who_and_where() -> dict[str, object]:
    """Returns what all templates share.

    `viewer` (None for visitors), `tzid`, `locale`, `languages`, `net` (the network's settings), `here`, the address
    of this page, `was_done`, what the form before it did, and `may_open`, whether an address of an administrator opens
    to the viewer.
    """
    return {
        "viewer": viewer(),
        "may_open": may_open,
        "tzid": display_tzid(),
        "locale": display_locale(),
        "languages": {code: words for code, words in LANGUAGES.items() if code in network().locales},
        "net": network(),
        "here": _here(),
        "was_done": done(),
    }


def _here() -> str:
    """Returns where a switcher leads back: this page, or the one whose form was sent."""
    if request.method not in ("GET", "HEAD"):
        return form_page() or url_for("home.home")
    return redirects.own_address(request.full_path.rstrip("?"))


@bp.app_template_filter()
def own_address(path: str) -> str:
    """Returns the address of one of our pages whose path was stored outside a request."""
    return redirects.own_address(path)


@bp.app_template_filter()
def spoken(words: Mapping[str, str]) -> str:
    """Returns a text stored in several languages, in the viewer's."""
    return in_language(words, display_locale())


@bp.app_template_filter()
def theme_name(theme: Theme | KnownTheme) -> str:
    return theme.name(display_locale())


@bp.app_template_filter()
def theme_options(themes: Iterable[Theme | KnownTheme]) -> list[tuple[str, str]]:
    return [(theme.slug, theme_name(theme)) for theme in themes]


@bp.app_template_filter()
def languages_words(codes: Iterable[str]) -> str:
    """`français, anglais`."""
    locale = display_locale()
    return ", ".join(language_name(code, locale) for code in codes)


@bp.app_template_filter()
def number(value: int) -> str:
    """`1 234` or `1,234`."""
    return str(value) if -1000 < value < 1000 else grouped(value, display_locale())


@bp.app_template_filter()
def decimal(value: float) -> str:
    """`2,33` or `2.33`."""
    return format_decimal(value, format="#,##0.00", locale=display_locale())


@bp.app_template_filter()
def initials(name: str) -> str:
    """`KB` of Karim Benali."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@bp.app_template_filter()
def face(name: str) -> int:
    """Returns the number of the background colour of somebody's initials; always the same for a name."""
    return zlib.crc32(name.encode()) % FACES


@bp.app_template_filter()
def source_words(source: MemberSource) -> str:
    """Says how somebody became a member."""
    words: str = gettext(SOURCES[source])
    return words


@bp.app_template_filter()
def language_words(code: str) -> str:
    """Names a language, in the viewer's."""
    return language_name(code, display_locale())


@bp.app_template_filter()
def query(fields: Mapping[str, str | int | None]) -> str:
    """Returns `?need=…&theme=…` of the fields with a value; "" where there is none."""
    said = [f"{name}={_quoted(str(value))}" for name, value in fields.items() if value not in (None, "")]
    return f"?{'&'.join(said)}" if said else ""


def _quoted(text: str) -> str:
    """Returns a text as an address holds it; most are a word that stays as it is."""
    return text if text.isascii() and text.isalnum() else quote_plus(text)
