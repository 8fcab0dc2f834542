"""What is asked before a calendar or the feed's address stops working (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.calendars.service.accounts import account_of
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.confirming import Question
from flashmeet.identity.service.feeds import feed_of


def disconnecting(db: Session, account_id: int) -> Question | None:
    if request.form.get("act") != "disconnect":
        return None
    you = member(db)
    account = account_of(db, you, account_id)
    return Question(
        title=gettext("Disconnect “%(name)s”?", name=account.label),
        lines=(
            gettext("We forget its password or address, and all that we read in it."),
            gettext("It no longer tells us when you are busy: people can book you at these times.")
            if you.mentor
            else gettext("Your hours are no longer kept up to date in it."),
            gettext("What we wrote in it stays there. To connect it again, you need its password or address."),
        ),
        yes=gettext("Disconnect"),
        keep=gettext("Keep it"),
    )


def renewing_address(db: Session) -> Question | None:
    """Asks before a new address takes the place of one that calendars use."""
    if feed_of(db, member(db)) is None:
        return None
    return Question(
        title=gettext("Make a new address?"),
        lines=(gettext("The old one stops working at once: every calendar that uses it needs the new one."),),
        yes=gettext("Make a new address"),
        keep=gettext("Keep the old one"),
    )


def closing_address(db: Session) -> Question | None:
    if feed_of(db, member(db)) is None:
        return None
    return Question(
        title=gettext("Close the address?"),
        lines=(gettext("Calendars that use it show nothing new from now on. Your hours stay booked."),),
        yes=gettext("Close the address"),
        keep=gettext("Keep it"),
    )
