"""The hour that somebody was about to book when they had to sign in: kept for them meanwhile."""

from __future__ import annotations

import re
from datetime import datetime

from flashmeet.bookings.service.holds import hold_slot
from flashmeet.core.errors import BadDate, Refusal
from flashmeet.http.redirects import path_on_site
from flashmeet.http.services import now, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.people.service.sign_in import member_asking

_SLOT_PAGE = re.compile(r"/book/(\d{1,18})/(\w+)", re.ASCII)
MINUTES = 60


def hold_hour(nonce: str, way: str) -> None:
    """Where `way` is a slot's page, holds that hour for the member who asked for this code, if it can be had.

    Says nothing either way: the answer must not tell whether there is such a member.
    """
    wanted = _hour_in(way)
    if wanted is None:
        return
    mentor_id, starts_at = wanted
    try:
        with writing() as unit:
            asker = member_asking(unit, nonce)
            if asker is not None:
                hold_slot(unit, asker, mentor_id=mentor_id, starts_at=starts_at, minutes=MINUTES, now=now())
    except Refusal:
        return


def _hour_in(way: str) -> tuple[int, datetime] | None:
    found = _SLOT_PAGE.fullmatch(path_on_site(way) or "")
    if found is None:
        return None
    try:
        return int(found[1]), read_stamp(found[2])
    except BadDate:
        return None
