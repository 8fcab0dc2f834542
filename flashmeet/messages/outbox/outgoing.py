"""A row as its channel sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flashmeet.identity.models.member import Member
from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.kinds import KINDS

ADDRESS: Mapping[str, Callable[[Member], str]] = {
    "mail": lambda member: member.email,
    "sms": lambda member: member.phone or "",
}
"""Where a channel reaches a member today; a channel that is not named here finds its way by the payload."""


def outgoing(row: OutboxMessage, member: Member) -> Outgoing:
    """Ready to be rendered and sent; address and language are the member's of today."""
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=_address(row, member),
        recipient_id=member.id,
        name=member.name,
        locale=member.locale,
        tzid=member.tzid,
        message_key=row.message_key,
        payload=row.payload,
        due_at=row.due_at,
        not_after=row.not_after,
    )


def _address(row: OutboxMessage, member: Member) -> str:
    """A code goes to the number that is being verified; everything else to the member of today."""
    if row.kind in KINDS and KINDS[row.kind].names_address:
        return str(row.payload.get("to", ""))
    return ADDRESS[row.channel](member) if row.channel in ADDRESS else ""
