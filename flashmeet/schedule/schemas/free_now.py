"""API schemas of the two hours that a mentor opens at once."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from flashmeet.core.intervals import Interval
from flashmeet.http.api.fields import Instant


class FreeNowOut(BaseModel):
    """When the mentor may be booked at short notice; both instants are null where they are not."""

    starts_at: Instant | None = Field(description="The first start.")
    ends_at: Instant | None = Field(description="When the last hour is over; it all ends by itself.")
    open_starts: int = Field(ge=0, description="Starts left. 0 where limits, a calendar or other hours leave none.")


def free_now_out(window: Interval | None, *, open_starts: int) -> FreeNowOut:
    starts_at: datetime | None = window.start if window else None
    return FreeNowOut(starts_at=starts_at, ends_at=window.end if window else None, open_starts=open_starts)
