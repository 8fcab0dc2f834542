"""What is asked before a request ends (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import services
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import LIVE, RequestKind, RequestState
from flashmeet.requests.service.counter_offer import request_of_link, who_proposed


def ending_request(db: Session, request_token: str) -> Question | None:
    """Asks before a mentee withdraws their request, or turns down the times that a mentor proposed."""
    said = request.form.get("act")
    if said not in ("withdraw", "none"):
        return None
    asked = request_of_link(db, request_token, links=services().links, viewer_id=viewer_id())
    if said == "withdraw":
        return _withdrawing(asked) if asked.state in LIVE else None
    return _turning_down(asked) if asked.state == RequestState.PROPOSED else None


def _withdrawing(asked: MentoringRequest) -> Question:
    to_one = asked.kind != RequestKind.THEME and asked.mentor
    return Question(
        title=gettext("Withdraw your request?"),
        lines=(
            gettext("%(name)s is told, unless the request has not reached them yet.", name=asked.mentor.first_name)
            if to_one and asked.mentor
            else gettext("Whoever was asked can no longer say yes. They get no message."),
            gettext("It cannot be opened again; you can ask anew."),
        ),
        yes=gettext("Withdraw the request"),
        keep=gettext("Leave it open"),
    )


def _turning_down(asked: MentoringRequest) -> Question:
    ask = who_proposed(asked)
    name = ask.mentor.first_name if ask is not None else ""
    return Question(
        title=gettext("Turn all of these times down?"),
        lines=(
            gettext("%(name)s gets the times back.", name=name),
            gettext("The next mentors are asked at once.")
            if asked.kind == RequestKind.THEME
            else gettext("Your request ends, and we send you the names of others who are free."),
        ),
        yes=gettext("None of them suits me"),
        keep=gettext("Look at them again"),
    )
