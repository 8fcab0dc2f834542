"""What happens to a mentor's time that other features follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.events import Event
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave

leave_taken: Event[[Session, Member, Leave, datetime]] = Event("leave taken")
"""A mentor is away for some days; what is agreed in them stands until they say otherwise."""
