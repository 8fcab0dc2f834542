"""What an administrator is asked before a message or a reply is given up (`http.forms.confirming`)."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.http.forms.confirming import Question
from flashmeet.messages.models import LeftReply, OutboxMessage
from flashmeet.messages.rules.outbox import TROUBLED


def dropping(db: Session, message_id: int) -> Question | None:
    row = db.get(OutboxMessage, message_id)
    if row is None or row.state not in TROUBLED:
        return None
    return Question(
        title=gettext("Drop this message?"),
        lines=(gettext("It is never sent, and whoever it was for learns nothing of it from us."),),
        yes=gettext("Drop it"),
        keep=gettext("Keep it"),
    )


def ending_reply(db: Session, reply_id: int) -> Question | None:
    reply = db.get(LeftReply, reply_id)
    if reply is None:
        return None
    return Question(
        title=gettext("Have you dealt with the reply of %(name)s?", name=reply.sender),
        lines=(gettext("It leaves this list for every administrator. Nobody is told."),),
        yes=gettext("Yes, it is done"),
        keep=gettext("Not yet"),
    )
