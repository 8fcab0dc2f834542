"""Creating a request: to one mentor whom the mentee chose, or to a theme whose best matches are asked in waves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.reliability import require_not_paused
from flashmeet.core.errors import AskedAlready, MentorAway, NotFound, ThemeNotOffered, TooOften, Yourself
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import is_blocked_between
from flashmeet.people.service.launch import require_open
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE, AskState, RequestKind, RequestState, checked_times
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service import notices
from flashmeet.requests.service.times.kept import keep_times
from flashmeet.schedule.models import Holder, Leave
from flashmeet.schedule.queries.openings import lock_mentors
from flashmeet.schedule.rules.booked_hour import (
    NEED_CHARACTERS,
    HolderKind,
    Mode,
    answer_deadline,
    checked_minutes,
    checked_mode,
    checked_text,
)
from flashmeet.schedule.rules.booking_facts import checked_place
from flashmeet.schedule.rules.quotas import open_quota
from flashmeet.schedule.service.claims import count
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme

A_DAY = timedelta(days=1)
REQUESTS_A_DAY = 10
"""That one mentee may make within a day to one mentor, or to the mentors of themes; withdrawn ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a mentee asks, as received. `mentor_id` is None for a theme; without `times` the mentor chooses.

    `nearness` (`service.nearness`) says to which of the theme's mentors the need is near.
    """

    theme: str | int
    need: str
    mentor_id: int | None = None
    times: tuple[datetime, ...] = ()
    any_time: bool = False
    good_hour: str = ""
    minutes: int = 60
    mode: str = Mode.VIDEO
    place: str = ""
    share_phone: bool = False
    nearness: Mapping[str, int] = field(default_factory=dict)
    series: SeriesWish | None = None

    def checked(self, tzid: str, *, now: datetime) -> Asking:
        """Returns the request of a mentee in that zone, cleaned. Raises BadInput and its subclasses, TooLate,
        BeyondHorizon."""
        return Asking(
            theme=self.theme,
            need=checked_text("need", self.need, most=NEED_CHARACTERS, required=True),
            mentor_id=self.mentor_id,
            times=() if self.any_time else checked_times(self.times, now=now),
            any_time=self.any_time,
            good_hour=checked_text("good_hour", self.good_hour, most=NEED_CHARACTERS),
            minutes=checked_minutes(self.minutes),
            mode=checked_mode(self.mode),
            place=checked_place(self.place) if self.mode == Mode.ON_SITE else "",
            share_phone=self.share_phone and self.mode == Mode.PHONE,
            nearness=self.nearness,
            series=self.series.checked(today=local_date(now, tzid)) if self.series else None,
        )


def ask(db: Session, mentee: Member, asking: Asking, *, now: datetime) -> MentoringRequest:
    """Creates the request and holds its times. A single mentor is asked at once, a theme's mentors with the next wave.

    Raises, the first that applies: BadInput and its subclasses, TooLate, BeyondHorizon, NotOpenYet, TermsRequired,
    PausedByNetwork, UnknownTheme, NotFound (no such mentor), ThemeNotOffered, Yourself, MentorAway, AskedAlready,
    TooOften, SlotTaken, YouAreBusy, QuotaReached.
    """
    asked = asking.checked(mentee.tzid, now=now)
    require_open(db, mentee)
    require_terms(db, mentee, now=now)
    require_not_paused(db, mentee)
    theme, mentor = find_theme(db, asked.theme), None
    if asked.mentor_id is not None:
        mentor = _mentor(db, mentee, asked.mentor_id, theme, now=now)
    _check_new(db, mentee, theme, mentor, now=now)
    request = _write(db, mentee, asked, theme, mentor, now=now)
    until = request.due_at or now
    times_until = until if mentor else max([*asked.times, now])
    keep_times(db, request, asked.times, by=mentee, mentor=mentor, until=times_until, now=now)
    for each in request.asks:
        notices.ask(db, each, asked.times, now=now)
    return request


def _mentor(db: Session, mentee: Member, mentor_id: int, theme: Theme, *, now: datetime) -> Member:
    mentor = db.get(Member, mentor_id)
    if mentor is None or not mentor.bookable or is_blocked_between(db, mentor.id, mentee.id):
        raise NotFound
    if db.get(MentorTheme, (mentor.id, theme.id)) is None:
        raise ThemeNotOffered(theme=theme.slug)
    if mentor.id == mentee.id:
        raise Yourself
    until = away_until(db, mentor, now=now)
    if until is not None or mentor.paused(now):
        raise MentorAway(until)
    return mentor


def away_until(db: Session, mentor: Member, *, now: datetime) -> date | None:
    """Returns the last day of the mentor's current leave; None for one who is not on leave."""
    today = local_date(now, mentor.tzid)
    query = select(func.max(Leave.last)).where(Leave.member_id == mentor.id, Leave.first <= today, Leave.last >= today)
    return db.scalar(query)


