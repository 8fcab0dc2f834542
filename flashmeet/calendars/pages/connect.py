"""Connecting a calendar at a provider: explanation, consent there, and a button on return. A GET changes nothing.

The callback is a GET, which link scanners may follow too: it shows a form that carries the code, and only submitting
that form redeems it. No transaction is open while the provider is asked.
"""

from __future__ import annotations

from urllib.parse import urljoin

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from flashmeet.calendars.rules.consent import CONSENT_PROVIDERS, ConsentProvider, Consents
from flashmeet.calendars.rules.sources import CALENDARS, Access
from flashmeet.calendars.service.accounts import connect_at_provider
from flashmeet.core.errors import NotFound
from flashmeet.core.provider_faults import CalendarFault, Forbidden, Unreadable
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.services import close_reading, now, service, services, writing
from flashmeet.schedule.rules.calendars import CalendarKind

bp = Blueprint("consents", __name__)

NAMES = {"google": "Google", "microsoft": "Microsoft 365"}
KINDS: dict[str, CalendarKind] = {"google": CalendarKind.GOOGLE, "microsoft": CalendarKind.MICROSOFT}
LONGEST_CODE = 4_000
LISTING_SECONDS = 10.0


@bp.app_context_processor
def providers_for_templates() -> dict[str, object]:
    """Returns `calendar_doors`: the providers that can be connected here, by key and name."""
    return {"calendar_doors": [(key, NAMES[key]) for key in NAMES if key in service(CONSENT_PROVIDERS)]}


@bp.get("/me/calendars/<any(google, microsoft):provider>")
@access("member")
def show(provider: str) -> ResponseReturnValue:
    door = _provider(provider)
    asked = _consents().begin(provider, _login(), now=now())
    address = door.address(state=asked.state, verifier=asked.verifier, redirect_uri=_return_path(provider))
    return _page(provider, "start", address=address)


@bp.get("/me/calendars/<any(google, microsoft):provider>/callback")
@access("member")
def back(provider: str) -> ResponseReturnValue:
    _provider(provider)
    code, state = request.args.get("code", "")[:LONGEST_CODE], request.args.get("state", "")
    if not code:
        return _page(provider, "refused")
    _consents().answered(state, provider, _login(), now=now())
    return _page(provider, "confirm", code=code, state=state)


@bp.post("/me/calendars/<any(google, microsoft):provider>")
@access("member", keeps_draft=False)
def connect(provider: str) -> ResponseReturnValue:
    door, calendars_of_members = _provider(provider), service(CALENDARS)
    asked = _consents().answered(request.form.get("state", ""), provider, _login(), now=now())
    code = request.form.get("code", "")[:LONGEST_CODE]
    close_reading()
    try:
        secrets = door.redeem(code=code, verifier=asked.verifier, redirect_uri=_return_path(provider))
        source = calendars_of_members.sources(
            Access(kind=KINDS[provider], tzid="UTC", secrets=secrets), seconds=LISTING_SECONDS
        )
        try:
            calendars = source.list_calendars()
        finally:
            source.close()
        if not calendars:
            raise Unreadable("no calendar")
    except Forbidden:
        return _page(provider, "half"), 422
    except CalendarFault:
        return _page(provider, "failed"), 503
    with writing() as db:
        connect_at_provider(
            db,
            member(db),
            KINDS[provider],
            secrets={**secrets, **(source.renewed or {})},
            calendars=calendars,
            vault=calendars_of_members.vault,
            now=now(),
        )
    return redirect(url_for("calendars.show"), 303)


def _provider(provider: str) -> ConsentProvider:
    """Returns the provider's door. Raises NotFound where this installation has no client at that provider."""
    door = service(CONSENT_PROVIDERS).get(provider)
    if door is None:
        raise NotFound
    return door


def _consents() -> Consents:
    config = services().config
    return Consents(config.secret_key, config.former_keys)


def _login() -> str:
    """Returns the secret of this browser's login."""
    return str(current_user.get_id())


def _return_path(provider: str) -> str:
    return urljoin(services().config.base_url, url_for("consents.back", provider=provider))


def _page(provider: str, step: str, **facts: str) -> str:
    who = viewer()
    mentor = who is not None and "mentor" in who.roles
    return render_template(
        "calendars/consent.html", provider=provider, name=NAMES[provider], step=step, mentor=mentor, **facts
    )
