"""The member's notification settings, and switching off a kind of mail by link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import ChangedMeanwhile, NotFound
from flashmeet.core.link_kinds import MAIL_OFF
from flashmeet.core.links import shown_in
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.identity.queries import blocked_reason
from flashmeet.identity.rules import Departure
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.rules.notifications import BY_MAIL, PAUSE, checked_category
from flashmeet.messages.service.notifications import save_wishes, switch_mail, wanted_mails
from flashmeet.portal.pages.departures import offer_pause_again, panel_before
from flashmeet.requests.pages.departures import hours_said, is_decided
from flashmeet.schedule.service.pauses import pause, pause_period, resume

bp = Blueprint("notifications", __name__)

NAMES: dict[Category, object] = {
    Category.REMINDERS: lazy_gettext("Reminders for your hours"),
    Category.REQUESTS: lazy_gettext("Requests for an hour"),
    Category.THREADS: lazy_gettext("What the other person writes to you about an hour"),
    Category.NUDGES: lazy_gettext("A nudge when your profile or your hours need attention"),
    Category.DIGESTS: lazy_gettext("The week at a glance"),
    Category.FOLLOW_UPS: lazy_gettext("What came of an hour: the next morning, then one and three months later"),
    Category.NEWS: lazy_gettext("News of the network, and invitations to take part"),
}


@bp.get("/me/notifications")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return _page(db, you, wanted_mails(db, you), sms=you.sms_opt_in)


def _page(db: Session, you: Member, wanted: Sequence[Category], *, sms: bool, stale: bool = False) -> str:
    stored = _values(wanted_mails(db, you), sms=you.sms_opt_in)
    return render_template(
        "portal/notifications.html",
        you=you,
        categories=BY_MAIL,
        names=NAMES,
        wanted=wanted,
        sms=sms,
        version=version_of(stored),
        sides=both_sides(stored, _values(wanted, sms=sms)) if stale else [],
        blocked=blocked_reason(db, you),
        paused=you.paused(now()),
        saved="saved" in request.args,
    )


def _values(wanted: Sequence[Category], *, sms: bool) -> dict[str, str]:
    """What is switched on, by field."""
    return {"mail": "\n".join(str(NAMES[each]) for each in BY_MAIL if each in wanted), "sms": "✓" if sms else ""}


@bp.post("/me/notifications")
@access("member")
def save() -> ResponseReturnValue:
    mails = [category for text in request.form.getlist("mail") if (category := checked_category(text))]
    sms = "sms" in request.form
    try:
        with writing() as db:
            you = member(db)
            db.refresh(you, with_for_update={"of": Member})
            require_version(_values(wanted_mails(db, you), sms=you.sms_opt_in))
            save_wishes(db, you, mails=mails, sms=sms, now=now())
    except ChangedMeanwhile as changed:
        with reading() as db:
            you = member(db)
            return _page(
                db, you, mails, sms=sms if you.phone_verified_at else you.sms_opt_in, stale=True
            ), changed.status
    return redirect(url_for("notifications.show", saved=1), 303)


@bp.post("/me/notifications/pause")
@access("member", keeps_draft=False)
def stop_all() -> ResponseReturnValue:
    lasting = _lasting()
    if not is_decided():
        with reading() as db:
            you = member(db)
            panel = panel_before(db, you, Departure.PAUSED, pause_period(you, now=now())) if you.mentor else None
        if panel:
            return panel
    with writing() as db:
        pause(db, member(db), hours=hours_said(), now=now(), lasting=lasting)
    return redirect(url_for("notifications.show"), 303)


def _lasting() -> timedelta:
    """Returns how long the pause is: to the minute that was said, at most the usual time. Raises BadDate."""
    if "until" not in request.form:
        return PAUSE
    return min(PAUSE, max(timedelta(0), read_stamp(request.form["until"]) - now()))


@bp.post("/me/notifications/resume")
@access("member", keeps_draft=False)
def go_on() -> ResponseReturnValue:
    with writing() as db:
        until = resume(db, member(db), now=now())
    offer_pause_again(until)
    return redirect(url_for("notifications.show"), 303)


@bp.get("/mail-off/<off_token>")
@access("anyone")
def ask(off_token: str) -> ResponseReturnValue:
    """Asks first: a GET switches nothing off, because mail scanners follow links."""
    _member_id, category = _meant(off_token)
    return render_template("messages/mail_off.html", name=NAMES[category], done=None, token=off_token)


@bp.post("/mail-off/<off_token>")
@access("anyone")
def switch_off(off_token: str) -> ResponseReturnValue:
    """Switches the mails off, by the member's button or their mailbox's one click (RFC 8058)."""
    return _switch(off_token, on=False)


@bp.post("/mail-off/<off_token>/back")
@access("anyone")
def switch_on(off_token: str) -> ResponseReturnValue:
    return _switch(off_token, on=True)


MAIL_OFF_LINK = PersonalLink(
    MAIL_OFF,
    find=lambda db, number: db.get(Member, number),
    facts=lambda _member: (),
    owner=lambda member: member,
)


def _switch(token: str, *, on: bool) -> str:
    member_id, category = _meant(token)
    with writing() as db:
        switch_mail(db, member_id, category, on=on)
    return render_template("messages/mail_off.html", name=NAMES[category], done="on" if on else "off", token=token)


def _meant(token: str) -> tuple[int, Category]:
    """Returns the member and category of a signed link. Raises NotFound."""
    shown = shown_in(token)
    category = checked_category(shown)
    with reading() as db:
        who = resolve_link(db, MAIL_OFF_LINK, token, links=services().links, viewer_id=viewer_id(), shown=(shown,))
    if category is None:
        raise NotFound
    return who.id, category
