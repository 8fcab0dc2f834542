"""What an administrator is asked before the network closes to mentees (`http.forms.confirming`)."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from flashmeet.http.admission.identity import member
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import now
from flashmeet.setup.service.launch import waiting


def closing_to_mentees(db: Session) -> Question | None:
    number = 0 if network().mentors_first else waiting(db, member(db).id, now=now()).mentees
    if number == 0:
        return None
    return Question(
        title=gettext("Let mentors come first?"),
        lines=(
            ngettext(
                "%(num)s mentee can neither book nor ask from then on, and reads that the network opens soon.",
                "%(num)s mentees can neither book nor ask from then on, and read that the network opens soon.",
                number,
            ),
            gettext("Hours that were agreed stay. No message is sent, and you can open the network again at any time."),
        ),
        yes=gettext("Let mentors come first"),
    )
