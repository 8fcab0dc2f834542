"""Whether a session has another room than the built-in one, as a second way: the one place to say so."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.service.second_way import Offered
from flashmeet.store.models import Booking


def another_room(session: Session, booking: Booking) -> Offered:
    """`link`: the mentor's own; `provider`: the network's; "": neither. Both lead to `POST /join/<token>/elsewhere`."""
    return ""
