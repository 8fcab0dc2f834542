"""What there is to do in the network now, and the Monday mail about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from flashmeet.conduct.service.cases import open_cases
from flashmeet.core.backups import BackupMade, days_late
from flashmeet.core.database.kept import once
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import themes_led
from flashmeet.identity.rules import OfficeRole
from flashmeet.messages.models import OutboxMessage, PeriodicTaskRun
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.service.left_replies import count_left
from flashmeet.privacy.service.retention import leaving_this_week
from flashmeet.programme.rules.balance import BalanceState
from flashmeet.programme.rules.messages import DIGEST, DigestPayload
from flashmeet.programme.rules.to_do import Thing, ToDoKey, digest_week, first_things
from flashmeet.programme.service.balance import ThemeBalance, board
from flashmeet.programme.service.overview import UNDELIVERED, idle_here
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.requests import AskState
from flashmeet.setup.queries import LATELY, channels_away, people_counted
from flashmeet.themes.models import Theme
from flashmeet.themes.service import themes_of

ASLEEP = timedelta(minutes=15)
AWAY = {ChannelName.MAIL: ToDoKey.MAIL_AWAY, ChannelName.SMS: ToDoKey.SMS_AWAY}
AT_ONCE = 200


def things_to_do(
    db: Session, rows: Sequence[ThemeBalance], *, viewer_id: int, tzid: str, now: datetime
) -> tuple[Thing, ...]:
    """Returns at most five things, in a constant number of statements; `rows` are those of the balance board.

    A case about the viewer is left out.
    """
    cases = Thing(ToDoKey.CASES, open_cases(db, viewer_id=viewer_id), "/admin/cases")
    people = _people(db, now)
    idle = Thing(ToDoKey.IDLE, once(db, idle_here, local_date(now, tzid), now), "/admin/registrants?only=idle")
    return first_things([*people, cases, idle, *_messages(db, now), *_themes(rows)])


def things_in_themes(db: Session, rows: Sequence[ThemeBalance]) -> tuple[Thing, ...]:
    """Returns at most five things for whoever leads these themes, each on the theme's own page."""
    ids = [row.theme.id for row in rows]
    waiting = dict(
        db.execute(
            select(MentorTheme.theme_id, func.count())
            .join(Member, Member.id == MentorTheme.mentor_id)
            .where(MentorTheme.theme_id.in_(ids), Member.mentor, ~Member.approved, Member.held_at.is_(None))
            .where(~Member.suspended, Member.joining.is_(None))
            .group_by(MentorTheme.theme_id)
        ).all()
    )
    approvals = [Thing(ToDoKey.WAITING, waiting.get(each, 0), f"/admin/themes/{each}#mentors") for each in ids]
    asked = {f"/admin/nudges/theme/{each}": f"/admin/themes/{each}#mentors" for each in ids}
    return first_things(
        [*approvals, *(replace(thing, path=asked.get(thing.path, thing.path)) for thing in _themes(rows))]
    )


def _people(db: Session, now: datetime) -> list[Thing]:
    overdue = PeriodicTaskRun.due_at < now - ASLEEP
    found, row = (
        people_counted(db, now),
        db.execute(
            select(
                select(func.max(BackupMade.made_at)).scalar_subquery(),
                select(func.count()).select_from(PeriodicTaskRun).scalar_subquery(),
                select(func.count()).where(overdue).scalar_subquery(),
                select(func.max(PeriodicTaskRun.due_at)).where(overdue).scalar_subquery(),
                select(func.count(BackupMade.failed_at)).scalar_subquery(),
            )
        ).one(),
    )
    backup_at, tasks, late, since, broken = row
    nobody_gives = found.others > 0 and not found.mentors + found.waiting
    return [
        Thing(ToDoKey.EMPTY, 0 if found.others else 1, "/setup#people"),
        Thing(ToDoKey.NO_MENTORS, 1 if nobody_gives else 0, "/setup#mentors"),
        Thing(ToDoKey.WORKER, _minutes_asleep(tasks, late, since, now=now), "/admin/messages"),
        Thing(ToDoKey.APPLIED, found.applied, "/admin/members?only=applied"),
        Thing(ToDoKey.WAITING, found.waiting, "/admin/members?only=waiting"),
        Thing(ToDoKey.STALE, found.stale, "/admin/registrants?only=stale"),
        Thing(ToDoKey.NEVER, found.never, "/admin/registrants?only=never"),
        Thing(ToDoKey.BACKUP_BROKEN, broken, "/admin"),
        Thing(ToDoKey.BACKUP, days_late(backup_at, now=now), "/admin"),
    ]


