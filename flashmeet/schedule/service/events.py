"""Events about mentors' time that other features follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.events import Event
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.quotas import Period

leave_taken: Event[[Session, Member, Leave, AgreedHours, datetime]] = Event("leave taken")
"""A mentor takes a leave, or a pause; bookings in it are cancelled, or stand until the mentor decides otherwise."""

hours_replaced: Event[[Session, Member, Schedule, Schedule, datetime]] = Event("hours replaced")
"""A mentor gives other hours than before; bookings outside them stand until the mentor decides otherwise."""

limits_changed: Event[[Session, Collection[int], datetime]] = Event("limits changed")
"""These mentors have other limits than before, or count them by the days of another zone. Whoever keeps bookings counts
those there are towards them."""

limits_weighed: Event[[Session, int, Schedule, dict[Period, int], datetime]] = Event("limits are weighed")
"""A mentor looks at what a schedule's limits would leave open, before it is saved. Whoever keeps bookings adds how many
would count towards each."""

hours_counted: Event[[Session, Collection[int], int | None, Interval, dict[int, int]]] = Event("hours are counted")
"""Whoever keeps bookings adds, by mentor, how many of theirs on the theme (None: on any) that stand begin within the
span."""

said_unfit: Event[[Session, int, int, set[int]]] = Event("mentors said that a need was not for them")
"""Whoever keeps requests adds the mentors who said so of one of this member's needs on this theme."""
