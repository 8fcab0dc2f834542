"""The people of the tests, and the hours they give."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.logins import live_login
from flashmeet.schedule.models import BusyTime, CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.availability import DayOverride, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.service.availability import save_availability
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
EVERY_DAY = tuple(WeeklyRule(day, Span.parse("08:00", "20:00")) for day in range(7))
FREE = Policy(
    durations=(60,),
    start_every=60,
    buffer_before=0,
    buffer_after=0,
    notice_minutes=0,
    horizon_days=24,
    per_day=None,
    per_week=None,
    per_month=None,
)
"""What acceptance A and B leave unsaid is off; starts on the hour and a short horizon, since openings cost time."""
EVERY_QUARTER = replace(FREE, start_every=15)
"""For tests in which somebody starts at another minute."""


def signed_in(db: Session, secret: str, *, now: datetime = NOW) -> Member | None:
    """Whose login it is, while it is good."""
    found = live_login(db, secret, now=now)
    return found.member if found else None


def law(db: Session) -> Theme:
    """The theme everybody talks about."""
    theme = db.scalar(select(Theme).where(Theme.slug == "droit"))
    return theme or create_theme(db, names={"fr": "Droit", "en": "Law"}, synonyms=["statuts", "bylaws"])


def member(db: Session, first_name: str, *, tzid: str = "Europe/Paris", locale: str = "fr", **more: Any) -> Member:
    person = Member(
        email=f"{first_name.lower()}@example.org",
        first_name=first_name,
        last_name="Exemple",
        tzid=tzid,
        locale=locale,
        languages=more.pop("languages", ["fr"]),
        created_at=NOW,
        **{"mentee": True, "approved": True, **more},
    )
    db.add(person)
    db.flush()
    return person


def mentor(
    db: Session,
    first_name: str = "Alice",
    *,
    rules: tuple[WeeklyRule, ...] = EVERY_DAY,
    overrides: tuple[DayOverride, ...] = (),
    policy: Policy = FREE,
    tzid: str = "Europe/Paris",
    now: datetime = NOW,
    **more: Any,
) -> Member:
    """A mentor for law, free every day from 8 to 20 unless told otherwise."""
    person = member(db, first_name, tzid=tzid, mentor=True, **more)
    person.offers.append(MentorTheme(theme_id=law(db).id, proof="Quinze ans de droit des affaires"))
    db.flush()
    save_availability(db, person, tzid=tzid, rules=rules, overrides=overrides, policy=policy, now=now)
    return person


def schedule(policy: Policy = FREE, *, tzid: str = "Europe/Paris", **more: Any) -> Schedule:
    return Schedule(tzid, policy, **{"rules": EVERY_DAY, **more})


def timetable(
    db: Session, person: Member, *spans: Interval, checks: bool = True, failing_since: datetime | None = None
) -> None:
    """Gives the member a calendar of their own that was read a moment ago, with a class in each span."""
    account = CalendarAccount(member_id=person.id, kind=CalendarKind.ICS, secret="", created_at=NOW)
    calendar = MemberCalendar(
        member_id=person.id,
        remote_id="ade",
        checks=checks,
        read_at=NOW,
        read_in_full_at=NOW,
        next_try_at=NOW + timedelta(hours=1),
        failing_since=failing_since,
    )
    account.calendars = [calendar]
    db.add(account)
    db.flush()
    db.add_all(
        BusyTime(calendar_id=calendar.id, member_id=person.id, remote_id=str(n), starts_at=each.start, ends_at=each.end)
        for n, each in enumerate(spans)
    )
    db.flush()
