"""Why a request that is under way has led to no hour yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import AskState, RequestState
from flashmeet.requests.rules.waiting import Waiting, WaitingFor
from flashmeet.requests.service.times.kept import kept_times
from flashmeet.requests.service.waves import has_time, of_theme


def why_waiting(db: Session, request: MentoringRequest, *, now: datetime) -> Waiting:
    """Returns what stands between the request and an hour. Where nobody was asked, it says why nobody could be."""
    states = [ask.state for ask in request.asks]
    declined, silent = states.count(AskState.DECLINED), states.count(AskState.EXPIRED)
    return Waiting(reason=_reason(db, request, states, now=now), declined=declined, silent=silent)


def _reason(db: Session, request: MentoringRequest, states: Sequence[AskState], *, now: datetime) -> WaitingFor:
    if request.state == RequestState.PROPOSED:
        return WaitingFor.CHOICE
    if any(ask.waits_for_reply and ask.state == AskState.ASKED for ask in request.asks):
        return WaitingFor.REPLY
    if AskState.ASKED in states and request.state == RequestState.OPEN:
        return WaitingFor.ANSWER
    if states:
        return WaitingFor.ANSWERS
    return _why_nobody(db, request, now=now)


def _why_nobody(db: Session, request: MentoringRequest, *, now: datetime) -> WaitingFor:
    there = of_theme(db, request, now=now)
    if not there:
        return WaitingFor.NOBODY
    spoken = set(request.mentee.languages or [request.mentee.locale])
    understood: list[Member] = [each for each in there if spoken & set(each.languages)]
    if not understood:
        return WaitingFor.LANGUAGE
    times = kept_times(db, request, now=now) or [each.starts_at for each in request.times if each.starts_at > now]
    if times and not any(has_time(db, request, each, times, now=now) for each in understood):
        return WaitingFor.TIMES
    return WaitingFor.ROOM
