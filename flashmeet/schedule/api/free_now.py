"""API operations on “free now”: two hours that a mentor opens at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models import Member
from flashmeet.schedule.schemas.free_now import FreeNowOut, free_now_out
from flashmeet.schedule.service.free_now import begin_free_now, end_free_now, free_now_of, open_soon

NOT_A_MENTOR = {404: "not_found: the caller gives no hours"}
NOT_NOW = {422: "mentor_away: on leave, or on a break; too_late_tonight: no hour is left by day on the mentor's clock"}


@api.get("/me/free-now", responses={200: FreeNowOut, **telling(NOT_A_MENTOR)})
@access("mentor")
@endpoint
def get_free_now() -> FreeNowOut:
    """Returns the two hours in which the caller may be booked at short notice, while an hour of them is left."""
    with reading() as db:
        return _told(db, member(db), now=now())


@api.put("/me/free-now", responses={200: FreeNowOut, **telling(WRITING | NOT_A_MENTOR | NOT_NOW)})
@access("mentor")
@endpoint
def put_free_now() -> FreeNowOut:
    """Opens the two hours to come, whatever the caller's notice; sent again, it opens them anew from then on.

    An hour booked in them is confirmed at once. All limits, leave and calendars hold.
    """
    with writing() as db:
        me, at = member(db), now()
        begin_free_now(db, me, now=at)
        return _told(db, me, now=at)


@api.delete("/me/free-now", responses={204: None, **telling(WRITING)})
@access("mentor")
@endpoint
def delete_free_now() -> None:
    """Ends them; hours that were booked in them stand."""
    with writing() as db:
        end_free_now(db, member(db), now=now())


def _told(db: Session, me: Member, *, now: datetime) -> FreeNowOut:
    window = free_now_of(db, me, now=now)
    return free_now_out(window, open_starts=open_soon(db, me, window, now=now) if window else 0)
