"""Whom terms concern is told: once of a version, once before their hours are hidden, and on their own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.models import TermsNotice
from flashmeet.people.rules.terms import GRACE, WARNING
from flashmeet.people.service import terms_notices
from flashmeet.people.service.terms import TermsDue, accept_terms, terms_due, withdraw_terms
from flashmeet.people.service.terms_notices import tell_of_terms
from flashmeet.schedule.service.terms_grace import hide_after_grace, warn_before_hiding
from tests.people import NOW, member, mentor
from tests.terms import announced

MIDNIGHT = datetime(2026, 12, 1, 23, tzinfo=UTC)


def mails(db: Session, kind: str) -> Sequence[str]:
    """The first names of those to whom a mail of that kind was written, in alphabetical order."""
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
    return sorted(row.recipient.first_name for row in rows)


def sent(db: Session) -> None:
    for row in db.scalars(select(OutboxMessage)):
        row.state = OutboxState.SENT
    db.flush()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms_notices, "TOLD_AT_ONCE", 2)


def tell(db: Session, now: datetime) -> None:
    while tell_of_terms(db, now=now):
        pass


def test_every_member_is_told_of_a_version_once_in_batches(db: Session) -> None:
    for name in ("Alice", "Bob", "Charlie", "Dora"):
        member(db, name)
    member(db, "Gus", suspended=True)
    terms = announced(db, in_force_at=MIDNIGHT)
    terms.announced_by_id = None
    tell(db, NOW)
    tell(db, NOW)
    assert [each for each in mails(db, "terms_announced") if "Odile" not in each] == ["Alice", "Bob", "Charlie", "Dora"]


def test_whoever_has_accepted_is_not_told_and_a_waiting_mail_is_dropped(db: Session) -> None:
    alice, bob = member(db, "Alice"), member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, alice, 1, locale="fr", now=NOW)
    tell(db, NOW)
    assert "Alice" not in mails(db, "terms_announced")
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == bob.id)).one()
    assert why_not(db, [row], now=NOW) == {}
    accept_terms(db, bob, 1, locale="fr", now=NOW)
    assert why_not(db, [row], now=NOW) == {row.id: "answered"}


def test_a_withdrawal_is_told_to_those_whose_mail_has_left_and_the_others_hear_nothing(db: Session) -> None:
    for name in ("Alice", "Bob", "Charlie", "Dora", "Erin"):
        member(db, name)
    announced(db, in_force_at=MIDNIGHT)
    for _ in range(2):
        tell_of_terms(db, now=NOW)
    sent(db)
    withdraw_terms(db, 1, now=NOW)
    tell(db, NOW)
    assert mails(db, "terms_withdrawn") == mails(db, "terms_announced") == ["Alice", "Bob", "Charlie", "Dora"]
    assert db.scalars(select(TermsNotice)).all() == []


def test_a_version_that_gives_way_is_followed_by_one_mail_about_the_next(db: Session) -> None:
    alice = member(db, "Alice")
    announced(db, in_force_at=MIDNIGHT + timedelta(days=3650))
    tell(db, NOW)
    sent(db)
    announced(db, in_force_at=MIDNIGHT)
    tell(db, NOW)
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == alice.id).order_by(OutboxMessage.id))
    assert [(row.kind, row.payload["terms_version"]) for row in rows] == [
        ("terms_announced", 1),
        ("terms_announced", 2),
    ]


def test_nobody_is_told_of_a_version_whose_grace_is_over(db: Session) -> None:
    announced(db, in_force_at=MIDNIGHT)
    member(db, "Alice")
    tell(db, MIDNIGHT + GRACE)
    assert mails(db, "terms_announced") == []
    assert db.scalars(select(TermsNotice)).all() == []


def test_a_mentor_is_told_once_some_days_before_their_hours_are_hidden(db: Session) -> None:
    mentor(db)
    dora = mentor(db, "Dora")
    member(db, "Bob")
    announced(db, in_force_at=MIDNIGHT)
    accept_terms(db, dora, 1, locale="fr", now=NOW)
    before = MIDNIGHT + GRACE - WARNING
    assert warn_before_hiding(db, now=before - timedelta(seconds=1)) == 0
    assert [warn_before_hiding(db, now=before) for _ in range(2)] == [1, 0]
    assert mails(db, "terms_hiding") == ["Alice"]


def test_a_mentor_is_told_although_no_worker_ran_until_the_day(db: Session) -> None:
    mentor(db)
    announced(db, in_force_at=MIDNIGHT)
    over = MIDNIGHT + GRACE
    assert (warn_before_hiding(db, now=over), hide_after_grace(db, now=over)) == (1, 1)


def test_the_own_page_says_before_on_and_after_the_day_what_is_due_and_why_hours_are_hidden(db: Session) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    assert terms_due(db, alice, now=NOW) is None
    announced(db, in_force_at=MIDNIGHT)
    over = MIDNIGHT + GRACE

    def due(*, in_force: bool, hidden: bool) -> TermsDue:
        return TermsDue(version=1, in_force_at=MIDNIGHT, in_force=in_force, hides_at=over, hidden=hidden)

    assert terms_due(db, alice, now=MIDNIGHT - timedelta(seconds=1)) == due(in_force=False, hidden=False)
    assert terms_due(db, alice, now=MIDNIGHT) == due(in_force=True, hidden=False)
    assert terms_due(db, alice, now=over) == due(in_force=True, hidden=True)
    theirs = terms_due(db, bob, now=over)
    assert theirs is not None and (theirs.hides_at, theirs.hidden) == (None, False)
    accept_terms(db, alice, 1, locale="fr", now=over)
    assert terms_due(db, alice, now=over) is None


def test_the_first_version_whose_grace_ended_hides_and_the_newest_is_what_is_due(db: Session) -> None:
    alice = mentor(db)
    announced(db, in_force_at=MIDNIGHT)
    second = MIDNIGHT + timedelta(days=13)
    announced(db, in_force_at=second)
    due = terms_due(db, alice, now=MIDNIGHT + GRACE)
    assert due is not None and (due.version, due.hides_at, due.hidden) == (2, MIDNIGHT + GRACE, True)
