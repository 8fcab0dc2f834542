"""What makes the pages an application on a phone's home screen: the manifest and the icons of the network.

There is no service worker: pages hold what members keep to themselves, and a browser keeps none of it.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import NotFound
from flashmeet.core.settings.colours import LIGHT_PAPER
from flashmeet.core.text import mark
from flashmeet.http.admission.access import access
from flashmeet.http.display import network
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.services import reading, service, services
from flashmeet.i18n.catalogue import translations
from flashmeet.people.service.pictures import logo
from flashmeet.portal.rules.icons import ICON_FILE, ICONS, INSTALLED, Ground

bp = Blueprint("installable", __name__)

A_DAY = "public, max-age=86400"
DESCRIPTION = mark("Say what you need, choose a free hour of someone who has been there, and meet.")


@bp.app_context_processor
def add_icons() -> dict[str, object]:
    return {"icon": icon_address, "icon_outside": icon_outside}


def icon_address(name: str) -> str:
    """Returns the address of an icon; it changes with the logo and the colour."""
    return url_for("installable.icon", icon_name=name, v=f"{network().logo}{network().look}" or None)


def icon_outside(name: str) -> str:
    """Returns the whole address, for those who show a link to us elsewhere."""
    return services().links.page(icon_address(name).removeprefix(services().config.path))


@bp.get("/manifest.webmanifest")
@access("anyone")
@revalidated
def manifest() -> ResponseReturnValue:
    """In the language that `lang` names, since browsers ask for it without a cookie."""
    asked = request.args.get("lang", "")
    locale = asked if asked in network().locales else network().locale
    words = translations(locale)
    said = {
        "id": url_for("home.home"),
        "name": network().name,
        "description": words.gettext(DESCRIPTION),
        "lang": locale,
        "start_url": url_for("me.show"),
        "scope": url_for("home.home"),
        "display": "standalone",
        "background_color": LIGHT_PAPER,
        "theme_color": LIGHT_PAPER,
        "icons": [_icon(name) for name in INSTALLED],
        "shortcuts": [
            {"name": words.gettext("Search"), "url": url_for("search.search")},
            {"name": words.gettext("My meetings"), "url": url_for("me.show")},
        ],
    }
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json")


def _icon(name: str) -> dict[str, str]:
    drawn = ICONS[name]
    purpose = "maskable" if drawn.ground is Ground.MASKABLE else "any"
    return {
        "src": icon_address(name),
        "sizes": f"{drawn.side}x{drawn.side}",
        "type": "image/png",
        "purpose": purpose,
    }


@bp.get("/icons/<icon_name>.png")
@access("anyone")
def icon(icon_name: str) -> ResponseReturnValue:
    """Raises NotFound."""
    drawn = ICONS.get(icon_name)
    if drawn is None:
        raise NotFound
    data = b""
    if network().logo:
        with reading() as db:
            _, data = logo(db)
    png = service(ICON_FILE)(drawn, accent=network().accent, logo=data)
    return Response(png, mimetype="image/png", headers={"Cache-Control": A_DAY})