def _check_new(db: Session, mentee: Member, theme: Theme, mentor: Member | None, *, now: datetime) -> None:
    query = select(MentoringRequest.id).where(
        MentoringRequest.mentee_id == mentee.id,
        MentoringRequest.state.in_(LIVE),
        MentoringRequest.kind != RequestKind.HOUR,
        MentoringRequest.mentor_id == mentor.id
        if mentor
        else (MentoringRequest.theme_id == theme.id) & (MentoringRequest.kind == RequestKind.THEME),
    )
    there = db.scalars(query.limit(1)).first()
    if there is not None:
        raise AskedAlready(there)
    made = select(func.count()).where(
        MentoringRequest.mentee_id == mentee.id,
        MentoringRequest.mentor_id == (mentor.id if mentor else None),
        MentoringRequest.kind != RequestKind.HOUR,
        MentoringRequest.created_at > now - A_DAY,
    )
    if (db.scalar(made) or 0) >= REQUESTS_A_DAY:
        raise TooOften(seconds=int(A_DAY.total_seconds()) // REQUESTS_A_DAY)


def _write(
    db: Session, mentee: Member, asked: Asking, theme: Theme, mentor: Member | None, *, now: datetime
) -> MentoringRequest:
    due_at = _due_at(db, asked, mentor, now=now) if mentor else now
    request = MentoringRequest(
        kind=RequestKind.MENTOR if mentor else RequestKind.THEME,
        state=RequestState.OPEN,
        mentee=mentee,
        theme=theme,
        mentor=mentor,
        need=asked.need,
        good_hour=asked.good_hour,
        minutes=asked.minutes,
        mode=asked.mode,
        place=asked.place,
        share_phone=asked.share_phone,
        any_time=asked.any_time,
        created_at=now,
        due_at=due_at,
        nearness={} if mentor else dict(asked.nearness),
        rhythm_weeks=asked.series.rhythm_weeks if asked.series else 0,
        series_ends_on=asked.series.ends_on if asked.series else None,
    )
    if mentor:
        request.asks = [new_ask(mentor, wave=0, due_at=due_at, now=now)]
    db.add(request)
    db.flush()
    holder = Holder(kind=HolderKind.REQUEST, member_id=mentee.id, request_id=request.id)
    db.add(holder)
    db.flush()
    lock_mentors(db, [each.id for each in (mentee, mentor) if each])
    count(db, holder, [(mentee.id, open_quota())])
    return request


def new_ask(mentor: Member, *, wave: int, due_at: datetime, now: datetime) -> RequestAsk:
    nonce = secrets.token_urlsafe(16)
    return RequestAsk(mentor=mentor, wave=wave, state=AskState.ASKED, asked_at=now, due_at=due_at, nonce=nonce)


def _due_at(db: Session, asked: Asking, mentor: Member, *, now: datetime) -> datetime:
    """Returns the deadline: the network's working days in the mentor's zone, and never past the last of the times."""
    network = network_settings(db)
    return answer_deadline(
        now,
        starts_at=max(asked.times, default=datetime.max.replace(tzinfo=now.tzinfo)),
        tzid=mentor.tzid,
        days=network.answer_days,
        country=network.country,
    )