def _minutes_asleep(tasks: int, overdue: int, since: datetime | None, *, now: datetime) -> int:
    """Returns for how long most periodic tasks have been overdue; one alone may be a former program's."""
    return int((now - since).total_seconds()) // 60 if since is not None and 2 * overdue > tasks else 0


def _messages(db: Session, now: datetime) -> list[Thing]:
    lost = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(UNDELIVERED))
    expired = (
        select(func.count())
        .select_from(RequestAsk)
        .where(RequestAsk.state == AskState.EXPIRED, RequestAsk.wave == 0)
        .where(RequestAsk.due_at > now - LATELY, RequestAsk.due_at <= now)
    )
    away = channels_away(db)
    return [
        *(
            Thing(key, away[channel].minutes(now), "/admin/messages")
            for channel, key in AWAY.items()
            if channel in away
        ),
        Thing(ToDoKey.REPLIES, count_left(db), "/admin/messages#replies"),
        Thing(ToDoKey.UNDELIVERED, db.scalar(lost) or 0, "/admin/messages"),
        Thing(ToDoKey.EXPIRED, db.scalar(expired) or 0, "/admin/registrants?only=expired&order=expired"),
    ]


def _themes(rows: Iterable[ThemeBalance]) -> list[Thing]:
    """Returns themes that lack hours, then themes with only one or two mentors.

    Where a theme has mentors and none of them has opened an hour, they are whom to ask, and nobody need be found.
    """
    things = []
    for row in rows:
        path, figures = f"/admin/themes/{row.theme.id}#help", row.balance
        if figures.needs_people:
            weight = figures.requested / figures.open_hours if figures.open_hours else float(figures.requested + 1_000)
            key, count = ToDoKey.THEME, figures.requested
            if figures.state == BalanceState.EMPTY and figures.mentors:
                key, count, path = ToDoKey.ASK, figures.mentors, f"/admin/nudges/theme/{row.theme.id}"
            things.append(Thing(key, count, path, row.theme.names, weight, row.theme.slug))
        elif row.few_mentors and figures.mentors:
            things.append(Thing(ToDoKey.FEW, figures.mentors, path, row.theme.names, -figures.mentors, row.theme.slug))
    return things


def send_digests(db: Session, *, now: datetime) -> int:
    """Queues this week's mail for each administrator and theme lead whose Monday has begun; returns how many were due.

    Each gets one per week, however often this runs and wherever they travel; after a day it is too late.
    """
    due = [(each, digest_week(now, each.tzid)) for each in _readers(db)]
    due = [(each, week) for each, week in due if week.opens <= now < week.closes]
    for member, week in due:
        if _written(db, member, week.name):
            continue
        payload = _payload(db, member, now)
        mail(db, member.id, DIGEST.saying(payload), subject_of(week.name), not_after=week.closes, now=now)
    return len(due)


def subject_of(week: str) -> str:
    return f"digest:{week}"


def _readers(db: Session) -> Sequence[Member]:
    reads = or_(Member.administrator, Member.office == OfficeRole.THEMES)
    query = select(Member).where(reads, ~Member.suspended, Member.joining.is_(None))
    return db.scalars(query.order_by(Member.id).limit(AT_ONCE)).all()


def _written(db: Session, member: Member, week: str) -> bool:
    """Whether this week's mail exists already. It saves computing the figures; the outbox itself ensures one mail."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.recipient_id == member.id,
        OutboxMessage.kind == DIGEST,
        OutboxMessage.subject == subject_of(week),
    )
    return db.scalars(query.limit(1)).first() is not None


def _payload(db: Session, member: Member, now: datetime) -> DigestPayload:
    rows = board(db, tzid=member.tzid, now=now)
    if not member.administrator:
        led = themes_led(db, member.id)
        things = things_in_themes(db, [row for row in rows if row.theme.id in led])
        return {"things": [each.told() for each in things], "page": "/admin/themes"}
    things = things_to_do(db, rows, viewer_id=member.id, tzid=member.tzid, now=now)
    return {"things": [each.told() for each in things], "leaving": leaving_this_week(db, now=now)}


def digest_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns the things with the names that their themes have today, by row id."""
    slugs = {each.get("slug", "") for row in rows for each in row.payload["things"]}
    themes = themes_of(db, slugs)
    return {
        row.id: {"things": [{**each, **_named(themes.get(each.get("slug", "")))} for each in row.payload["things"]]}
        for row in rows
    }


def _named(theme: Theme | None) -> dict[str, Any]:
    return {} if theme is None else {"theme": dict(theme.names)}
