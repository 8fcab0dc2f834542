"""The mentee's answer to times that a mentor proposed: choose one, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.errors import NotFound, TimeGone
from flashmeet.core.link_kinds import REQUEST
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import AskState, RequestKind, RequestState
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.answer import agree
from flashmeet.requests.service.lifecycle import end_request, lock_live_request
from flashmeet.requests.service.times.kept import go_on_asking, holder_of, kept_times, may_still_meet

REQUEST_LINK = PersonalLink(
    REQUEST,
    find=lambda db, number: db.get(MentoringRequest, number),
    facts=lambda request: (str(request.mentee_id),),
    owner=lambda request: request.mentee,
)


def request_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> MentoringRequest:
    """Returns the mentee's own request of a signed link. Raises NotFound, also for another signed-in member."""
    return resolve_link(db, REQUEST_LINK, token, links=links, viewer_id=viewer_id)


def own_request(db: Session, mentee: Member, request_id: int) -> MentoringRequest:
    """Returns the member's own request. Raises NotFound."""
    request = db.get(MentoringRequest, request_id)
    if request is None or request.mentee_id != mentee.id:
        raise NotFound
    return request


def who_proposed(request: MentoringRequest) -> RequestAsk | None:
    """Returns the ask whose times the mentee chooses from."""
    return next((ask for ask in reversed(request.asks) if ask.state == AskState.COUNTERED), None)


def times_shown(db: Session, request: MentoringRequest, *, now: datetime) -> Sequence[datetime]:
    """Returns the times still held for the request; of those that a mentor proposed, the ones that can be chosen."""
    times, ask = kept_times(db, request, now=now), who_proposed(request)
    if request.state != RequestState.PROPOSED or ask is None:
        return times
    return may_still_meet(db, request, ask.mentor, times, now=now)


def choose(db: Session, request: MentoringRequest, starts_at: datetime, *, links: Links, now: datetime) -> Booking:
    """Agrees the hour. Raises TermsRequired, RequestOver, TimeGone, SlotTaken, YouAreBusy, QuotaReached."""
    require_terms(db, request.mentee, now=now)
    request = lock_live_request(db, request.id, RequestState.PROPOSED)
    ask, holder = who_proposed(request), holder_of(db, request, starts_at, now=now)
    if ask is None or holder is None:
        raise TimeGone
    return agree(db, request, ask.mentor, holder, starts_at, you=request.mentee, links=links, now=now)


def none_suits(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Rejects the proposed times: a theme's request goes on to the next mentors, one to a single mentor ends with other
    mentors suggested. Raises RequestOver."""
    request = lock_live_request(db, request.id, RequestState.PROPOSED)
    ask = who_proposed(request)
    if request.kind == RequestKind.THEME:
        go_on_asking(db, request, now=now)
        return
    end_request(db, request, RequestState.DECLINED, now=now)
    notices.ended(db, request, ask, people=others_soon(db, request, now=now), now=now)
