"""What an administrator is asked before a campaign ends (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.http.forms.confirming import Question
from flashmeet.outreach.rules.campaigns import CampaignKind
from flashmeet.outreach.service.campaigns import campaign_of, mails_left


def ending_campaign(db: Session, campaign_id: int) -> Question | None:
    if request.form.get("act") != "end":
        return None
    campaign = campaign_of(db, campaign_id)
    if campaign.kind == CampaignKind.ARCHIVE:
        return Question(
            title=gettext("Bring them all back?"),
            lines=(gettext("Everyone whom it paused takes part again. No message is sent."),),
            yes=gettext("Bring them all back"),
        )
    if mails_left(db, campaign):
        return Question(
            title=gettext("Stop the rest?"),
            lines=(
                gettext("Nobody else is written to, and it cannot be resumed: a pause can."),
                gettext("What has been sent stands."),
            ),
            yes=gettext("Stop the rest"),
        )
    return Question(
        title=gettext("End it before anybody is written to?"),
        lines=(gettext("Nobody has been written to, and nobody will be. It cannot be resumed: a pause can."),),
        yes=gettext("End it"),
    )
