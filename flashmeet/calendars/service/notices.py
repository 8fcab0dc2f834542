"""Mails to members about their calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.messages import (
    CALENDAR_MANY_GONE,
    CALENDAR_STAYS,
    CALENDAR_TROUBLE,
    COUNTER_FAILED,
    DECLINE_QUESTION,
    NOT_DELEGABLE,
    CounterPayload,
    ManyGonePayload,
    QuestionPayload,
    TroublePayload,
)
from flashmeet.calendars.rules.questions import QuestionKind
from flashmeet.calendars.rules.sources import MANY_GONE
from flashmeet.core.provider_faults import AuthFailed, RateLimited, Unreachable
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import WITHIN, due_after
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.kinds import Message, MessageKind
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.models import CalendarAccount
from flashmeet.schedule.queries.calendars import unread_events
from flashmeet.schedule.service.calendar_freshness import fails_closed

MOST_TITLES = 5
A_DAY = timedelta(days=1)


def notify_trouble(db: Session, account: CalendarAccount, *, now: datetime) -> None:
    """Tells the member that the account cannot be read: once, until it has recovered. Who was told that it is away is
    told once more where it turns out that only they can repair it."""
    state = _amiss(db, account)
    if account.told_at is not None and (state["fault"] in PASSING or _told_of_theirs(db, account, account.told_at)):
        return
    account.told_at = account.told_at or now
    _tell(db, account, account.member_id, CALENDAR_TROUBLE.saying(state), now=now)


def _told_of_theirs(db: Session, account: CalendarAccount, since: datetime) -> bool:
    """Whether the member was told since then of a fault that does not pass by itself."""
    mails = _mails(account, account.member_id).where(OutboxMessage.created_at >= since)
    return any(each.payload.get("fault", "") not in PASSING for each in db.scalars(mails))


PASSING = ("", Unreachable.code, RateLimited.code)
"""Faults that end without the member."""


def notify_unread(db: Session, account: CalendarAccount, *, now: datetime) -> None:
    """Tells the member of events that could not be read wholly."""
    _tell(db, account, account.member_id, CALENDAR_TROUBLE.saying(_amiss(db, account)), now=now)


def notify_many_gone(db: Session, account: CalendarAccount, count: int, *, now: datetime) -> None:
    """Tells the member and every administrator."""
    _tell(db, account, account.member_id, CALENDAR_TROUBLE.saying(_amiss(db, account)), now=now)
    administrators = select(Member.id).where(Member.administrator, ~Member.suspended, Member.id != account.member_id)
    for recipient_id in db.scalars(administrators.order_by(Member.id)).all():
        payload: ManyGonePayload = {
            "account_id": account.id,
            "label": account.label,
            "count": count,
            "owner_id": account.member_id,
            "name": account.member.name,
        }
        _tell(db, account, recipient_id, CALENDAR_MANY_GONE.saying(payload), now=now)


def _tell(db: Session, account: CalendarAccount, recipient_id: int, message: Message, *, now: datetime) -> None:
    """Writes the one mail a day that a person gets about an account, a day after the last one at the earliest.

    What waits already says it all, since its facts are those of the time at which it leaves (`todays_state`).
    """
    last = db.scalars(
        _mails(account, recipient_id).order_by(OutboxMessage.due_at.desc(), OutboxMessage.id.desc()).limit(1)
    ).first()
    if last is not None and last.state == OutboxState.WAITING:
        return
    mail(
        db,
        recipient_id,
        message,
        _subject(account),
        version=int(now.timestamp()),
        due_at=now if last is None else max(now, (last.settled_at or last.due_at) + A_DAY),
        now=now,
    )


def _mails(account: CalendarAccount, recipient_id: int) -> Select[OutboxMessage]:
    """Selects what that person was told, or is about to be told, about the account."""
    return select(OutboxMessage).where(
        OutboxMessage.subject == _subject(account),
        OutboxMessage.recipient_id == recipient_id,
        OutboxMessage.state != OutboxState.DROPPED,
    )


def _subject(account: CalendarAccount) -> str:
    return f"calendar-account:{account.id}"


def todays_state(db: Session, rows: Sequence[OutboxMessage]) -> dict[int, Mapping[str, object]]:
    """What is amiss with the account of each row now."""
    owners = [row for row in rows if row.kind == CALENDAR_TROUBLE]
    found = {row.id: db.get(CalendarAccount, named(row, "account_id")) for row in owners}
    return {row_id: dict(_amiss(db, account)) for row_id, account in found.items() if account is not None}


def recovered_accounts(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> dict[int, str]:
    """Rows about accounts that are gone, or with which nothing is amiss any more."""
    reasons: dict[int, str] = {}
    for row in rows:
        account = db.get(CalendarAccount, named(row, "account_id"))
        if account is None:
            reasons[row.id] = "disconnected"
        elif not is_amiss(_amiss(db, account)):
            reasons[row.id] = "recovered"
    return reasons


def is_amiss(state: TroublePayload) -> bool:
    return bool(state["fault"] or state["titles"] or state["gone"])


def _amiss(db: Session, account: CalendarAccount) -> TroublePayload:
    used = [each for each in account.calendars if each.used]
    failing = [each for each in used if each.failing_since is not None]
    refused = account.fault == AuthFailed.code
    titles = [title for each in used if each.checks for title in unread_events(db, each.id).values()]
    return {
        "account_id": account.id,
        "label": account.label,
        "fault": AuthFailed.code if refused else next((each.fault for each in failing), ""),
        "closed": fails_closed(db),
        "kept": any(each.read_at is not None for each in failing),
        "titles": sorted(titles)[:MOST_TITLES],
        "gone": account.fault == MANY_GONE,
        "kind": account.kind,
        "vendor": account.settings.get("vendor", ""),
        "mentor": account.member.mentor,
    }


def ask(
    db: Session, question: CalendarQuestion, member: Member, kind: MessageKind[QuestionPayload], *, now: datetime
) -> None:
    """Mails the question, with a link that answers it without signing in.

    Whoever was asked the same within a day is not asked again: the link in that mail answers this one, too.
    """
    booking, subject = question.booking, f"calendar-question:{question.id}"
    mails = db.scalars(
        select(OutboxMessage).where(
            OutboxMessage.subject == subject,
            OutboxMessage.recipient_id == member.id,
            OutboxMessage.kind == kind,
            OutboxMessage.state != OutboxState.DROPPED,
            OutboxMessage.created_at > now - A_DAY,
        )
    ).all()
    if any(each.payload.get("question_nonce") == question.nonce for each in mails):
        return
    payload: QuestionPayload = {
        **payload_for(booking, member),
        "question_id": question.id,
        "question_nonce": question.nonce,
        "proposed_at": question.proposed_at.isoformat() if question.proposed_at else "",
        "by_mail": question.kind == QuestionKind.PROPOSED,
    }
    mail(
        db,
        member.id,
        kind.saying(payload),
        subject,
        version=int(now.timestamp()),
        due_at=due_after(about=sum(each.created_at > now - WITHIN for each in mails), now=now),
        not_after=booking.starts_at,
        now=now,
    )


def settled_questions(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> dict[int, str]:
    """Rows whose question was answered, withdrawn, or replaced by another since."""
    found = {row.id: db.get(CalendarQuestion, named(row, "question_id")) for row in rows}
    return {
        row.id: "answered"
        for row in rows
        if (question := found[row.id]) is None
        or question.answered_at is not None
        or question.nonce != row.payload.get("question_nonce")
    }


def notify_time_stays(db: Session, question: CalendarQuestion, booking: Booking, *, now: datetime) -> None:
    """The wish for another time did not suit."""
    ask(db, question, booking.other(question.member_id), CALENDAR_STAYS, now=now)


def notify_not_delegable(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Nobody can be sent in one's place; said once for each time of the booking."""
    mail(
        db,
        member.id,
        NOT_DELEGABLE.saying(payload_for(booking, member)),
        f"delegated:{booking.seat_of(member.id).id}",
        version=booking.sequence,
        not_after=booking.starts_at,
        now=now,
    )


def notify_counter_failed(
    db: Session, booking: Booking, member: Member, proposed_at: datetime | None, *, version: int, now: datetime
) -> None:
    """Another time came in an answer, and the other is not asked; said once for each `version`."""
    payload: CounterPayload = {
        **payload_for(booking, member),
        "proposed_at": proposed_at.isoformat() if proposed_at else "",
    }
    mail(
        db,
        member.id,
        COUNTER_FAILED.saying(payload),
        f"countered:{booking.seat_of(member.id).id}",
        version=version,
        not_after=booking.starts_at,
        now=now,
    )


def announce_decline_question(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Asks the member what follows from their calendar's decline, once per sequence of the booking."""
    seat = booking.seat_of(member.id)
    mail(
        db,
        member.id,
        DECLINE_QUESTION.saying(payload_for(booking, member)),
        f"declined:{seat.id}",
        version=booking.sequence,
        not_after=booking.starts_at,
        now=now,
    )
