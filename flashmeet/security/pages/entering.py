"""The last steps of signing in, the same for every way in: the second factor, the login, and the page to begin with."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.http.admission.logins import browser_key, start_login
from flashmeet.http.admission.origin import this_browser
from flashmeet.http.forms.redirects import with_way
from flashmeet.http.services import now, services, writing
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import browser_signed_in, security_happened
from flashmeet.identity.service.grace import begin_grace
from flashmeet.identity.service.logins import close_login, open_login
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.rules.passkeys import new_challenge
from flashmeet.security.service.challenges import open_challenge

FACTOR = "factor"
"""The cookie's copy of the nonce of whoever still owes the second factor."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who has proved their mailbox: the secret of their login, or the nonce of what is still asked of them.

    `first`: they have never signed in before.
    """

    member: Member
    secret: str = ""
    nonce: str = ""
    first: bool = False


def open_door(db: Session, member: Member) -> Entry:
    """Opens a login for the member, or the question for their second factor if they have one."""
    if member.factor_at is not None:
        return Entry(member, nonce=open_challenge(db, member.id, Purpose.SIGN_IN, secret=new_challenge(), now=now()))
    return opened(db, member)


def opened(db: Session, member: Member) -> Entry:
    """Opens a login for a member of whom nothing more is asked."""
    first = member.signed_in_at is None
    if _needs_factor(member):
        begin_grace(db, member.id, now=now())
    security_happened(db, Audited(act=Act.SIGNED_IN, by=member.id, to=member.id), now())
    browser_signed_in(db, browser_key(), member)
    return Entry(member, secret=open_login(db, member, browser=this_browser(), now=now()), first=first)


def pass_door(entry: Entry, way: str = "") -> ResponseReturnValue:
    """Signs this browser in, or has it asked for the second factor; leads to `way`, or to the member's page.

    An administrator who needs a second factor and has none is led to adding one first. One who comes in for the first
    time goes on to the list of what the network still needs.
    """
    if entry.nonce:
        session[FACTOR] = entry.nonce
        return redirect(with_way(url_for("second_step.ask"), way), 303)
    before = start_login(entry.secret, entry.member)
    if before is not None:
        with writing() as db:
            close_login(db, before)
    if entry.first and entry.member.administrator:
        way = way or url_for("setup.first")
    if _needs_factor(entry.member):
        return redirect(with_way(url_for("factors.show"), way), 303)
    return redirect(way or url_for("me.show"), 303)


def _needs_factor(member: Member) -> bool:
    return services().config.second_factor_required and member.runs_network and member.factor_at is None
