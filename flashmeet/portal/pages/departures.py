"""The panel that a member sees before their own leave or pause, and before they mentor no more."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, url_for
from sqlalchemy.orm import Session

from flashmeet.http.forms.done import offer_undo
from flashmeet.http.services import now
from flashmeet.http.time_stamps import stamped
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.requests.service.departures import Ahead, ahead_of
from flashmeet.schedule.rules.availability import LeavePeriod


def panel_before(db: Session, you: Member, departure: Departure, days: LeavePeriod) -> str | None:
    """Returns the page that asks what becomes of the hours agreed; None where nobody counts on the member."""
    ahead = ahead_of(db, you, departure, away=days, now=now())
    return departure_page(you, departure, ahead, days) if ahead else None


def departure_page(you: Member, departure: Departure, ahead: Ahead, days: LeavePeriod | None = None) -> str:
    return render_template("portal/departure.html", you=you, departure=departure, ahead=ahead, days=days)


def offer_pause_again(until: datetime | None) -> None:
    """Has the next page offer the pause that has just ended, to the same minute."""
    if until is not None and until > now():
        offer_undo(url_for("notifications.stop_all"), hours=AgreedHours.KEEP, until=stamped(until))
