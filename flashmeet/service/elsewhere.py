"""Whether a session has another room than the built-in one: the mentor's own, or the network's provider."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from flashmeet.store.models import Booking


def offered_elsewhere(session: Session, booking: Booking) -> Literal["link", "provider", ""]:
    """`link`: the mentor's own https room; `provider`: the configured one; "": neither.

    A page that shows either leads to `POST /join/<token>/elsewhere`.
    """
    return ""
