"""The best match first: the order of suggestions, over all that the search finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.service.best_match import BestPage, best_slots
from flashmeet.schedule.service.dismissals import dismiss
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.people import FREE, NOW

pytestmark = pytest.mark.both_databases
HOURLY = replace(FREE, start_every=60)
QUERY = SlotQuery(tzid="Europe/Paris", waking=True, distinct=True, further=3)
LATER = (WeeklyRule(4, Span.parse("18:00", "20:00")),)


@pytest.fixture
def bob(db: Session) -> Member:
    people.mentor(db, "Soon", policy=HOURLY, languages=["fr"])
    statutes = people.mentor(db, "Statutes", policy=HOURLY, languages=["fr"], rules=LATER)
    statutes.offers[0].proof = "J’ai rédigé cent statuts d’association"
    people.mentor(db, "German", policy=HOURLY, languages=["de"])
    db.flush()
    return people.member(db, "Bob", languages=["fr"])


def found(
    db: Session, bob: Member, query: SlotQuery = QUERY, need: str = "Relire nos statuts d’association"
) -> BestPage:
    query = replace(query, viewer_id=bob.id)
    return best_slots(db, bob, query, theme=people.law(db), need=need, now=NOW)


def names(page: BestPage) -> list[str]:
    return [slot.mentor_name.split()[0] for slot in page.page.slots]


def test_whose_experience_is_nearest_comes_first_and_who_shares_no_language_last(db: Session, bob: Member) -> None:
    page = found(db, bob)
    assert names(page) == ["Statutes", "Soon", "German"]
    assert "words" in page.matches[page.page.slots[0].mentor_id].reasons
    assert page.page.slots[2].mentor_id not in page.matches


def test_the_same_facts_give_the_same_order_and_the_same_people(db: Session, bob: Member) -> None:
    assert names(found(db, bob)) == names(found(db, bob))
    soonest = find_slots(db, replace(QUERY, viewer_id=bob.id), now=NOW).slots
    assert {slot.mentor_id for slot in found(db, bob).page.slots} == {slot.mentor_id for slot in soonest}


def test_the_filters_hold_in_either_order(db: Session, bob: Member) -> None:
    assert names(found(db, bob, replace(QUERY, language="de"))) == ["German"]


def test_whom_one_does_not_want_suggested_comes_last(db: Session, bob: Member) -> None:
    first = found(db, bob).page.slots[0].mentor_id
    dismiss(db, bob, first, now=NOW)
    assert found(db, bob).page.slots[-1].mentor_id == first


def test_pages_follow_each_other_without_a_gap(db: Session, bob: Member) -> None:
    whole, pages, cursor = names(found(db, bob)), [], None
    while True:
        page = found(db, bob, replace(QUERY, limit=1, cursor=cursor))
        pages += names(page)
        cursor = page.page.next_cursor
        if cursor is None:
            break
    assert pages == whole
    with pytest.raises(BadInput):
        found(db, bob, replace(QUERY, cursor="x"))
