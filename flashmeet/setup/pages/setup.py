"""`/setup`: what the network needs before it opens, judged by facts, each with the one thing to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from flashmeet.core.errors import NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.services import close_reading, now, reading, service, services, writing
from flashmeet.identity.acts import Act
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.setup import wording
from flashmeet.setup.rules.steps import Step, StepKey
from flashmeet.setup.rules.trials import TRIALS
from flashmeet.setup.service.facts import mail_through, setup_of, sms_through
from flashmeet.setup.service.starter_themes import (
    every_starter,
    missing_starters,
    open_starters,
    take_starters_words,
    wordless_themes,
)
from flashmeet.setup.service.trials import remember_trial

bp = Blueprint("setup", __name__)

WHERE: Mapping[StepKey, tuple[str, dict[str, Any]]] = {
    StepKey.FACTOR: ("factors.show", {}),
    StepKey.NAME: ("admin_settings.one", {"setting_key": "name"}),
    StepKey.LOOK: ("pictures.logo_page", {}),
    StepKey.LANGUAGES: ("admin_settings.one", {"setting_key": "languages"}),
    StepKey.CONTACT: ("admin_settings.one", {"setting_key": "contact_mail"}),
    StepKey.TEXTS: ("page_texts.show", {}),
    StepKey.TERMS: ("admin_terms.show", {}),
    StepKey.THEMES: ("admin_themes.show", {}),
    StepKey.PEOPLE: ("admin_import.show", {}),
    StepKey.MENTORS: ("admin_registrants.show", {"only": "idle"}),
}
"""The page where each is done; a test of mail or SMS is a button."""


@bp.get("/setup")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        found = setup_of(db, services().config, member(db), now=now())
        return render_template(
            "setup/setup.html",
            setup=found,
            facts=found.facts,
            starters=missing_starters(db),
            wordless=wordless_themes(db),
            told=request.args.get("told", ""),
        )


@bp.get("/setup/first")
@access("administrator")
def first() -> ResponseReturnValue:
    """Leads an administrator who comes in for the first time to the list while something on it is to be done."""
    with reading() as db:
        found = setup_of(db, services().config, member(db), now=now())
    return redirect(url_for("setup.show" if found.to_do else "admin.show"), 303)


@bp.post("/setup/mail")
@access("administrator")
@records(Act.CHANNEL_TRIED)
def try_mail() -> ResponseReturnValue:
    """Sends a mail to the administrator the way every other leaves, and remembers what the server said."""
    config = services().config
    with reading() as db:
        address = member(db).email
    close_reading()
    answer = service(TRIALS).mail(
        address,
        subject=gettext("Test email from %(network)s", network=network().name),
        text=gettext(
            "This email left %(address)s like every other one. There is nothing to do.", address=config.base_url
        )
        + "\n",
    )
    with writing() as db:
        note_for_record("mail")
        remember_trial(db, ChannelName.MAIL, mail_through(config), answer, now=now())
    return redirect(url_for("setup.show", told="mail", _anchor="mail"), 303)


@bp.post("/setup/sms")
@access("administrator")
@records(Act.CHANNEL_TRIED)
def try_sms() -> ResponseReturnValue:
    """Sends an SMS to the administrator's proven number. Raises NotFound without one."""
    with reading() as db:
        you = member(db)
        number = you.phone if you.phone_verified_at else None
    if number is None:
        raise NotFound
    close_reading()
    answer = service(TRIALS).sms(number, text=gettext("Test SMS from %(network)s", network=network().name))
    with writing() as db:
        note_for_record("sms")
        remember_trial(db, ChannelName.SMS, sms_through(services().config), answer, now=now())
    return redirect(url_for("setup.show", told="sms", _anchor="sms"), 303)


@bp.post("/setup/themes")
@access("administrator")
@records(Act.THEMES_STARTED)
def take_starters() -> ResponseReturnValue:
    """Creates the missing starter themes: the one that `theme` names, or all of them."""
    wanted = request.form.getlist("theme") or every_starter()
    with writing() as db:
        open_starters(db, wanted, by=member(db), now=now())
    return redirect(url_for("setup.show", told="themes", _anchor="themes"), 303)


@bp.post("/setup/themes/<int:theme_id>/words")
@access("administrator")
@records(Act.THEME_CHANGED)
def take_words(theme_id: int) -> ResponseReturnValue:
    """Gives a theme that has a starter's name the starter's words."""
    with writing() as db:
        take_starters_words(db, theme_id, by=member(db), now=now())
    return redirect(url_for("setup.show", told="words", _anchor="themes"), 303)


@bp.app_template_filter()
def setup_title(step: Step) -> str:
    return str(gettext(wording.TITLES[step.key]))


@bp.app_template_filter()
def setup_why(step: Step) -> str:
    return str(gettext(wording.WHY[step.key]))


@bp.app_template_filter()
def setup_action(step: Step) -> str:
    """Returns what the step's button says; "" for what only whoever runs the server can do."""
    label = wording.ACTIONS[step.key]
    return str(gettext(label)) if label else ""


@bp.app_template_filter()
def setup_state(step: Step) -> str:
    return str(gettext(wording.STATES[step.state]))


@bp.app_template_filter()
def setup_words(step: Step) -> str:
    """Says how the step stands."""
    return wording.step_words(step, tzid=display_tzid(), locale=display_locale())


@bp.app_template_filter()
def setup_address(step: Step) -> str:
    """Returns the address of the page where the step is done; "" for a test, which is a button."""
    if step.said == "sms.no_number":
        return url_for("phone.show")
    if step.said == "mentors.none":
        return url_for("admin_joining.show")
    endpoint, values = WHERE.get(step.key, ("", {}))
    return url_for(endpoint, **values) if endpoint else ""


@bp.app_template_filter()
def text_title(page: str) -> str:
    """Names a page whose text the network writes itself."""
    return str(gettext(wording.PAGES[page]))
