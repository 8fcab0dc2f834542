"""What is asked before a picture is removed (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.http.forms.confirming import Question


def removing_photo(_db: Session) -> Question | None:
    if "drop" not in request.form:
        return None
    return Question(
        title=gettext("Remove your photo?"),
        lines=(gettext("Others see your initials instead. We keep no copy: you would need the file again."),),
        yes=gettext("Remove it"),
        keep=gettext("Keep it"),
    )


def removing_logo(_db: Session) -> Question | None:
    if "drop" not in request.form:
        return None
    return Question(
        title=gettext("Go back to our logo?"),
        lines=(gettext("Every page shows it at once. We keep no copy of yours: you would need the file again."),),
        yes=gettext("Go back to our logo"),
        keep=gettext("Keep it"),
    )
