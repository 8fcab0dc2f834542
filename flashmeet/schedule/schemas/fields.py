"""What fields are made of. Whatever cannot be read is refused with the code that `domain.errors` has for it."""

from __future__ import annotations

from typing import Annotated

from flashmeet.http.api.fields import one_of
from flashmeet.schedule.rules.booked_hour import Mode

ModeField = Annotated[Mode, one_of(Mode, "Mode")]
