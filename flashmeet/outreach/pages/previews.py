"""Mails of campaigns as they will be read, before anything is sent."""

from __future__ import annotations

from flashmeet.http.display import network
from flashmeet.http.services import service
from flashmeet.identity.models import Member
from flashmeet.messages.rules.channels import MAIL_PREVIEW, ChannelName, Outgoing, Preview
from flashmeet.messages.rules.kinds import Message


def preview(message: Message, locale: str, you: Member) -> Preview:
    """Returns the mail in that language, as if it were sent to `you`."""
    outgoing = Outgoing(
        id=0,
        kind=message.kind,
        channel=ChannelName.MAIL,
        address=you.email,
        recipient_id=you.id,
        name=you.name,
        locale=locale,
        tzid=you.tzid,
        message_key="",
        payload=message.payload,
    )
    return service(MAIL_PREVIEW)(outgoing, network())
