"""Whom an administrator's decision hides is told of it: a mentor paused or approved, the mentors of a retired theme."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.messages.models import OutboxMessage
from flashmeet.people.service.membership import approve, change_roles, pause
from flashmeet.programme.service.themes import restore_theme, retire_theme
from tests.people import NOW, law, member, mentor


def told(db: Session, kind: str) -> list[tuple[str, str]]:
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
    return [(row.recipient.first_name, row.payload.get("action", "")) for row in rows]


def test_a_mentor_hears_once_that_their_hours_are_paused_and_that_they_are_approved(db: Session) -> None:
    alice = mentor(db, approved=False)
    for minute, decide in enumerate((approve, approve, pause, pause)):
        decide(db, alice.id, now=NOW + timedelta(minutes=minute))
    assert told(db, "mentor_decided") == [("Alice", "approved"), ("Alice", "held")]


def test_whoever_is_a_mentor_no_more_hears_it_and_nobody_whose_other_roles_change(db: Session) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    change_roles(db, alice.id, ["mentee", "mentor"], now=NOW)
    change_roles(db, bob.id, ["mentee"], now=NOW)
    assert told(db, "mentor_decided") == []
    change_roles(db, alice.id, ["mentee"], now=NOW)
    assert told(db, "mentor_decided") == [("Alice", "ended")]


def test_whoever_is_no_mentor_hears_nothing_of_it(db: Session) -> None:
    bob = member(db, "Bob", approved=False)
    approve(db, bob.id, now=NOW)
    assert told(db, "mentor_decided") == []


def test_the_mentors_of_a_retired_theme_are_told_and_no_others(db: Session) -> None:
    odile = member(db, "Odile", administrator=True)
    mentor(db)
    mentor(db, "Dora", suspended=True)
    member(db, "Bob")
    theme_id = law(db).id
    retire_theme(db, theme_id, by=odile, now=NOW)
    retire_theme(db, theme_id, by=odile, now=NOW)
    restore_theme(db, theme_id, by=odile, now=NOW)
    assert told(db, "theme_closed") == [("Alice", "")]
