"""What an administrator is asked before a case ends with consequences for somebody (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.conduct.service.cases import case_for
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.confirming import Question
from flashmeet.people.rules.cases import CaseKind, Decision


def closing_case(db: Session, case_id: int) -> Question | None:
    """Asks before somebody is warned or suspended, or an absence counts; other ends have no consequence."""
    case = case_for(db, member(db), case_id)
    who, said, word = case.about, request.form.get("decision"), request.form.get("word", "").strip()
    if case.closed_at is not None:
        return None
    told = gettext("%(name)s gets your message by email at once.", name=who.first_name)
    final = gettext("The case is closed with it, and cannot be opened again.")
    if case.kind == CaseKind.REPORT and said == Decision.SUSPENDED:
        ends = gettext("They can no longer sign in; their hours to come are cancelled, with an apology to each person.")
        return Question(
            title=gettext("Suspend %(name)s?", name=who.name),
            lines=(ends, *((told,) if word else ()), final),
            yes=gettext("Suspend"),
        )
    if case.kind == CaseKind.REPORT and said == Decision.WARNED and word:
        return Question(
            title=gettext("Warn %(name)s?", name=who.name), lines=(told, final), yes=gettext("Send the warning")
        )
    if case.kind == CaseKind.NO_SHOW and said == Decision.STANDING:
        return Question(
            title=gettext("Does it count as missed by %(name)s?", name=who.name),
            lines=(gettext("It counts among their missed hours."), final),
            yes=gettext("Yes, it counts"),
        )
    return None
